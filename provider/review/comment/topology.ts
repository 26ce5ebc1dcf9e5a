import { KEY_FIELDS, type Kind, TOPOLOGY_KINDS, type TopologyKind } from "../../registry/records";
import { REGISTRY_SETTING } from "../../registry/settings";
import { type SipAddress, sipDomainOf } from "../../registry/sip-address";
import { CUTOVER_ENDPOINT, CUTOVER_REMOVAL } from "../cutover-types";
import { effectiveOf } from "../fields";
import type { Properties, Step } from "../preview";
import { type RegistryTraits, registryTraits } from "../registry-traits";
import { PROVIDER_TYPE } from "../urn";
import { knownName } from "../values";
import { givesUp, whyKept } from "./kept";

/** A record as it is declared at one time. */
export interface Declared {
  step: Step;
  values: Properties;
}

/** What is declared at one time, by key. What has no name yet, or a secret one, is not in it. */
export class Topology {
  readonly domains = new Map<string, Declared>();
  readonly pools = new Map<string, Declared>();
  readonly endpoints = new Map<string, Declared>();
  readonly #addressesOfPool = new Map<string, string[]>();
  readonly #addressesOfDomain = new Map<string, string[]>();

  add(kind: TopologyKind, step: Step, values: Properties): void {
    const key = knownName(values[KEY_FIELDS[kind]]);
    const known = this.of(kind);
    if (key === undefined || (step.isLookup && known.has(key))) return;
    known.set(key, { step, values });
    if (kind !== "endpoint") return;
    push(this.#addressesOfDomain, domainOf(key), key);
    push(this.#addressesOfPool, knownName(values.poolFqdn), key);
  }

  /** Adds what no resource declares any more, unless another one does. */
  addKept(kind: TopologyKind, step: Step, values: Properties): void {
    if (!this.of(kind).has(knownName(values[KEY_FIELDS[kind]]) ?? "")) this.add(kind, step, values);
  }

  of(kind: TopologyKind): Map<string, Declared> {
    return { "sip-domain": this.domains, pool: this.pools, endpoint: this.endpoints }[kind];
  }

  /** The addresses that lead to a pool. */
  leadingTo(poolFqdn: string): readonly string[] {
    return this.#addressesOfPool.get(poolFqdn) ?? [];
  }

  /** The addresses in a SIP domain that lead anywhere. */
  inDomain(domain: string): readonly string[] {
    return this.#addressesOfDomain.get(domain) ?? [];
  }

  /** The SIP domains of all addresses. */
  get servedDomains(): Iterable<string> {
    return this.#addressesOfDomain.keys();
  }
}

/** What one program declares in one registry, before and after. */
export interface Scope {
  /** The explicit provider of it. */
  provider?: string;
  before: Topology;
  /** What a resource gives up and the registry keeps is in it, too. */
  after: Topology;
  registry: RegistryTraits;
  /** The addresses that a cutover gives back to their users. */
  givenBack: ReadonlySet<unknown>;
  /** What the program itself manages. */
  steps: (Step & { kind: TopologyKind })[];
}

/** The registries of a preview, that of the stack first; in each the steps keep their order. */
export function scopesOf(steps: readonly Step[], ofStack = registryTraits(undefined)): Scope[] {
  const scopes = new Map<string | undefined, Scope>();
  const givenBack = new Set(
    steps
      .filter(({ type, operation }) => type === CUTOVER_REMOVAL && operation === "create")
      .map(({ after }) => after?.sipAddress),
  );
  // What is managed counts before what is only looked up, by another resource of the same program.
  const managed = steps.filter((one) => !one.isLookup).flatMap(inRegistries);
  for (const step of [...managed, ...steps.filter((one) => one.isLookup)]) {
    const isOfCutover = step.type === CUTOVER_ENDPOINT;
    const kind = isOfCutover ? "endpoint" : step.kind;
    if (!isTopologyKind(kind)) continue;
    const registry = step.provider === undefined ? ofStack : registryOf(step.provider, steps);
    const scope = scopes.get(step.provider) ?? emptyScope(step.provider, registry, givenBack);
    scopes.set(step.provider, scope);
    // It leads where it leads, before and after; once it is no longer looked up, nothing is known of it.
    const looked = step.isLookup ? { ...step.outputs, ...step.after } : undefined;
    if (looked && step.after === undefined) continue;
    const before = looked ?? step.before;
    const after = looked ?? step.after ?? (isOfCutover ? step.before : undefined);
    if (before) scope.before.add(kind, step, before);
    if (after && !(isOfCutover && givenBack.has(after.sipAddress))) scope.after.add(kind, step, after);
    if (step.kind !== undefined && !looked) scope.steps.push({ ...step, kind });
  }
  for (const { steps: own, after, registry } of scopes.values())
    for (const step of own)
      if (step.before && givesUp(step, step.kind) && whyKept(step, registry))
        after.addKept(step.kind, step, step.before);
  return [...scopes.values()].sort((one, other) => order(one) - order(other));
}

/**
 * What gets another provider goes in the one registry and comes in the other. Only where it is replaced does it go indeed; an
 * update makes it where it is not yet, and without one nothing is done.
 */
function inRegistries(step: Step): Step[] {
  const { former, provider, operation, before, after, ...rest } = step;
  if (former === undefined) return [step];
  const stays = operation !== "replace" && { former };
  const goes: Step = { ...rest, ...former, ...stays, operation: "delete", ...(before && { before }) };
  if (operation === "same") return [goes];
  const owner = provider !== undefined && { provider };
  return [goes, { ...rest, ...owner, operation: "create", ...(after && { after }) }];
}

/** What a record has for a field: what is not declared, or no longer, stays as it is. */
export function fieldOf({ values, step }: Declared, field: string): unknown {
  const { operation, before } = step;
  const declared = values[field] ?? (operation === "update" ? before?.[field] : undefined);
  if (declared !== undefined || operation === "create" || operation === "replace") return declared;
  return effectiveOf(step)?.[field];
}

/** The SIP domain of an address; `undefined` where it is none. */
export function domainOf(address: string): string | undefined {
  return address.includes("@") ? sipDomainOf(address as SipAddress) : undefined;
}

function isTopologyKind(kind: Kind | undefined): kind is TopologyKind {
  return TOPOLOGY_KINDS.some((one) => one === kind);
}

/** That of an explicit provider is among its settings. */
function registryOf(provider: string, steps: readonly Step[]): RegistryTraits {
  const own = steps.find(({ type, name }) => type === PROVIDER_TYPE && name === provider);
  return registryTraits((own?.after ?? own?.before)?.[REGISTRY_SETTING]);
}

function emptyScope(
  provider: string | undefined,
  registry: RegistryTraits,
  givenBack: Scope["givenBack"],
): Scope {
  return {
    ...(provider !== undefined && { provider }),
    before: new Topology(),
    after: new Topology(),
    registry,
    givenBack,
    steps: [],
  };
}

function order({ provider }: Scope): number {
  return provider === undefined ? 0 : 1;
}

function push(map: Map<string, string[]>, key: string | undefined, value: string): void {
  if (key === undefined) return;
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
