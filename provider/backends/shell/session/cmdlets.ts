// Every cmdlet that is ever called, with the parameters that it is ever given: what stands here is also what the script in
// the shell lets through. `Filter` must not come in: it is an expression, so that a quote in a value would be code.

/**
 * The types of values: `s` text (also what the shell converts from text: times, names, enumerations), `b` boolean, `i`
 * integer, `n` null, `a` list of texts, `m` changes of a list.
 */
export type Tag = "s" | "b" | "i" | "n" | "a" | "m";

/** Changes of a list on a server. An empty `Replace` would change nothing there: null empties a list. */
export type ListChange = { Add?: string[]; Remove?: string[] } | { Replace: string[] };

/** The value of each type. */
export interface Values {
  s: string;
  b: boolean;
  i: number;
  n: null;
  a: string[];
  m: ListChange;
}

/** A parameter's name, and the types that it takes: a tag, or several in a row. */
type Parameters = Readonly<Record<string, Tag | "sn" | "mn">>;

export interface CmdletForm {
  readonly parameters: Parameters;
  /** The properties that are asked for. `OuterXml` is the text of a result that is a document. */
  readonly select: readonly string[];
}

const WHAT_IF = { WhatIf: "b" } as const;
const ON_CONTROLLER = { DomainController: "s" } as const;
const SEARCH = { Identity: "s", LdapFilter: "s", ResultSize: "i", ...ON_CONTROLLER } as const;
const USER_CHANGE = { Identity: "s", ...ON_CONTROLLER, PassThru: "b", ...WHAT_IF } as const;
const REMOVE = { Identity: "s", Force: "b", ...WHAT_IF } as const;
const SIP_DOMAIN_CHANGE = { Identity: "s", IsDefault: "b", Force: "b", ...WHAT_IF } as const;
const SETTINGS = {
  Identity: "s",
  DefaultChatHistory: "i",
  MaxFileSizeKB: "i",
  ParticipantUpdateLimit: "i",
  RoomManagementUrl: "sn",
  Force: "b",
  ...WHAT_IF,
} as const;

const ENDPOINT = ["Identity", "SipAddress", "DisplayName", "HomeServer", "Enabled"];
const SIP_DOMAIN = ["Identity", "Name", "IsDefault"];
const STATE = ["Identity", "PoolState"];
const CONFIGURATION = [
  "Identity",
  "DefaultChatHistory",
  "MaxFileSizeKB",
  "ParticipantUpdateLimit",
  "RoomManagementUrl",
];
const POOL = ["Identity", "Fqdn", "Services", "Computers", "Site", "BackupPoolFqdn"];
const DATABASES = ["PersistentChatDatabase", "PersistentChatComplianceDatabase"].flatMap((name) =>
  ["", "Mirror", "Backup", "BackupMirror"].map((prefix) => `${prefix}${name}`),
);
const SERVICE = [
  "Identity",
  "Registrar",
  "FileStore",
  ...DATABASES,
  "MtlsPort",
  "DisplayName",
  "ActiveServers",
  "InactiveServers",
  "DependentServiceList",
  "ServiceId",
  "SiteId",
  "PoolFqdn",
  "Version",
  "Role",
];
const ACCOUNT = ["Identity", "Guid", "Sid", "SamAccountName", "UserPrincipalName", "DisplayName"];
const POLICIES = [
  "ArchivingPolicy",
  "CallViaWorkPolicy",
  "ClientPolicy",
  "ClientVersionPolicy",
  "ConferencingPolicy",
  "DialPlan",
  "ExchangeArchivingPolicy",
  "ExternalAccessPolicy",
  "HostedVoicemailPolicy",
  "LocationPolicy",
  "MobilityPolicy",
  "PersistentChatPolicy",
  "PinPolicy",
  "PresencePolicy",
  "ThirdPartyVideoSystemPolicy",
  "UserServicesPolicy",
  "VoicePolicy",
  "VoiceRoutingPolicy",
];
const USER = [
  ...ACCOUNT,
  "SipAddress",
  "RegistrarPool",
  "HomeServer",
  "Enabled",
  "EnterpriseVoiceEnabled",
  "HostingProvider",
  "LineURI",
  "ProxyAddresses",
  ...POLICIES,
];
const AD_USER = [
  ...ACCOUNT,
  "SipAddress",
  "Enabled",
  "ProxyAddresses",
  "WindowsEmailAddress",
  "AdminCount",
  "UserAccountControl",
];

