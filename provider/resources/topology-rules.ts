import { setImmediate } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import { KIND_LABELS, type Kind } from "../registry/records";
import { type SipAddress, sipDomainOf } from "../registry/sip-address";
import { currentProgram } from "./program";

/** A resource of the running program, as far as the rules over the whole program go. */
export interface Declared {
  kind: Kind;
  /** The logical name. */
  name: string;
  /** The canonical key, once it is known. */
  key?: string;
  /** Whether the key is a secret of the program, which no message may tell. */
  isKeySecret?: boolean;
  /** The pool that an endpoint leads to, once it is known. */
  leadsTo?: string;
  /** Read with `get`: it counts as declared, and repeats nothing. */
  lookup: boolean;
  resource?: pulumi.Resource;
  /** What an endpoint names by a plain string, which carries no dependency of its own: kind and key. */
  plainReferences: { kind: Kind; key: string }[];
  /** Whether the engine may have been told of it already. */
  settled: boolean;
  /** Why it is refused, where another resource declares the same. */
  refusal?: pulumi.RunError;
}

/**
 * The declarations of one program under one provider, and the rules over them: what one resource's `check` cannot see.
 * A rule that is broken fails the program before the later of the two resources is registered, naming both.
 */
export class Topology {
  private readonly declared: Declared[] = [];
  private defaultDomain: Declared | undefined;

  add(declared: Declared): void {
    this.declared.push(declared);
  }

  /** Gives a declaration its key, and holds it against the others. */
  async place(declared: Declared, key: string, isKeySecret: boolean): Promise<void> {
    declared.key = key;
    declared.isKeySecret = isKeySecret;
    this.assertUnique(declared);
    this.assertNotReferredTo(declared);
    if (declared.kind === "endpoint" && !declared.lookup) {
      await allDeclared();
      this.assertDomainDeclared(declared, sipDomainOf(key as SipAddress));
    }
  }

  /** The resources that a declaration names by plain strings. The program's order does not matter, as far as it runs without waiting. */
  async dependenciesOf(declared: Declared): Promise<pulumi.Resource[]> {
    await allDeclared();
    declared.settled = true;
    return declared.plainReferences.flatMap(({ kind, key }) =>
      this.of(kind).flatMap((other) => (other.key === key && other.resource ? [other.resource] : [])),
    );
  }

  /** Refuses a second default domain: the registry has one, and the two resources would take it from each other for ever. */
  placeDefault(declared: Declared): void {
    this.defaultDomain ??= declared;
    if (this.defaultDomain !== declared)
      fail(
        `${describe(declared)} and ${describe(this.defaultDomain)} both have isDefault: true; one SIP domain is the default`,
      );
  }

  /** Says in the preview, once, that a pool has an endpoint already: allowed, and rarely meant. The pool may be a secret here. */
  placePool(declared: Declared, poolFqdn: string): void {
    declared.leadsTo = poolFqdn;
    const [first, second] = this.others(declared).filter((other) => other.leadsTo === poolFqdn);
    if (first && !second && pulumi.runtime.isDryRun())
      void pulumi.log.info(
        `${describe(declared)} leads to the same pool as ${describe(first)}; one per pool is enough unless legacy clients of several SIP domains use it`,
      );
  }

  private others(declared: Declared): Declared[] {
    return this.of(declared.kind).filter((other) => other !== declared && !other.lookup);
  }

  private of(kind: Kind): Declared[] {
    return this.declared.filter((declared) => declared.kind === kind);
  }

  private assertUnique(declared: Declared): void {
    if (declared.lookup) return;
    const twin = this.others(declared).find((other) => other.key === declared.key);
    if (twin === undefined) return;
    // Both are refused, with one and the same error, which is reported once.
    declared.refusal = twin.refusal ??= refusal(
      `${describe(declared)} and resource '${twin.name}' declare the same ${KIND_LABELS[declared.kind]}; declare it once`,
    );
    throw declared.refusal;
  }

  /** Only for what is declared, or whose key is known, after the program waited for something: nothing earlier can depend on it any more. */
  private assertNotReferredTo(declared: Declared): void {
    if (declared.lookup) return;
    const early = this.declared.find(
      (other) =>
        other.settled &&
        other.plainReferences.some(({ kind, key }) => kind === declared.kind && key === declared.key),
    );
    if (early)
      fail(
        `${describe(declared)} is known only after ${describe(early)}, which names it by a plain string; declare it first, or pass the output of the resource`,
      );
  }

  private assertDomainDeclared(endpoint: Declared, domain: string): void {
    const domains = this.of("sip-domain");
    if (domains.length === 0 || domains.some(({ key }) => key === undefined || key === domain)) return;
    const list = domains.map(({ key, isKeySecret, name }) => `${isKeySecret ? "a secret" : key} ('${name}')`);
    const where = endpoint.isKeySecret ? "a SIP domain" : `the SIP domain '${domain}'`;
    fail(
      `${describe(endpoint)} is in ${where}, which the program does not declare; it declares ${list.join(", ")}`,
    );
  }
}

const topologies = new WeakMap<object, Map<unknown, Topology>>();

/** The topology of the running program under a provider; `undefined` stands for the default provider. */
export function topologyOf(provider: pulumi.ProviderResource | undefined): Topology {
  const program = currentProgram();
  const perProvider = topologies.get(program) ?? new Map<unknown, Topology>();
  topologies.set(program, perProvider);
  const topology = perProvider.get(provider) ?? new Topology();
  perProvider.set(provider, topology);
  return topology;
}

/** Resolves when the program has declared all that it declares without waiting for anything. */
function allDeclared(): Promise<void> {
  return setImmediate();
}

function describe({ kind, key, isKeySecret, name }: Declared): string {
  return key === undefined || isKeySecret
    ? `the ${KIND_LABELS[kind]} of resource '${name}'`
    : `${KIND_LABELS[kind]} '${key}' (resource '${name}')`;
}

function fail(message: string): never {
  throw refusal(message);
}

/** An error whose message stays as it is: on its way through the SDK `error serializing property "…": ` is put before it, once per property. */
function refusal(message: string): pulumi.RunError {
  return Object.defineProperty(new pulumi.RunError(message), "message", { get: () => message, set() {} });
}
