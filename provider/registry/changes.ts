import { isDeepStrictEqual } from "node:util";
import { CUTOVER_NAME, type CutoverRecord } from "./cutover-record";
import { RegistryError } from "./errors";
import { activeServersAfter, defaultActiveServers, poolProblems } from "./pool-rules";
import {
  type ChangeOf,
  KIND_LABELS,
  type Kind,
  keyOf,
  type NewRecordOf,
  type PoolRecord,
  type PoolSettings,
  type RecordOf,
  type SipUserRecord,
} from "./records";

/** The product's own defaults (`New-CsPersistentChatConfiguration`). */
const DEFAULT_SETTINGS: PoolSettings = {
  defaultChatHistory: 30,
  maxFileSizeKB: 20000,
  participantUpdateLimit: 75,
};
/** What a directory calls an attribute. */
const ATTRIBUTE_NAME = /^[a-z][a-z0-9-]*$/i;
/** A cutover that has not begun. */
const NEW_CUTOVER = {
  stage: "prepare",
  begun: "prepare",
  attempts: { migrate: 0, handover: 0 },
  plan: [],
  hold: false,
  lease: null,
  window: null,
  rehearsal: null,
} as const;
/** The port that Topology Builder proposes. */
const DEFAULT_PORT = 5041;

/** The record that a create makes: what was said, and the defaults of the store for the rest. Fails with `invalid`. */
export function newRecord<K extends Kind>(kind: K, said: NewRecordOf<K>): RecordOf<K> {
  const record = withDefaults(kind, defined(said));
  assertValid("create", kind, record);
  return record;
}

/** The record after an update, or `undefined` where it would be the same. Fails with `invalid`. */
export function changedRecord<K extends Kind>(
  kind: K,
  record: RecordOf<K>,
  change: ChangeOf<K>,
): RecordOf<K> | undefined {
  const next = { ...record, ...defined(change) };
  if (kind === "pool") {
    const pool = record as PoolRecord;
    const said = change as ChangeOf<"pool">;
    const nextPool = next as PoolRecord;
    nextPool.settings = { ...pool.settings, ...defined(said.settings ?? {}) };
    nextPool.servers = sorted(nextPool.servers);
    const moved = !isDeepStrictEqual(nextPool.servers, pool.servers);
    const active = moved ? activeServersAfter(pool, nextPool.servers) : pool.activeServers;
    nextPool.activeServers = sorted(said.activeServers ?? active);
  }
  if (isDeepStrictEqual(next, record)) return undefined;
  assertValid("update", kind, next);
  return next;
}

function withDefaults<K extends Kind>(kind: K, said: object): RecordOf<K> {
  if (kind === "sip-domain") return { isDefault: false, ...said } as RecordOf<K>;
  if (kind === "cutover") return { ...NEW_CUTOVER, ...said } as object as RecordOf<K>;
  if (kind !== "pool") return said as RecordOf<K>;
  const pool = said as NewRecordOf<"pool">;
  const servers = sorted(pool.servers ?? (pool.shape === "single" ? [pool.poolFqdn] : []));
  const record: PoolRecord = {
    port: DEFAULT_PORT,
    poolState: "Normal",
    ...pool,
    servers,
    activeServers: sorted(pool.activeServers ?? defaultActiveServers(servers)),
    settings: { ...DEFAULT_SETTINGS, ...defined(pool.settings ?? {}) },
  };
  return record as RecordOf<K>;
}

function assertValid<K extends Kind>(verb: string, kind: K, record: RecordOf<K>): void {
  const problems = kind === "pool" ? poolProblems(record as PoolRecord) : [];
  // Names first: those of other problems are said.
  const [first] = [...nameProblems(kind, record), ...textProblems(record), ...problems];
  if (first)
    throw new RegistryError(
      "invalid",
      `cannot ${verb} ${KIND_LABELS[kind]} '${keyOf(kind, record)}': ${first.field}: ${first.problem}`,
    );
}

function nameProblems(kind: Kind, record: object): { field: string; problem: string }[] {
  if (kind === "cutover" && !CUTOVER_NAME.test((record as CutoverRecord).name))
    return [{ field: "name", problem: "it is not 1 to 63 lower-case letters, digits and hyphens" }];
  const names = kind === "sip-user" ? Object.keys((record as SipUserRecord).attributes ?? {}) : [];
  if (names.every((name) => ATTRIBUTE_NAME.test(name))) return [];
  return [{ field: "attributes", problem: "a name is not a letter and then letters, digits and hyphens" }];
}

/** A store would cut such a text at the NUL, or keep another character: neither is what was said. */
function textProblems(fields: object): { field: string; problem: string }[] {
  return Object.entries(fields).flatMap(([field, value]) => {
    if (typeof value === "object" && value !== null)
      return textProblems(value).map((inner) => ({ ...inner, field: `${field}.${inner.field}` }));
    if (typeof value !== "string") return [];
    if (value.includes("\0")) return [{ field, problem: "it has a NUL character" }];
    return /\p{Surrogate}/u.test(value) ? [{ field, problem: "it has half of a surrogate pair" }] : [];
  });
}

function sorted(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}

/** Without the fields that are `undefined`, which say nothing. */
export function defined<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}
