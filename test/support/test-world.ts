import assert from "node:assert/strict";
import type { CallText } from "../../provider/simulator/fault-schema";
import { catchUp, invoke } from "../../provider/simulator/invocation";
import { domainControllers, seenFrom } from "../../provider/simulator/views";
import type { Contact, World, WorldInput } from "../../provider/simulator/world";
import { WorldFile } from "../../provider/simulator/world-file";
import { tagOf } from "./simulated-shell";
import { until } from "./until";

export const NEW = "New-CsPersistentChatEndpoint";
export const REMOVE = "Remove-CsPersistentChatEndpoint";
export const GET = "Get-CsPersistentChatEndpoint";

export const DC1 = "dc01.contoso.test";
export const DC2 = "dc02.contoso.test";

/** The pools of the sample world. */
export const HEADQUARTERS = "pcpool.contoso.test";
export const BRANCH = "pcpool.fabrikam.test";

export type Fault = NonNullable<WorldInput["faults"]>[number];

/** Counted in every world, by a fault that does nothing. */
const COUNTED = ["*", "hello", "read", "write", NEW, REMOVE] as const;

/** A call as the shell gets it. */
export function call(cmdlet: string, parameters: Record<string, unknown>): CallText {
  return { cmdlet, p: Object.entries(parameters).map(([name, value]) => [name, tagOf(value), value]) };
}

/** A simulated world, into which a test looks, and in which it does what others do. Simulators see whole changes only. */
export class TestWorld {
  readonly #file: WorldFile;

  constructor(path: string) {
    this.#file = new WorldFile(path);
  }

  /** Makes the file. */
  fill(world: WorldInput): void {
    this.#file.create(world);
    this.faults();
  }

  read(): World {
    return this.#file.read();
  }

  change<T>(work: (world: World) => T): T {
    return this.#file.change(work);
  }

  /** Puts these faults in the place of all others, and begins to count calls. */
  faults(...faults: Fault[]): void {
    const counters = COUNTED.map((cmdlet) => ({ kind: "latency", cmdlet, occurrence: "every", ms: 0 }));
    this.change((world) => {
      world.faults = [...counters, ...faults].map((fault) => ({ occurrence: 1, seen: 0, ...fault })) as never;
    });
  }

  /** How many calls there were since the faults were put. */
  calls(name: (typeof COUNTED)[number]): number {
    return this.read().faults[COUNTED.indexOf(name)]?.seen ?? assert.fail("nobody counts");
  }

  /** Waits until the simulator has begun so many calls. */
  called(name: (typeof COUNTED)[number], times: number): Promise<void> {
    return until(`${name} is called ${times} times`, () => this.calls(name) >= times);
  }

  /** What a second administrator does, at the domain controller of the shell's host. */
  byHand(cmdlet: string, parameters: Record<string, unknown>): void {
    const { error } = this.change((world) => {
      catchUp(world, Date.now());
      return invoke(world, call(cmdlet, parameters), Date.now());
    });
    assert.equal(error, undefined, error?.message);
  }

  /** The contacts that a domain controller has at a time, but for the automatic ones, in the order of their addresses. */
  contacts(controller = DC1, at = Date.now()): Contact[] {
    const world = this.read();
    const view = domainControllers(world).find(({ name }) => name === controller);
    const { contacts } = seenFrom(view ?? assert.fail(`no ${controller}`), world, at);
    return contacts
      .filter(({ automatic }) => !automatic)
      .sort((one, other) => (one.sipAddress < other.sipAddress ? -1 : 1));
  }

  /** The one contact that has an address. */
  contact(address: string, controller = DC1): Contact {
    const found = this.contacts(controller).filter(({ sipAddress }) => sipAddress === address);
    assert.equal(found.length, 1, `${controller} has ${found.length} contacts with ${address}`);
    return found[0] as Contact;
  }

  /** The whole world as a domain controller has it, without what the simulator itself keeps in it. */
  seen(controller = DC1): World {
    const world = this.read();
    const view = domainControllers(world).find(({ name }) => name === controller);
    const directory = seenFrom(view ?? assert.fail(`no ${controller}`), world, Date.now());
    return {
      ...world,
      ...directory,
      changes: [],
      holdings: [],
      pending: [],
      faults: [],
      lastSequence: 0,
      unpinnedReads: 0,
    };
  }

  /** Where the addresses lead, as `address -> pool`. */
  led(controller = DC1, at = Date.now()): string[] {
    return this.contacts(controller, at).map(({ sipAddress, pool }) => `${sipAddress} -> ${pool}`);
  }
}
