import type { Kind } from "../registry/records";
import type { Properties } from "./properties";

/**
 * Remembers, for one run, which copy of a resource the program stands by. State may hold two copies of one record: an update
 * made the second one under another type or parent, and failed before it deleted the first. Where the program then goes
 * back to the first copy, the second one is deleted, and the record that it claimed must pass back instead of going with it.
 */
export class Heirs {
  readonly #declared = new Map<string, Properties>();

  /** Notes a copy that the program declares, as state has it. The last one counts: a refresh comes before the program. */
  declare(kind: Kind, id: string, copy: Properties): void {
    this.#declared.set(`${kind} ${id}`, copy);
  }

  /** Notes that a copy is given up: it is deleted now, or becomes another record. */
  giveUp(kind: Kind, id: string, { incarnation }: Properties): void {
    if (this.of(kind, id)?.incarnation === incarnation) this.#declared.delete(`${kind} ${id}`);
  }

  of(kind: Kind, id: string): Properties | undefined {
    return this.#declared.get(`${kind} ${id}`);
  }
}
