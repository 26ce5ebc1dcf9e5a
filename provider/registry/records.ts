import type { CutoverRecord } from "./cutover-record";
import type { Fqdn } from "./fqdn";
import type { SipAddress } from "./sip-address";
import type { UserAttributes } from "./sip-users";

/** A domain that may stand in SIP addresses (`Get-CsSipDomain`). */
export interface SipDomainRecord {
  domain: Fqdn;
  /** At most one domain is the default; making another one the default takes it from the first, as `Set-CsSipDomain` does. */
  isDefault: boolean;
}

/** Whether servers can be added to a pool. Fixed when the pool is made, as in Topology Builder. */
export type PoolShape = "single" | "multiple";

/** The service-scope settings of a pool (`Set-CsPersistentChatConfiguration`). */
export interface PoolSettings {
  /** Messages that a client gets when it enters a room, 1 to 500. */
  defaultChatHistory: number;
  /** Largest file that may be uploaded, in kilobytes, unsigned 32-bit. */
  maxFileSizeKB: number;
  /** Participants of a room up to which each join and leave is sent to all, unsigned 32-bit. */
  participantUpdateLimit: number;
  /** Address of the web page on which rooms are managed. */
  roomManagementUrl?: string;
}

export interface PoolRecord {
  poolFqdn: Fqdn;
  shape: PoolShape;
  displayName?: string;
  /** Members, sorted. */
  servers: Fqdn[];
  /** Members that accept sessions, sorted; never more than four. */
  activeServers: Fqdn[];
  /** The Front End pool that routes to this pool. */
  nextHopPool?: Fqdn;
  /** SIP over MTLS from the Front Ends. */
  port: number;
  settings: PoolSettings;
  /** `FailedOver` while a stretched pool runs in its second site (`Get-CsPersistentChatState`). */
  poolState: "Normal" | "FailedOver";
}

/** The contact that leads a legacy client from one SIP URI to one pool (`New-CsPersistentChatEndpoint`). */
export interface EndpointRecord {
  sipAddress: SipAddress;
  poolFqdn: Fqdn;
  displayName?: string;
}

/** A user who holds a SIP address, such as the well-known user of Group Chat. */
export interface SipUserRecord {
  sipAddress: SipAddress;
  displayName?: string;
  /** What else a store that is a directory of its own keeps of the user; one that looks into another directory leaves it there. */
  attributes?: UserAttributes;
}

export interface RecordTypes {
  "sip-domain": SipDomainRecord;
  pool: PoolRecord;
  endpoint: EndpointRecord;
  "sip-user": SipUserRecord;
  cutover: CutoverRecord;
}

export type Kind = keyof RecordTypes;
export type RecordOf<K extends Kind> = RecordTypes[K];

/** What a create says: the identity, and whatever else the store shall not choose (see `withDefaults`). */
export type NewRecordOf<K extends Kind> = K extends "pool"
  ? Pick<PoolRecord, "poolFqdn" | "shape"> & PoolChange
  : K extends "endpoint"
    ? Pick<EndpointRecord, "sipAddress" | "poolFqdn"> & Partial<EndpointRecord>
    : K extends "sip-domain"
      ? Pick<SipDomainRecord, "domain"> & Partial<SipDomainRecord>
      : K extends "cutover"
        ? Pick<CutoverRecord, "name" | "addresses" | "poolFqdn" | "folder"> & Partial<CutoverRecord>
        : SipUserRecord;

/** What an update says: the fields to write, none of them an identity; a field that is absent stays as it is. */
export type ChangeOf<K extends Kind> = K extends "pool"
  ? PoolChange
  : K extends "endpoint"
    ? Partial<Omit<EndpointRecord, "sipAddress">>
    : K extends "sip-domain"
      ? Partial<Omit<SipDomainRecord, "domain">>
      : K extends "cutover"
        ? Partial<Omit<CutoverRecord, "name">>
        : Partial<Omit<SipUserRecord, "sipAddress">>;

type PoolChange = Partial<Omit<PoolRecord, "poolFqdn" | "shape" | "settings">> & {
  settings?: Partial<PoolSettings>;
};

/** The kinds of which a topology is made, and that programs declare; what others need comes first. */
export const TOPOLOGY_KINDS = ["sip-domain", "pool", "endpoint"] as const satisfies readonly Kind[];
export type TopologyKind = (typeof TOPOLOGY_KINDS)[number];

export const KINDS = [...TOPOLOGY_KINDS, "sip-user", "cutover"] as const satisfies readonly Kind[];

/** What a kind is called in a sentence. */
export const KIND_LABELS: Readonly<Record<Kind, string>> = {
  "sip-domain": "SIP domain",
  pool: "Persistent Chat pool",
  endpoint: "legacy endpoint",
  "sip-user": "SIP user",
  cutover: "cutover",
};

/** The field that identifies a record of each kind; it never changes while the record lives. */
export const KEY_FIELDS = {
  "sip-domain": "domain",
  pool: "poolFqdn",
  endpoint: "sipAddress",
  "sip-user": "sipAddress",
  cutover: "name",
} as const satisfies { [K in Kind]: keyof RecordOf<K> };

/** The key of a record: the value of its identity field. */
export function keyOf(kind: Kind, record: object): string {
  return (record as Record<string, string>)[KEY_FIELDS[kind]] ?? "";
}