const FORMS = {
  "Get-CsPersistentChatEndpoint": {
    parameters: { ...SEARCH, PersistentChatPoolFqdn: "s" },
    select: ENDPOINT,
  },
  "New-CsPersistentChatEndpoint": {
    parameters: { SipAddress: "s", PersistentChatPoolFqdn: "s", DisplayName: "s", PassThru: "b", ...WHAT_IF },
    select: ENDPOINT,
  },
  "Remove-CsPersistentChatEndpoint": { parameters: REMOVE, select: [] },
  "Get-CsService": { parameters: { PersistentChatServer: "b", PoolFqdn: "s" }, select: SERVICE },
  "Get-CsPool": { parameters: { Identity: "s" }, select: POOL },
  "Get-CsTopology": { parameters: { AsXml: "b" }, select: ["OuterXml"] },
  "Get-CsSipDomain": { parameters: { Identity: "s" }, select: SIP_DOMAIN },
  "New-CsSipDomain": { parameters: SIP_DOMAIN_CHANGE, select: SIP_DOMAIN },
  "Set-CsSipDomain": { parameters: SIP_DOMAIN_CHANGE, select: [] },
  "Remove-CsSipDomain": { parameters: REMOVE, select: [] },
  "Get-CsUser": { parameters: SEARCH, select: USER },
  "Get-CsAdUser": { parameters: SEARCH, select: AD_USER },
  "Set-CsUser": {
    parameters: {
      ...USER_CHANGE,
      SipAddress: "s",
      Enabled: "b",
      EnterpriseVoiceEnabled: "b",
      LineURI: "sn",
    },
    select: USER,
  },
  "Disable-CsUser": { parameters: USER_CHANGE, select: USER },
  "Enable-CsUser": { parameters: { ...USER_CHANGE, RegistrarPool: "s", SipAddress: "s" }, select: USER },
  "Set-CsPersistentChatActiveServer": {
    parameters: { Identity: "s", ActiveServers: "mn", Swap: "b", ...WHAT_IF },
    select: [],
  },
  "Get-CsPersistentChatConfiguration": { parameters: { Identity: "s" }, select: CONFIGURATION },
  "New-CsPersistentChatConfiguration": { parameters: SETTINGS, select: CONFIGURATION },
  "Set-CsPersistentChatConfiguration": { parameters: SETTINGS, select: [] },
  "Remove-CsPersistentChatConfiguration": { parameters: REMOVE, select: [] },
  "Get-CsPersistentChatState": { parameters: { Identity: "s" }, select: STATE },
  "Set-CsPersistentChatState": { parameters: { Identity: "s", PoolState: "s", ...WHAT_IF }, select: [] },
  "Get-CsUserReplicatorConfiguration": {
    parameters: { Identity: "s" },
    select: ["Identity", "ReplicationCycleInterval"],
  },
} as const satisfies Record<string, CmdletForm>;

/** The closed list, in one place for the client and the script. */
export const CMDLETS: Readonly<Record<Cmdlet, CmdletForm>> = FORMS;

export type Cmdlet = keyof typeof FORMS;

type ValueOf<Tags> = Tags extends Tag ? Values[Tags] : Tags extends "sn" ? string | null : ListChange | null;

/** What a cmdlet may be given. Absent and undefined are the same: the parameter is not given. */
export type Arguments<C extends Cmdlet> = {
  -readonly [P in keyof (typeof FORMS)[C]["parameters"]]?: ValueOf<(typeof FORMS)[C]["parameters"][P]>;
};
