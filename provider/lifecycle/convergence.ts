import { isRegistryError } from "../registry/errors";
import { type ChangeOf, KIND_LABELS, type Kind, type NewRecordOf } from "../registry/records";
import {
  type Actor,
  type Incarnation,
  isIncarnation,
  type Stored,
  type TopologyRegistry,
} from "../registry/registry";
import { assertAdoptable, assertFixed, assertOwner } from "./adoption";
import { assertNoConflict } from "./conflicts";
import type { ResourceKind } from "./kind";
import { PartialFailure } from "./partial-failure";
import { differing, type Properties, pick } from "./properties";
import { adoptionOf, inputsFromLive, managedPaths, outputsOf } from "./results";

/** How often a write is tried again that lost a race on a field which is not ours. */
const MOST_ATTEMPTS = 10;

/** What becomes of a record on the way to what is declared. */
interface Progress {
  claimed?: Stored;
  /** Whether somebody else made the record. */
  adopted?: boolean;
}

export interface ConvergenceOptions {
  registry: TopologyRegistry;
  /** The person or job on whose behalf the engine runs. */
  operator: string;
  /** Takes one line for the user. */
  log(line: string): void;
}

/** Brings a record to what is declared: what create and update have in common. */
export class Convergence {
  constructor(private readonly options: ConvergenceOptions) {}

  /** Gives the outputs. A record that was claimed is ours: a failure after the claim must not lose it. */
  async reconcile(
    kind: ResourceKind,
    id: string,
    inputs: Properties,
    seen?: Properties,
  ): Promise<Properties> {
    const forgotten = this.options.registry.capabilities.adopted === "forgotten";
    const progress: Progress = { adopted: seen?.__adopted === true };
    const marked = (outputs: Properties) => ({
      ...outputs,
      ...adoptionOf({ __adopted: forgotten && progress.adopted }),
    });
    try {
      return marked(outputsOf(kind, inputs, await this.converge(kind, id, inputs, seen, progress)));
    } catch (error) {
      const { claimed } = progress;
      if (claimed === undefined) throw error;
      const outputs = outputsOf(kind, inputsFromLive(kind, inputs, claimed), claimed);
      throw new PartialFailure(id, marked(outputs), inputs, error);
    }
  }

  /**
   * Observes the live record, ensures that it exists and is ours, and syncs the managed fields that are not as wanted.
   * `seen` is what state last saw, absent for a create. Every write carries the revision just observed; one that lost a
   * race starts over from the record as it is then. Only a create has a new incarnation issued: an update gives the record
   * the one that state knows, so that a later delete finds it even if the update's own answer is lost.
   */
  private async converge(
    kind: ResourceKind,
    id: string,
    inputs: Properties,
    seen: Properties | undefined,
    progress: Progress,
  ): Promise<Stored> {
    const { registry } = this.options;
    const by: Actor = { managedBy: inputs.managedBy as string | undefined, operator: this.options.operator };
    const known = seen?.incarnation as Incarnation | undefined;
    const isObserved = registry.capabilities.observed.includes(kind.kind);
    for (let attempt = 1; ; attempt++) {
      let live = await registry.get(kind.kind, id);
      const isClaimed = live !== undefined && live.incarnation === progress.claimed?.incarnation;
      if (live && seen) await this.assertUpdatable(kind, live, inputs, seen);
      else if (live && !isClaimed && !isObserved) progress.adopted = this.assertTakeable(kind, live, inputs);
      else if (!live && seen && !isObserved) await this.tellGone(kind, id);
      try {
        if (!live || (isObserved && !seen)) {
          live = await registry.create(kind.kind, recordOf(kind, inputs), by, known);
          if (!isObserved) {
            progress.adopted = false;
            return live;
          }
        } else if (!isObserved && !isClaimed && needsClaim(live, known)) {
          live = await registry.claim(kind.kind, id, live.revision, by, known);
          progress.claimed = live;
        }
        const stale = differing(live.record, inputs, managedPaths(kind, inputs));
        if (stale.length === 0) return live;
        const change = pick(inputs, stale) as ChangeOf<Kind>;
        return await registry.update(kind.kind, id, change, live.revision, by);
      } catch (error) {
        if (!lostRace(error) || attempt === MOST_ATTEMPTS) throw error;
      }
    }
  }

  /** Only a create makes a registry: one that is missing altogether is a wrong setting sooner than a loss. */
  private async tellGone(kind: ResourceKind, id: string): Promise<void> {
    await this.options.registry.assertExists();
    this.options.log(`${named(kind, id)} was gone and is made again`);
  }

  private async assertUpdatable(
    kind: ResourceKind,
    live: Stored,
    inputs: Properties,
    seen: Properties,
  ): Promise<void> {
    if (this.options.registry.capabilities.ownership) assertOwner(kind, "update", live, inputs.managedBy);
    assertFixed(kind, "update", live, inputs);
    await assertNoConflict(this.options.registry, kind, live, seen, inputs);
  }

  /** Whether the record is somebody else's, which may be taken. Fails where it may not. */
  private assertTakeable(kind: ResourceKind, live: Stored, inputs: Properties): boolean {
    const ours = live.managedBy !== undefined && live.managedBy === inputs.managedBy;
    if (!ours) assertAdoptable(kind, live, inputs);
    assertFixed(kind, "take over", live, inputs);
    const from = live.managedBy ? `'${live.managedBy}'` : "nobody";
    const came = live.adopted ? "adopted" : "made";
    this.options.log(
      `${named(kind, live.key)} ${ours ? `was ${came} by an earlier run and is recognised` : `is adopted from ${from}`}`,
    );
    // A run that took it over may have been cut off before state knew.
    return !ours || live.adopted === true;
  }
}

/** Whether a record does not show yet that it belongs to the resource that is updated, or, with nothing known, created. */
function needsClaim(live: Stored, known: Incarnation | undefined): boolean {
  return known === undefined || live.managedBy === undefined || !isIncarnation(known, live);
}

/** Whether another writer came between our reading and our writing. */
function lostRace(error: unknown): boolean {
  return isRegistryError(error) && ["conflict", "already-exists", "not-found"].includes(error.code);
}

function recordOf(kind: ResourceKind, inputs: Properties): NewRecordOf<Kind> {
  return pick(inputs, [kind.identity, ...kind.fixed, ...kind.managed]) as NewRecordOf<Kind>;
}

function named(kind: ResourceKind, id: string): string {
  return `${KIND_LABELS[kind.kind]} '${id}'`;
}
