import type { SipAddress } from "../registry/sip-address";

/** Where a user is parked whose address is needed, unless somebody named another address: the same every time, so that it is found again. */
export function parkedAddressOf(address: SipAddress): SipAddress {
  return address.replace(/^sip:/, "sip:released-") as SipAddress;
}
