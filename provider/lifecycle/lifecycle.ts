import { isRegistryError, RegistryError } from "../registry/errors";
import { type ChangeOf, KIND_LABELS, type Kind, type NewRecordOf } from "../registry/records";
import {
  type Actor,
  type Incarnation,
  isIncarnation,
  type Stored,
  type TopologyRegistry,
} from "../registry/registry";
import { assertAdoptable, assertFixed, assertOwner } from "./adoption";
import { type CheckFailure, checkArguments, toFailure } from "./check";
import { assertNoConflict } from "./conflicts";
import { endpointKind } from "./endpoint-kind";
import { Handovers } from "./handovers";
import { Heirs } from "./heirs";
import type { Problem, ResourceKind } from "./kind";
import { PartialFailure } from "./partial-failure";
import { poolKind } from "./pool-kind";
import { differing, type Properties, pick } from "./properties";
import { adoptionOf, incarnationOf, inputsFromLive, managedPaths, outputsOf } from "./results";
import { sipDomainKind } from "./sip-domain-kind";
import { hasUnknown } from "./unknowns";

/** How often a write is tried again that lost a race on a field which is not ours. */
const MOST_ATTEMPTS = 10;

const RESOURCE_KINDS = new Map<unknown, ResourceKind>(
  [sipDomainKind, poolKind, endpointKind].map((kind) => [kind.kind, kind as unknown as ResourceKind]),
);

export interface LifecycleOptions {
  registry: TopologyRegistry;
  /** The person or job on whose behalf the engine runs. */
  operator: string;
  /** Takes one line for the user. */
  log(line: string): void;
}

/** What becomes of a record on the way to what is declared. */
interface Progress {
  claimed?: Stored;
  /** Whether somebody else made the record. */
  adopted?: boolean;
}

/** What the engine calls: check and diff touch no registry; the others observe the live record, ensure it, sync it, and return. */
export class Lifecycle {
  readonly #handovers = new Handovers();
  readonly #heirs = new Heirs();
  /** The endpoints of which it was said that a change interrupts them. */
  readonly #interruptions = new Set<string>();

  constructor(private readonly options: LifecycleOptions) {}

  check(olds: Properties, news: Properties): { inputs: Properties; failures: CheckFailure[] } {
    const { __kind, __provider, managedBy, ...given } = news;
    const kind = kindOf(news);
    const { inputs, problems } = checkArguments(kind, olds, given);
    problems.push(...this.defaultDomainProblems(kind, olds, inputs));
    // The owner stays who it was, so that renaming a resource (with an alias) is no change.
    const checked = { ...inputs, __kind, managedBy: olds.managedBy ?? managedBy };
    if (problems.length === 0) problems.push(...this.handoverProblems(kind, olds, checked));
    return { inputs: checked, failures: problems.map(toFailure) };
  }

  diff(id: string, olds: Properties, news: Properties): { changes?: boolean; replaces?: string[] } {
    const kind = kindOf(news);
    const changed = differing(olds, news, Object.keys(kind.fields.shape));
    if (changed.includes(kind.identity)) this.#heirs.giveUp(kind.kind, id, olds);
    else this.#heirs.declare(kind.kind, id, olds);
    this.tellInterruption(kind, id, changed);
    // `undefined` lets the engine compare the inputs itself: exact diffs, and replaceOnChanges works.
    if (changed.length === 0) return { changes: olds.__superseded === true };
    return { changes: undefined, replaces: changed.includes(kind.identity) ? [kind.identity] : [] };
  }

  async create(inputs: Properties): Promise<{ id: string; outs: Properties }> {
    const kind = kindOf(inputs);
    const id = String(inputs[kind.identity]);
    return { id, outs: await this.reconcile(kind, id, inputs) };
  }

  async update(id: string, olds: Properties, news: Properties): Promise<{ outs: Properties }> {
    const kind = kindOf(news);
    return { outs: await this.reconcile(kind, id, news, olds) };
  }

  async delete(id: string, props: Properties): Promise<void> {
    const kind = kindOf(props);
    const { registry, log } = this.options;
    this.#heirs.giveUp(kind.kind, id, props);
    const kept = this.whyKept(kind, props);
    if (kept !== undefined) return log(`${named(kind, id)} is forgotten and stays as it is: ${kept}`);
    const live = await registry.get(kind.kind, id);
    if (live === undefined) return registry.assertExists();
    const incarnation = String(props.incarnation ?? live.incarnation);
    if (isIncarnation(incarnation, live)) {
      if (registry.capabilities.ownership) assertOwner(kind, "delete", live, props.managedBy);
      const heir = this.#heirs.of(kind.kind, id);
      if (heir) {
        await registry.claim(
          kind.kind,
          id,
          live.revision,
          this.actor(heir),
          heir.incarnation as Incarnation | undefined,
        );
        log(`${named(kind, id)} passes back to the resource that declares it`);
        return;
      }
    }
    // A registry may know an incarnation that the record had before a run was cut off.
    if (await registry.remove(kind.kind, id, { incarnation }, this.actor(props))) return;
    log(
      `${named(kind, id)} is left as it is: the registry's record was made or claimed after this resource last wrote it`,
    );
  }

