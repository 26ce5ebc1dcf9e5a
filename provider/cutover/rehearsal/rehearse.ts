import { isDeepStrictEqual } from "node:util";
import type { CutoverRecord, CutoverRehearsal } from "../../registry/cutover-record";
import { isRegistryError, RegistryError } from "../../registry/errors";
import { notFound } from "../../registry/failures";
import type { Actor, Stored, TopologyRegistry } from "../../registry/registry";
import type { SipAddress } from "../../registry/sip-address";
import { differencesFrom, type SipUserSnapshot } from "../../registry/sip-users";
import { Notes } from "../notes";
import { parkedAddressOf } from "../parked";
import { giveBack, MARK, notGivenBack } from "./give-back";
import { assertRehearsable, refusal } from "./refusals";
import { type Trace, TraceFile } from "./trace";

/** How often the result is written anew because somebody else wrote to the record meanwhile. */
const TRIES = 10;
const LOCK = { step: "rehearsal", attempt: 1 };

/** What a dress rehearsal takes from its surroundings. */
export interface RehearsalSurroundings {
  registry: TopologyRegistry;
  clock: () => Date;
  /** The person or job. */
  by: Actor;
}

/** What came of a dress rehearsal. */
export interface Rehearsed {
  record: CutoverRecord;
  rehearsal: CutoverRehearsal;
  /** The throw-away address of an earlier rehearsal that was cut off, and was given back first. */
  gaveBack?: SipAddress;
}

type Durations = Pick<CutoverRehearsal, "release" | "endpoint" | "lookUp" | "removal" | "restore">;

/**
 * Takes a throw-away user through the handover and back: it gives its address up, a legacy endpoint takes it and is looked up,
 * and all is given back and compared. Writes what each took into the record of the cutover. A registry that is a directory of
 * its own gets the user made and removed. Cut off anywhere, the next one gives back first. Fails with `not-found`, `conflict`,
 * `invalid`, `in-use` or `unavailable`, with everything given back, or else with what is left.
 */
export async function rehearse(
  cutover: Stored<"cutover">,
  sipAddress: SipAddress,
  surroundings: RehearsalSurroundings,
): Promise<Rehearsed> {
  const { record, incarnation } = cutover;
  const notes = new Notes(record.folder);
  notes.assertOwn({ cutover: record.name, id: incarnation });
  const release = await notes.take(LOCK);
  if (release === undefined)
    throw refusal("conflict", record.name, "another process is rehearsing it", "wait for its end");
  try {
    return await new DressRehearsal(cutover, surroundings).with(sipAddress);
  } finally {
    release();
  }
}

class DressRehearsal {
  readonly #file: TraceFile;

  constructor(
    private readonly cutover: Stored<"cutover">,
    private readonly surroundings: RehearsalSurroundings,
  ) {
    this.#file = new TraceFile(cutover.record.folder);
  }

