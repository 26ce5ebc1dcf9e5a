import type { Hello } from "../session/replies";
import { type Finding, needed, notAsked } from "./finding";

const [USERS, SERVERS, READS] = [
  "RTCUniversalUserAdmins",
  "RTCUniversalServerAdmins",
  "RTCUniversalReadOnlyAdmins",
] as const;

/** What a local session may do goes by these groups of the directory, and by no role of RBAC. */
const ALLOWED: readonly [what: string, groups: readonly [string, ...string[]]][] = [
  ["reads", [READS, USERS, SERVERS]],
  ["writes of users and endpoints", [USERS]],
  ["writes of settings and active servers", [SERVERS]],
];

/** The groups of the product, whose names are the same everywhere. */
const WELL_KNOWN: readonly string[] = [
  USERS,
  SERVERS,
  READS,
  ...["GlobalReadOnlyGroup", "GlobalWriteGroup", "ServerReadOnlyGroup", "UserReadOnlyGroup"].map(universal),
  ...["ConfigReplicator", "SBATechnicians"].map(universal),
  ...["Administrator", "ArchivingAdministrator", "HelpDesk", "LocationAdministrator"].map(role),
  ...["PersistentChatAdministrator", "ResponseGroupAdministrator", "ResponseGroupManager"].map(role),
  ...["ServerAdministrator", "UserAdministrator", "ViewOnlyAdministrator", "VoiceAdministrator"].map(role),
];

/** What the groups of the token allow. */
export function groupFindings({ groups, elevated }: Hello): Finding[] {
  const names = groups.map(nameOf);
  // A host that cannot reach the directory gives them as numbers, by which none can be told.
  const areNumbers = names.length > 0 && names.every((name) => /^S-1-/i.test(name));
  return ALLOWED.map(([what, [cure, ...others]]) => {
    const name = `may do ${what}`;
    if (areNumbers) return notAsked("group", name, "the groups of the token came without names");
    const found = [cure, ...others].filter((group) => names.some((one) => isSame(one, group)));
    const missing = `the token has no ${[cure, ...others].join(", ")}`;
    return needed("group", name, found.length > 0, found.join(", ") || missing, cureOf(cure, elevated));
  });
}

/** Those of the groups that any organisation with the product has, by their names alone. */
export function wellKnown(groups: readonly string[]): string[] {
  return WELL_KNOWN.filter((group) => groups.some((one) => isSame(nameOf(one), group)));
}

function cureOf(group: string, elevated: boolean): string {
  const start = elevated ? "" : ", or start the shell elevated, if that brings it";
  return `have the account made a member of ${group} and sign in again${start}; roles of RBAC, which Get-CsAdminRole shows, do not count in a local session`;
}

function nameOf(group: string): string {
  return group.slice(group.lastIndexOf("\\") + 1);
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function universal(name: string): string {
  return `RTCUniversal${name}`;
}

function role(name: string): string {
  return `CS${name}`;
}
