import assert from "node:assert/strict";
import type { BackendOptions } from "../../provider/backends/backend";
import { isRegistryError, type RegistryErrorCode } from "../../provider/registry/errors";
import { KINDS } from "../../provider/registry/records";
import type {
  Actor,
  Change,
  RegistryCapabilities,
  Stored,
  TopologyRegistry,
} from "../../provider/registry/registry";

/** A store of its own for one case. */
export interface TestStore {
  /** Another handle on the store. */
  open(options?: Partial<BackendOptions>): TopologyRegistry;
  /** Removes the store; every handle is closed by then. */
  dispose(): Promise<void>;
}

/** A backend under test. */
export interface Subject {
  capabilities: RegistryCapabilities;
  newStore(): Promise<TestStore>;
}

/** What a case works with. */
export interface Bench {
  readonly registry: TopologyRegistry;
  /** Another handle on the same store, closed after the case. */
  open(options?: Partial<BackendOptions>): TopologyRegistry;
  /** A handle on another store, with nothing in it, closed and removed after the case. */
  anotherStore(): Promise<TopologyRegistry>;
}

/** A fresh store with one open handle for each case of the surrounding `describe`. */
export function useBench(subject: Subject): Bench {
  let stores: TestStore[];
  let handles: TopologyRegistry[];
  const keep = (handle: TopologyRegistry) => {
    handles.push(handle);
    return handle;
  };
  const open = (options?: Partial<BackendOptions>) => {
    assert.ok(stores[0]);
    return keep(stores[0].open(options));
  };
  const newStore = async () => {
    const store = await subject.newStore();
    stores.push(store);
    return store;
  };
  beforeEach(async () => {
    stores = [];
    handles = [];
    await newStore();
    open();
  });
  afterEach(async () => {
    await Promise.all(handles.map((handle) => handle.close()));
    await Promise.all(stores.map((store) => store.dispose()));
  });
  return {
    open,
    anotherStore: async () => keep((await newStore()).open()),
    get registry() {
      const [first] = handles;
      assert.ok(first);
      return first;
    },
  };
}

export const ANNA: Actor = { managedBy: "chat/prod/lobby", operator: "anna@admin01" };
export const BERT: Actor = { managedBy: "chat/test/lobby", operator: "bert@admin02" };
export const BY_HAND: Actor = { operator: "carol@admin03" };

export const DOMAIN = "contoso.com";
export const POOL = "chat1.contoso.com";
export const OTHER_POOL = "chat2.contoso.com";
export const ADDRESS = "sip:ocschat@contoso.com";

/** A registry with one SIP domain and two pools. */
export async function furnish(registry: TopologyRegistry): Promise<void> {
  await registry.create("sip-domain", { domain: DOMAIN, isDefault: true }, ANNA);
  await registry.create("pool", { poolFqdn: POOL, shape: "multiple", servers: serversOf(POOL, 2) }, ANNA);
  await registry.create("pool", { poolFqdn: OTHER_POOL, shape: "multiple" }, ANNA);
}

export function serversOf(pool: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `s${index + 1}.${pool}`);
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

/** Everything that a registry holds and remembers. */
export async function contentsOf(registry: TopologyRegistry): Promise<{ all: Stored[]; past: Change[] }> {
  const all: Stored[] = [];
  for (const kind of KINDS) all.push(...(await collect(registry.list(kind))));
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