  async with(sipAddress: SipAddress): Promise<Rehearsed> {
    const { registry, clock, by } = this.surroundings;
    const { record } = this.cutover;
    const earlier = this.#file.read();
    if (earlier) await this.#giveBack(earlier);
    await assertRehearsable(record, sipAddress, registry);
    const trace: Trace = { sipAddress, poolFqdn: record.poolFqdn, made: await this.#isToBeMade(sipAddress) };
    // Before anything is touched, so that whatever happens is found again.
    this.#file.write(trace);
    const durations = await this.#measured(trace).catch(async (error: unknown) => {
      await this.#giveBack(this.#file.read() ?? trace).catch((left: unknown) => {
        throw afterwards(error, left);
      });
      throw error;
    });
    await this.#giveBack(this.#file.read() ?? trace);
    const rehearsal = { at: clock().toISOString(), by: by.operator, sipAddress, ...durations };
    const written = await this.#written(rehearsal);
    return { record: written, rehearsal, ...(earlier && { gaveBack: earlier.sipAddress }) };
  }

  /** Fails where nobody holds the address and only a person can make a user. */
  async #isToBeMade(sipAddress: SipAddress): Promise<boolean> {
    const { registry } = this.surroundings;
    const { name } = this.cutover.record;
    const holder = await registry.resolve(sipAddress);
    if (holder?.kind === "endpoint")
      throw refusal(
        "in-use",
        name,
        `'${sipAddress}' leads to '${holder.poolFqdn}' already`,
        "name the address of a throw-away user",
      );
    if (holder === undefined && registry.capabilities.observed.includes("sip-user"))
      throw refusal(
        "not-found",
        name,
        `no user holds '${sipAddress}'`,
        "make a throw-away user with this address, homed where the well-known user is, and run it again",
      );
    return holder === undefined;
  }

  async #measured(trace: Trace): Promise<Durations> {
    const { registry, by } = this.surroundings;
    const { sipAddress, poolFqdn, made } = trace;
    const { name } = this.cutover.record;
    if (made) await registry.create("sip-user", { sipAddress, displayName: MARK }, by);
    const snapshot = await registry.snapshotUser(sipAddress);
    if (snapshot === undefined)
      throw refusal("conflict", name, `the user of '${sipAddress}' has just gone`, "find out why");
    this.#file.write({ ...trace, snapshot });
    const parkedAddress = parkedAddressOf(sipAddress);
    const release = await this.#timed(() =>
      registry.releaseUser(snapshot, { way: "rename", parkedAddress }, by),
    );
    const endpoint = await this.#timed(() =>
      registry.create("endpoint", { sipAddress, poolFqdn, displayName: MARK }, by),
    );
    const lookUp = await this.#timed(() => this.#assertLeadsToPool(sipAddress));
    const removal = await this.#timed(() => this.#removeEndpoint(sipAddress));
    const restore = await this.#timed(() => registry.restoreUser(snapshot, by));
    await this.#assertAsBefore(snapshot);
    return { release, endpoint, lookUp, removal, restore };
  }

  async #assertLeadsToPool(sipAddress: SipAddress): Promise<void> {
    const { name, poolFqdn } = this.cutover.record;
    const found = await this.surroundings.registry.resolve(sipAddress);
    if (found?.kind === "endpoint" && found.poolFqdn === poolFqdn) return;
    const who = found?.kind === "endpoint" ? `to '${found.poolFqdn}'` : found ? "to a user" : "nowhere";
    throw refusal("conflict", name, `'${sipAddress}' led ${who}, not to '${poolFqdn}'`, "find out why");
  }

  async #removeEndpoint(sipAddress: SipAddress): Promise<void> {
    const { registry, by } = this.surroundings;
    const made = await registry.get("endpoint", sipAddress);
    if (made) await registry.remove("endpoint", sipAddress, made, by);
  }

  async #assertAsBefore(snapshot: SipUserSnapshot): Promise<void> {
    const { sipAddress } = snapshot;
    const now = await this.surroundings.registry.snapshotUser(sipAddress);
    if (isDeepStrictEqual(now, snapshot)) return;
    const names = now ? differencesFrom(snapshot, now) : [];
    throw refusal(
      "conflict",
      this.cutover.record.name,
      `the user of '${sipAddress}' did not come back as it was (${names.join(", ") || "another account"})`,
      "find out what does not come back before the real user gives the address up",
    );
  }

  async #giveBack(trace: Trace): Promise<void> {
    const { registry, by } = this.surroundings;
    await giveBack(trace, registry, by).catch((error: unknown) => {
      throw notGivenBack(this.cutover.record.name, trace, error);
    });
    this.#file.remove();
  }

  /** The record with the result, written over whatever else has changed meanwhile. */
  async #written(rehearsal: CutoverRehearsal): Promise<CutoverRecord> {
    const { registry, by } = this.surroundings;
    const { key, incarnation } = this.cutover;
    for (let tries = 1; ; tries += 1) {
      const stored = await registry.get("cutover", key);
      if (stored?.incarnation !== incarnation) throw notFound("update", "cutover", key);
      try {
        return (await registry.update("cutover", key, { rehearsal }, stored.revision, by)).record;
      } catch (error) {
        if (!isRegistryError(error, "conflict") || tries === TRIES) throw error;
      }
    }
  }

  async #timed(work: () => Promise<unknown>): Promise<number> {
    const { clock } = this.surroundings;
    const begun = clock().getTime();
    await work();
    return clock().getTime() - begun;
  }
}

/** Both of two failures, of which the second one says what is left. */
function afterwards(first: unknown, left: unknown): unknown {
  if (!isRegistryError(first) || !isRegistryError(left)) return left;
  return new RegistryError("unavailable", `${first.message}; afterwards: ${left.message}`, { cause: first });
}
