import { checkArguments } from "../lifecycle/check";
import { endpointKind } from "../lifecycle/endpoint-kind";
import type { Problem, ResourceKind } from "../lifecycle/kind";
import { poolKind } from "../lifecycle/pool-kind";
import { type Properties, pick } from "../lifecycle/properties";
import { sipDomainKind } from "../lifecycle/sip-domain-kind";
import type { Kind } from "../registry/records";
import type { Stored } from "../registry/registry";

const RESOURCE_KINDS: { readonly [K in Kind]?: ResourceKind } = {
  "sip-domain": sipDomainKind as unknown as ResourceKind,
  pool: poolKind as unknown as ResourceKind,
  endpoint: endpointKind as unknown as ResourceKind,
};

/** What a program says of a record to declare it as it is. */
export interface DeclaredArguments {
  /** All that the record has, so that nothing of it is left unmanaged; without what no program may say. */
  given: Properties;
  /** What had to be left out, and why. */
  leftOut: Problem[];
}

/** The kind of resource that declares a kind of record. */
export function resourceKindOf(kind: Kind): ResourceKind {
  const found = RESOURCE_KINDS[kind];
  if (found === undefined) throw new Error(`no resource declares a ${kind}`);
  return found;
}

/** Why a record is left out that no program can declare, in words that follow "it is left out: ". */
export function notDeclarable({ path, problem }: Problem): string {
  return `no program can declare it: ${path}: ${problem}`;
}

/** The arguments of the resource that declares a record; a `Problem` where no program can. */
export function argumentsOf({ kind, record }: Pick<Stored, "kind" | "record">): DeclaredArguments | Problem {
  const { identity, fixed, managed, ...rest } = resourceKindOf(kind);
  const leftOut: Problem[] = [];
  let paths = [identity, ...fixed, ...managed];
  for (;;) {
    const { inputs, problems } = checkArguments(
      { identity, fixed, managed, ...rest },
      {},
      pick(record, paths),
    );
    if (problems.length === 0) return { given: inputs, leftOut };
    for (const problem of problems) {
      const path = managed.find((one) => problem.path === one || problem.path.startsWith(`${one}.`));
      if (path === undefined || !paths.includes(path)) return leftOut[0] ?? problem;
      if (!leftOut.some((other) => other.path === path)) leftOut.push({ ...problem, path });
    }
    paths = paths.filter((path) => !leftOut.some((other) => other.path === path));
  }
}
