import type { Call, Cmdlet, Output } from "../cmdlet";
import { ShellError } from "../error-record";
import type { Attributes } from "../ldap-filter";
import { bears, filtered, SEARCH_PARAMETERS, UNTRIED_SEARCHES } from "../searches";
import type { User } from "../world";

/** The policies of a user that the shell always shows; others come where they were granted. */
const POLICIES = [
  "VoicePolicy",
  "ConferencingPolicy",
  "ClientPolicy",
  "ExternalAccessPolicy",
  "PersistentChatPolicy",
];

/** Who may sign in, and who is in the directory at all. */
export const USER_CMDLETS: Readonly<Record<string, Cmdlet>> = {
  "Get-CsUser": {
    access: "read",
    type: "Microsoft.Rtc.Management.ADConnect.Schema.OCSADUser",
    parameters: SEARCH_PARAMETERS,
    notSimulated: [...UNTRIED_SEARCHES, "OnLyncServer", "OnOfficeCommunicationServer", "UnassignedUser"],
    // Whoever has an address is listed, enabled or not.
    run: (call) => search(call, (user) => user.sipAddress !== null).map(shownUser),
  },

  "Get-CsAdUser": {
    access: "read",
    type: "Microsoft.Rtc.Management.ADConnect.Schema.ADUser",
    parameters: SEARCH_PARAMETERS,
    notSimulated: UNTRIED_SEARCHES,
    run: (call) => search(call, () => true).map(shownAccount),
  },
};

/** The users whom an identity means: with a `*` in a display name there may be several. */
export function namedUsers(users: readonly User[], identity: string): User[] {
  return users.filter((user) => {
    const { dn, guid, sipAddress, userPrincipalName, samAccountName, displayName } = user;
    const account = identity.slice(identity.indexOf("\\") + 1);
    const names = [dn, guid, userPrincipalName, sipAddress ?? "", sipAddress?.replace(/^sip:/i, "") ?? ""];
    if (identity.includes("\\") && account.toLowerCase() === samAccountName.toLowerCase()) return true;
    return bears(identity, names.filter(Boolean), displayName);
  });
}

/** A user as `-PassThru` shows one. */
export function shownUser(user: User): Output {
  const policies = Object.fromEntries(POLICIES.map((name) => [name, user.policies[name] ?? null]));
  return {
    Identity: user.dn,
    SipAddress: user.sipAddress,
    RegistrarPool: user.registrarPool,
    HomeServer: user.registrarPool === null ? null : `CN=Lc Services,CN=Microsoft,CN=${user.registrarPool}`,
    Enabled: user.enabled,
    DisplayName: user.displayName,
    SamAccountName: user.samAccountName,
    UserPrincipalName: user.userPrincipalName,
    Guid: user.guid,
    Sid: sidOf(user),
    LineURI: user.lineUri,
    EnterpriseVoiceEnabled: user.enterpriseVoiceEnabled,
    HostingProvider: user.hostingProvider,
    ProxyAddresses: [...user.proxyAddresses],
    ...policies,
    ...user.policies,
  };
}

function shownAccount(user: User): Output {
  const { dn, guid, samAccountName, userPrincipalName, displayName, mail, proxyAddresses } = user;
  return {
    Identity: dn,
    DistinguishedName: dn,
    Guid: guid,
    Sid: sidOf(user),
    SamAccountName: samAccountName,
    UserPrincipalName: userPrincipalName,
    DisplayName: displayName,
    WindowsEmailAddress: mail,
    ProxyAddresses: [...proxyAddresses],
    SipAddress: user.sipAddress,
    Enabled: user.sipAddress === null ? null : user.enabled,
    AdminCount: user.adminCount,
    UserAccountControl: "NormalAccount",
  };
}

/** Another one for each account, and the same one always. */
function sidOf({ guid }: User): string {
  const [domain, ...rest] = (guid.replaceAll("-", "").match(/.{8}/g) ?? []).map((part) => parseInt(part, 16));
  return `S-1-5-21-${domain}-${rest.join("-")}`;
}

/** The octets of an account's identifier as the directory has them: the first three parts little-endian. */
function octetsOf(guid: string): string {
  const swapped = (part: string) => (part.match(/../g) ?? []).toReversed().join("");
  return guid
    .toLowerCase()
    .split("-")
    .map((part, index) => (index < 3 ? swapped(part) : part))
    .join("");
}

function search(call: Call, isListed: (user: User) => boolean): User[] {
  const identity = call.given.text("Identity");
  const listed = call.directory.users.filter(isListed);
  const found = identity === undefined ? listed : namedUsers(listed, identity);
  if (identity !== undefined && found.length === 0 && call.world.knobs.absentUser === "error")
    throw new ShellError("absent", identity);
  return filtered(call, found, attributesOf);
}

function attributesOf(user: User): Attributes {
  const texts = (text: string | null) => (text ? [text] : []);
  return {
    objectclass: ["top", "person", "organizationalPerson", "user"],
    objectcategory: ["person"],
    distinguishedname: [user.dn],
    objectguid: [octetsOf(user.guid)],
    samaccountname: [user.samAccountName],
    userprincipalname: [user.userPrincipalName],
    displayname: texts(user.displayName),
    mail: texts(user.mail),
    proxyaddresses: user.proxyAddresses,
    admincount: [String(user.adminCount)],
    "msrtcsip-primaryuseraddress": texts(user.sipAddress),
    "msrtcsip-userenabled": user.sipAddress === null ? [] : [user.enabled ? "TRUE" : "FALSE"],
    "msrtcsip-line": texts(user.lineUri),
  };
}
