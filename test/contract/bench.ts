import assert from "node:assert/strict";
import type { BackendOptions } from "../../provider/backends/backend";
import { isRegistryError, type RegistryErrorCode } from "../../provider/registry/errors";
import { KINDS, type Kind, type NewRecordOf } from "../../provider/registry/records";
import type {
  Actor,
  Change,
  RegistryCapabilities,
  Stored,
  TopologyRegistry,
} from "../../provider/registry/registry";
import { Maker } from "./maker";
import { isManaged, type Subject, type TestStore } from "./subject";

export * from "./furniture";

/** What a case works with. */
export interface Bench {
  /** Those of the backend, also before any case runs: they decide which cases there are. */
  readonly capabilities: RegistryCapabilities;
  readonly slow: boolean;
  readonly registry: TopologyRegistry;
  manages(kind: Kind): boolean;
  /** Another handle on the same store, closed after the case. */
  open(options?: Partial<BackendOptions>): TopologyRegistry;
  /** A handle on another store, with nothing in it, closed and removed after the case. */
  anotherStore(): Promise<TopologyRegistry>;
  /** One SIP domain and two pools, with a handle of the case or its first one. */
  furnish(registry?: TopologyRegistry): Promise<void>;
  /** Puts a record into the store: through the registry, or past it where it only observes such records. */
  place<K extends Kind>(kind: K, record: NewRecordOf<K>, by?: Actor): Promise<Stored<K>>;
  /** Takes a record out of the store in the same way. */
  displace(kind: Kind, key: string): Promise<void>;
  /** The records of a kind, but for those that every store has. */
  listed<K extends Kind>(kind: K): Promise<Stored<K>[]>;
}

/** A fresh store with one open handle for each case of the surrounding `describe`. */
export function useBench(subject: Subject): Bench {
  const { capabilities, initial = [], slow = false } = subject;
  let stores: TestStore[];
  let handles: TopologyRegistry[];
  const store = () => {
    assert.ok(stores[0]);
    return stores[0];
  };
  const first = () => {
    assert.ok(handles[0]);
    return handles[0];
  };
  const maker = (registry = first()) => new Maker(registry, store());
  const keep = (handle: TopologyRegistry) => {
    handles.push(handle);
    return handle;
  };
  const open = (options?: Partial<BackendOptions>) => keep(store().open(options));
  const newStore = async () => {
    const made = await subject.newStore();
    stores.push(made);
    return made;
  };
  beforeEach(async () => {
    stores = [];
    handles = [];
    await newStore();
    open();
  });
  afterEach(async () => {
    await Promise.all(handles.map((handle) => handle.close()));
    await Promise.all(stores.map((made) => made.dispose()));
  });
  return {
    capabilities,
    slow,
    manages: (kind) => isManaged(kind, capabilities),
    open,
    anotherStore: async () => keep((await newStore()).open()),
    furnish: (registry) => maker(registry).furnish(),
    place: (kind, record, by) => maker().place(kind, record, by),
    displace: (kind, key) => maker().displace(kind, key),
    listed: async (kind) => {
      const known = initial.filter((one) => one.kind === kind).map(({ key }) => key);
      const all = await collect(first().list(kind));
      assert.deepEqual(
        known.filter((key) => !all.some((stored) => stored.key === key)),
        [],
        "what every store has is not listed",
      );
      return all.filter(({ key }) => !known.includes(key));
    },
    get registry() {
      return first();
    },
  };
}

/** A case for each value, or one for all of them in turn: then each must leave the store as it found it. */
export function caseForEach<T>(
  { slow }: Bench,
  values: readonly T[],
  title: (what: string) => string,
  names: { one: (value: T) => string; all: string },
  work: (value: T) => Promise<void>,
): void {
  if (!slow) {
    for (const value of values) it(title(names.one(value)), () => work(value));
    return;
  }
  it(title(names.all), async () => {
    for (const value of values)
      await work(value).catch((error: unknown) => {
        throw new Error(`${title(names.one(value))}: ${error}`, { cause: error });
      });
  });
}

/** Fails unless `work` fails with this code and with one sentence that holds all the `words`. */
export async function failsWith(
  work: Promise<unknown>,
  code: RegistryErrorCode,
  ...words: string[]
): Promise<void> {
  await assert.rejects(work, (error) => {
    assert.ok(isRegistryError(error), `not a RegistryError: ${error}`);
    assert.equal(error.code, code, error.message);
    assert.match(error.message, /^cannot [^\n]+$/);
    for (const word of words)
      assert.ok(error.message.includes(word), `'${word}' is missing: ${error.message}`);
    return true;
  });
}

/** Everything that a registry holds, and what it remembers of it. */
export async function contentsOf(registry: TopologyRegistry): Promise<{ all: Stored[]; past: Change[] }> {
  const all: Stored[] = [];
  for (const kind of KINDS) all.push(...(await collect(registry.list(kind))));
  if (!registry.capabilities.history) return { all, past: [] };
  const past = await Promise.all(all.map((stored) => registry.history(stored.kind, stored.key)));
  return { all, past: past.flat() };
}

/** Fails unless `work` leaves the registry exactly as it was. */
export async function leavesAlone(registry: TopologyRegistry, work: () => Promise<unknown>): Promise<void> {
  const before = await contentsOf(registry);
  await work();
  assert.deepEqual(await contentsOf(registry), before);
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

/** The record of a key, which must be there. */
export async function present<T>(found: Promise<T | undefined>): Promise<T> {
  const value = await found;
  assert.ok(value !== undefined, "it is absent");
  return value;
}
