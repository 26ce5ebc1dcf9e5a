import { RegistryError } from "../registry/errors";
import { KIND_LABELS } from "../registry/records";
import { type Actor, type Incarnation, isIncarnation, type Stored } from "../registry/registry";
import { assertOwner } from "./adoption";
import { type CheckFailure, checkArguments, toFailure } from "./check";
import { Convergence, type ConvergenceOptions } from "./convergence";
import { endpointKind } from "./endpoint-kind";
import { Handovers } from "./handovers";
import { Heirs } from "./heirs";
import type { Problem, ResourceKind } from "./kind";
import { poolKind } from "./pool-kind";
import { differing, type Properties } from "./properties";
import { adoptionOf, incarnationOf, inputsFromLive, outputsOf } from "./results";
import { sipDomainKind } from "./sip-domain-kind";
import { hasUnknown } from "./unknowns";

const RESOURCE_KINDS = new Map<unknown, ResourceKind>(
  [sipDomainKind, poolKind, endpointKind].map((kind) => [kind.kind, kind as unknown as ResourceKind]),
);

export type LifecycleOptions = ConvergenceOptions;

/** What the engine calls: check and diff touch no registry; the others observe the live record, ensure it, sync it, and return. */
export class Lifecycle {
  readonly #handovers = new Handovers();
  readonly #heirs = new Heirs();
  /** The endpoints of which it was said that a change interrupts them. */
  readonly #interruptions = new Set<string>();

  readonly #convergence: Convergence;

  constructor(private readonly options: LifecycleOptions) {
    this.#convergence = new Convergence(options);
  }

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
    return { id, outs: await this.#convergence.reconcile(kind, id, inputs) };
  }

  async update(id: string, olds: Properties, news: Properties): Promise<{ outs: Properties }> {
    const kind = kindOf(news);
    return { outs: await this.#convergence.reconcile(kind, id, news, olds) };
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
    if ((await registry.get(kind.kind, id)) === undefined) return;
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

  private isObserved({ kind }: ResourceKind): boolean {
    return this.options.registry.capabilities.observed.includes(kind);
  }

  /** Why a delete leaves the record where it is, in words that follow "it stays as it is: ". */
  private whyKept(kind: ResourceKind, props: Properties): string | undefined {
    if (this.isObserved(kind)) return "the registry only observes what is made elsewhere";
    if (this.options.registry.capabilities.adopted === "removed" || props.__adopted !== true)
      return undefined;
    return "this stack adopted it; remove it by hand where nobody needs it";
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

function kindOf(properties: Properties): ResourceKind {
  const kind = RESOURCE_KINDS.get(properties.__kind);
  if (kind) return kind;
  throw new RegistryError(
    "unsupported",
    `cannot handle a resource of kind '${String(properties.__kind)}': this version of pulumi-persistentchat does not know it; install the version that declared it, or a later one`,
  );
}

function named(kind: ResourceKind, id: string): string {
  return `${KIND_LABELS[kind.kind]} '${id}'`;
}
