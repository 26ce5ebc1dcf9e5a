import { isRegistryError } from "../../../registry/errors";
import { isIncarnation, type Stored, type TopologyRegistry } from "../../../registry/registry";
import type { Drift, FieldDrift, ResourceDrift } from "../../../review/drift";
import { type Author, authorOf, historyOf, makerOf, removerOf } from "../../../review/last-change";
import type { StackRegistries } from "../registries";

/** A field that drifted, with who made it so and when, where that is known. */
export type SignedField = FieldDrift & Partial<Author>;

export interface SignedDrift extends Omit<ResourceDrift, "fields"> {
  fields: SignedField[];
  /** Who removed it, where it is gone and that is known. */
  author?: Author;
  /** Who manages the record by now, where that is somebody else. */
  otherOwner?: string;
  /** Whether its registry could not be asked who changed it. */
  isUnasked?: true;
}

/** What drifted, and by whom. */
export interface SignedDrifts {
  resources: SignedDrift[];
  /** As of `Drift`. */
  unlisted: number;
  /** Why it is not known who changed some of it, as sentences. */
  notes: string[];
}

/**
 * Adds to a drift what the registries know of it: who, when, and which records somebody else made again or claimed. A registry
 * that cannot be read leaves the drift as it is.
 */
export async function signed(drift: Drift, registries: StackRegistries): Promise<SignedDrifts> {
  const notes = new Set<string>();
  const resources: SignedDrift[] = [];
  for (const resource of drift.resources)
    resources.push(
      await orNote(notes, { ...resource, isUnasked: true }, () =>
        signedResource(resource, registries, notes),
      ),
    );
  // The engine sees those too, and does not tell which they are.
  const doubts = new Set<string>();
  const successors: SignedDrift[] = [];
  if (drift.unlisted > 0)
    for (const { resource, outputs } of drift.others)
      successors.push(
        ...(await orNote(doubts, [], () => succeeded(resource, outputs.incarnation, registries))),
      );
  const unlisted = Math.max(0, drift.unlisted - successors.length);
  return {
    resources: [...resources, ...successors],
    unlisted,
    notes: [...new Set([...notes, ...(unlisted > 0 ? doubts : [])])],
  };
}

async function signedResource(
  resource: ResourceDrift,
  registries: StackRegistries,
  notes: Set<string>,
): Promise<SignedDrift> {
  const { kind, key, provider } = resource;
  if (kind === undefined || key === undefined) return resource;
  const registry = await registries.of(provider);
  if (!registry.capabilities.history) {
    notes.add("the registry keeps no history, which would tell who changed what");
    return { ...resource, isUnasked: true };
  }
  const history = await historyOf(registry, kind, key);
  if (resource.gone) {
    const author = removerOf(history);
    return { ...resource, ...(author && { author: signature(author) }) };
  }
  const live = await registry.get(kind, key);
  if (live === undefined) return resource;
  const fields = resource.fields.map((field) => {
    const author = authorOf(history, field.path, live);
    return { ...field, ...(author && signature(author)) };
  });
  return { ...resource, fields, ...otherOwner(resource, live) };
}

/** The record of a resource, where it is not the one that the stack made, whatever its fields say. */
async function succeeded(
  resource: ResourceDrift,
  recorded: unknown,
  registries: StackRegistries,
): Promise<SignedDrift[]> {
  const { kind, key, provider } = resource;
  if (kind === undefined || key === undefined || recorded === undefined) return [];
  const registry = await registries.of(provider);
  const live = await registry.get(kind, key);
  if (live === undefined || isIncarnation(recorded, live)) return [];
  const author = await successor(registry, live);
  const field = { path: "incarnation", recorded, live: live.incarnation, ...author };
  return [{ ...resource, fields: [field], ...otherOwner(resource, live) }];
}

/** A record of nobody is taken over by the next update without a word. */
function otherOwner({ managedBy }: ResourceDrift, live: Stored): Pick<SignedDrift, "otherOwner"> {
  const isOthers = live.managedBy !== undefined && live.managedBy !== managedBy;
  return isOthers ? { otherOwner: live.managedBy } : {};
}

async function successor(registry: TopologyRegistry, live: Stored): Promise<Partial<Author>> {
  const author = makerOf(await historyOf(registry, live.kind, live.key), live);
  return author ? signature(author) : {};
}

function signature({ by, at }: Author): Author {
  return { by, at };
}

async function orNote<T>(notes: Set<string>, otherwise: T, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isRegistryError(error)) throw error;
    notes.add(`who changed it is not known: ${error.message}`);
    return otherwise;
  }
}
