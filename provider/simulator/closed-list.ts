import type { ErrorRecord } from "./error-record";
import type { CallText } from "./fault-schema";
import { refusal, typeOf } from "./tags";

// What the script in the shell lets through, written down a second time: a test compares the two.

const TRY = "WhatIf:b";
const SEARCH = "Identity:s LdapFilter:s ResultSize:i DomainController:s";
const USER_CHANGE = `Identity:s DomainController:s PassThru:b ${TRY}`;
const REMOVAL = `Identity:s Force:b ${TRY}`;
const SIP_DOMAIN = `Identity:s IsDefault:b Force:b ${TRY}`;
const LIMITS = "DefaultChatHistory:i MaxFileSizeKB:i ParticipantUpdateLimit:i RoomManagementUrl:sn";
const CONFIGURATION = `Identity:s ${LIMITS} Force:b ${TRY}`;

/** The parameters of each cmdlet, with the tags that each takes. */
export const CLOSED_LIST: Readonly<Record<string, string>> = {
  "Get-CsPersistentChatEndpoint": `${SEARCH} PersistentChatPoolFqdn:s`,
  "New-CsPersistentChatEndpoint": `SipAddress:s PersistentChatPoolFqdn:s DisplayName:s PassThru:b ${TRY}`,
  "Remove-CsPersistentChatEndpoint": REMOVAL,
  "Get-CsService": "PersistentChatServer:b PoolFqdn:s",
  "Get-CsPool": "Identity:s",
  "Get-CsTopology": "AsXml:b",
  "Get-CsSipDomain": "Identity:s",
  "New-CsSipDomain": SIP_DOMAIN,
  "Set-CsSipDomain": SIP_DOMAIN,
  "Remove-CsSipDomain": REMOVAL,
  "Get-CsUser": SEARCH,
  "Get-CsAdUser": SEARCH,
  "Set-CsUser": `${USER_CHANGE} SipAddress:s Enabled:b EnterpriseVoiceEnabled:b LineURI:sn`,
  "Disable-CsUser": USER_CHANGE,
  "Enable-CsUser": `${USER_CHANGE} RegistrarPool:s SipAddress:s`,
  "Set-CsPersistentChatActiveServer": `Identity:s ActiveServers:mn Swap:b ${TRY}`,
  "Get-CsPersistentChatConfiguration": "Identity:s",
  "New-CsPersistentChatConfiguration": CONFIGURATION,
  "Set-CsPersistentChatConfiguration": CONFIGURATION,
  "Remove-CsPersistentChatConfiguration": REMOVAL,
  "Get-CsPersistentChatState": "Identity:s",
  "Set-CsPersistentChatState": `Identity:s PoolState:s ${TRY}`,
  "Get-CsUserReplicatorConfiguration": "Identity:s",
};

/** Why the script would not run a call; empty where it would. */
export function refusals({ cmdlet, p }: CallText): ErrorRecord[] {
  const list = Object.hasOwn(CLOSED_LIST, cmdlet) ? CLOSED_LIST[cmdlet] : undefined;
  if (list === undefined) return [refusal("the cmdlet is not on the list of the simulated script", cmdlet)];
  const allowed = new Map(list.split(" ").map((entry) => entry.split(":") as [name: string, tags: string]));
  return p.flatMap(([name, tag, value]) => {
    const fits = tag.length === 1 && allowed.get(name)?.includes(tag) && typeOf(tag, value) !== undefined;
    if (!fits)
      return [refusal("the parameter, or its type, is not on the list of the simulated script", name)];
    const isWild = name === "Identity" && String(value).includes("*");
    return isWild ? [refusal("an identity with an asterisk stands for any number of objects", name)] : [];
  });
}
