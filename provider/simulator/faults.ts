import type { Fault, FaultKind } from "./fault-schema";
import type { World } from "./world";

/** What a fault can be tied to, beside the name of a cmdlet. */
export type Access = "read" | "write" | "hello";

/** The faults that befall one call. */
export class Plan {
  readonly #faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    this.#faults = faults;
  }

  has(kind: FaultKind): boolean {
    return this.all(kind).length > 0;
  }

  /** The first of a kind; of several that befall the same call it decides. */
  first<K extends FaultKind>(kind: K): Extract<Fault, { kind: K }> | undefined {
    return this.all(kind)[0];
  }

  all<K extends FaultKind>(kind: K): Extract<Fault, { kind: K }>[] {
    return this.#faults.filter((fault): fault is Extract<Fault, { kind: K }> => fault.kind === kind);
  }
}

/** Counts a call in every fault that it is a case of, and picks those that befall it. */
export function befalling(world: World, cmdlet: string, access: Access): Plan {
  const cases = world.faults.filter(
    (fault) => fault.cmdlet === "*" || fault.cmdlet === cmdlet || fault.cmdlet === access,
  );
  for (const fault of cases) fault.seen += 1;
  return new Plan(cases.filter(({ occurrence, seen }) => occurrence === "every" || occurrence === seen));
}
