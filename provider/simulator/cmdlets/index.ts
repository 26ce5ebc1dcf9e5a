import type { Cmdlet } from "../cmdlet";
import { ACTIVE_SERVER_CMDLETS } from "./active-servers";
import { CONFIGURATION_CMDLETS } from "./configurations";
import { ENDPOINT_CMDLETS } from "./endpoints";
import { SIP_DOMAIN_CMDLETS } from "./sip-domains";
import { STATE_CMDLETS } from "./states";
import { TOPOLOGY_CMDLETS } from "./topology";
import { USER_CHANGE_CMDLETS } from "./user-changes";
import { USER_CMDLETS } from "./users";

const CMDLETS: Readonly<Record<string, Cmdlet>> = {
  ...ENDPOINT_CMDLETS,
  ...TOPOLOGY_CMDLETS,
  ...SIP_DOMAIN_CMDLETS,
  ...USER_CMDLETS,
  ...USER_CHANGE_CMDLETS,
  ...ACTIVE_SERVER_CMDLETS,
  ...CONFIGURATION_CMDLETS,
  ...STATE_CMDLETS,
};

export function cmdletNamed(name: string): Cmdlet | undefined {
  return Object.hasOwn(CMDLETS, name) ? CMDLETS[name] : undefined;
}
