import type { Call, Cmdlet, Output } from "../cmdlet";
import { ShellError } from "../error-record";
import { refuseHeld, sameText } from "../searches";
import type { User } from "../world";
import { namedUsers, shownUser } from "./users";

const TYPE = "Microsoft.Rtc.Management.ADConnect.Schema.OCSADUser";
const LAST_LEGACY_VERSION = 4;

const ON_USERS = {
  Identity: { type: "text", mandatory: true },
  DomainController: { type: "fqdn" },
  PassThru: { type: "switch" },
} as const;

/** What frees the address of a well-known user, and gives it back. An identity with `*` hits everyone whom it means. */
export const USER_CHANGE_CMDLETS: Readonly<Record<string, Cmdlet>> = {
  "Set-CsUser": {
    access: "write",
    type: TYPE,
    parameters: {
      ...ON_USERS,
      SipAddress: { type: "text" },
      Enabled: { type: "flag" },
      EnterpriseVoiceEnabled: { type: "flag" },
      LineURI: { type: "text" },
    },
    run(call) {
      const { given, world } = call;
      return onEach(call, (user) => {
        mustBeKnown(user);
        const address = given.text("SipAddress");
        if (address !== undefined) mustBeFree(call, address, user);
        const changesProxies = address !== undefined && world.knobs.proxyAddresses === "changed";
        return {
          ...user,
          sipAddress: address ?? user.sipAddress,
          proxyAddresses: changesProxies ? withSip(user.proxyAddresses, address) : user.proxyAddresses,
          enabled: given.flag("Enabled") ?? user.enabled,
          enterpriseVoiceEnabled: given.flag("EnterpriseVoiceEnabled") ?? user.enterpriseVoiceEnabled,
          // $null empties it.
          lineUri: given.has("LineURI") ? (given.text("LineURI") ?? "") : user.lineUri,
        };
      });
    },
  },

  "Disable-CsUser": {
    access: "write",
    type: TYPE,
    parameters: ON_USERS,
    run(call) {
      return onEach(call, (user) => {
        mustBeKnown(user);
        return {
          ...user,
          sipAddress: null,
          registrarPool: null,
          enabled: false,
          enterpriseVoiceEnabled: false,
          lineUri: "",
          policies: {},
          proxyAddresses: user.proxyAddresses.filter((address) => !/^sip:/i.test(address)),
        };
      });
    },
  },

  "Enable-CsUser": {
    access: "write",
    type: TYPE,
    parameters: {
      ...ON_USERS,
      RegistrarPool: { type: "fqdn", mandatory: true },
      SipAddress: { type: "text", mandatory: true },
    },
    run(call) {
      const pool = call.given.text("RegistrarPool") ?? "";
      const address = call.given.text("SipAddress") ?? "";
      const home = call.world.pools.find(
        ({ fqdn, roles }) => sameText(fqdn, pool) && roles.includes("Registrar"),
      );
      if (home === undefined) throw new ShellError("absent", pool);
      return onEach(call, (user) => {
        if (user.sipAddress !== null) throw new ShellError("exists", user.sipAddress);
        mustBeFree(call, address, user);
        const proxyAddresses = withSip(user.proxyAddresses, address);
        return { ...user, sipAddress: address, registrarPool: home.fqdn, enabled: true, proxyAddresses };
      });
    },
  },
};

function onEach(call: Call, change: (user: User) => User): Output[] {
  const identity = call.given.text("Identity") ?? "";
  const found = namedUsers(call.directory.users, identity);
  if (found.length === 0) throw new ShellError("absent", identity);
  return found.flatMap((user) => {
    mustBeOurs(call, user);
    const after = change(user);
    // What is only tried is refused by nobody: -WhatIf proves nothing about the rights on an account.
    if (user.protected && !call.given.flag("WhatIf"))
      throw new ShellError("accessDenied", call.domainController);
    call.write("user", user.dn, after);
    return call.given.flag("PassThru") ? [shownUser(after)] : [];
  });
}

function mustBeKnown({ sipAddress, dn }: User): void {
  if (sipAddress === null) throw new ShellError("absent", dn);
}

function mustBeOurs({ world }: Call, { registrarPool, dn }: User): void {
  const home = world.pools.find(({ fqdn }) => sameText(fqdn, registrarPool));
  const isLegacy = home !== undefined && home.version <= LAST_LEGACY_VERSION;
  if (isLegacy && world.knobs.legacyHomedUser === "refused")
    throw new ShellError("refused", `"${dn}" is homed on an earlier version of the product`);
}

// The domain is not looked at: Microsoft says that these cmdlets do not do so.
function mustBeFree(call: Call, address: string, { dn }: User): void {
  if (!/^sip:[^@\s]+@[^@\s]+$/i.test(address))
    throw new ShellError("refused", `"${address}" is not a SIP address`);
  refuseHeld(call, "duplicateUserAddress", address, dn);
}

function withSip(proxyAddresses: readonly string[], address: string): string[] {
  return [...proxyAddresses.filter((one) => !/^sip:/i.test(one)), address];
}