  async read(
    id: string,
    props: Properties,
  ): Promise<{ id?: string; props?: Properties; inputs?: Properties }> {
    if (props.__kind === "resolution") return { id, props: { ...props, resolution: await this.resolve(id) } };
    const kind = kindOf(props);
    const stored = await this.options.registry.get(kind.kind, id);
    // A lookup that was made before has outputs, and is dropped like anything else that is gone.
    const isNew = props.__lookup === true && props.incarnation === undefined;
    if (props.__lookup === true && (stored || isNew))
      return { id, props: this.lookedUp(kind, id, props, stored) };
    if (stored === undefined) {
      await this.options.registry.assertExists();
      return {};
    }
    const inputs = inputsFromLive(kind, props, stored);
    const outputs = {
      ...outputsOf(kind, inputs, stored),
      ...incarnationOf(props, stored),
      ...adoptionOf(props),
    };
    return { id, props: outputs, inputs };
  }

  private async resolve(address: string): Promise<unknown> {
    return (await this.options.registry.resolve(address as `sip:${string}@${string}`)) ?? null;
  }

  private lookedUp(
    kind: ResourceKind,
    id: string,
    props: Properties,
    stored: Stored | undefined,
  ): Properties {
    if (stored === undefined)
      throw new RegistryError(
        "not-found",
        `cannot get ${named(kind, id)}: the registry has no such record; correct the id, or declare it`,
      );
    const { __kind, __lookup } = props;
    return outputsOf(kind, { ...stored.record, __kind, __lookup }, stored);
  }

  /** Gives the outputs. A record that was claimed is ours: a failure after the claim must not lose it. */
  private async reconcile(
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
    const by = this.actor(inputs);
    const known = seen?.incarnation as Incarnation | undefined;
    const isObserved = this.isObserved(kind);
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
    this.options.log(
      `${named(kind, live.key)} ${ours ? "was made by an earlier run and is recognised" : `is adopted from ${from}`}`,
    );
    return !ours;
  }

  private isObserved({ kind }: ResourceKind): boolean {
    return this.options.registry.capabilities.observed.includes(kind);
  }

  /** Why a delete leaves the record where it is, in words that follow "it stays as it is: ". */
  private whyKept(kind: ResourceKind, props: Properties): string | undefined {
    if (this.isObserved(kind)) return "the registry only observes what is made elsewhere";
    if (props.__adopted !== true) return undefined;
    return "it was there before this stack adopted it; remove it by hand where nobody needs it";
  }

  private tellInterruption(kind: ResourceKind, id: string, changed: readonly string[]): void {
    if (kind !== endpointKind || this.options.registry.capabilities.endpointChange === "in-place") return;
    // Another address is another contact: the old one answers until the new one does.
    if (changed.includes(kind.identity) || !changed.some((field) => kind.managed.includes(field))) return;
    if (this.#interruptions.has(id)) return;
    this.#interruptions.add(id);
    this.options.log(
      `legacy endpoint '${id}' cannot be changed in place: it is removed and made again, and in between nobody answers this address; a legacy client that signs in then has no rooms until its next sign-in`,
    );
  }

  private defaultDomainProblems(kind: ResourceKind, olds: Properties, inputs: Properties): Problem[] {
    if (kind.kind !== "sip-domain" || this.options.registry.capabilities.defaultDomain === "optional")
      return [];
    if (olds.isDefault !== true || inputs.isDefault !== false) return [];
    return [
      {
        path: "isDefault",
        problem:
          "the default SIP domain gives the mark up only to another one; declare isDefault: true there, and leave isDefault out here",
      },
    ];
  }

  private handoverProblems(kind: ResourceKind, olds: Properties, news: Properties): Problem[] {
    const key = (value: unknown) => (typeof value === "string" && !hasUnknown(value) ? value : undefined);
    const [from, to] = [key(olds[kind.identity]), key(news[kind.identity])];
    const problems = this.#handovers.note(kind.kind, String(news.managedBy), from, to);
    return problems.map((problem) => ({ path: kind.identity, problem }));
  }

  private actor(properties: Properties): Actor {
    return { managedBy: properties.managedBy as string | undefined, operator: this.options.operator };
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

function kindOf(properties: Properties): ResourceKind {
  const kind = RESOURCE_KINDS.get(properties.__kind);
  if (kind) return kind;
  throw new RegistryError(
    "unsupported",
    `cannot handle a resource of kind '${String(properties.__kind)}': this version of pulumi-persistentchat does not know it; install the version that declared it, or a later one`,
  );
}

function recordOf(kind: ResourceKind, inputs: Properties): NewRecordOf<Kind> {
  return pick(inputs, [kind.identity, ...kind.fixed, ...kind.managed]) as NewRecordOf<Kind>;
}

function named(kind: ResourceKind, id: string): string {
  return `${KIND_LABELS[kind.kind]} '${id}'`;
}
