import { isRegistryError, RegistryError } from "../../../registry/errors";
import { addressHeld, named, parkingTaken } from "../../../registry/failures";
import { KIND_LABELS } from "../../../registry/records";
import type { SipAddress } from "../../../registry/sip-address";
import type { Sighting } from "../../../registry/sip-users";
import type { Calls } from "../calls";
import type { Estate } from "../estate/estate";
import { untilAlike } from "../estate/user-accounts";

const KIND = "sip-user";
/** After so many runs of the User Replicator every Front End has what the domain controllers have. */
const CYCLES = 2;

/** What is not yet as it should be, and on which domain controller. */
interface Late {
  controller: string | undefined;
  what: string;
}

export interface UserViewsOptions {
  calls: Calls;
  estate: Estate;
  /** Milliseconds for which it is waited for the domain controllers. */
  replicationTimeout: number;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** Who holds an address, as each domain controller that counts sees it. */
export class UserViews {
  constructor(private readonly options: UserViewsOptions) {}

  /** All who are seen to hold an address. Fails with `unavailable` where a domain controller cannot be read. */
  async sightings(sipAddress: SipAddress): Promise<Sighting[]> {
    const seen: Sighting[] = [];
    for (const controller of await this.options.estate.controllers())
      seen.push(...(await this.#look(controller, sipAddress)));
    return seen;
  }

  /**
   * Fails with `in-use` where somebody else than an account holds an address. One whom only others than the domain controller
   * that takes changes see may be gone already: that is waited for.
   */
  async assertOnlyHeldBy(account: string, verb: string, sipAddress: SipAddress): Promise<void> {
    const other = await this.#otherThan(account, sipAddress);
    if (other) throw addressHeld(verb, KIND, sipAddress, other);
  }

  /** The same of an address at which a user is to be parked. */
  async assertParking(account: string, sipAddress: SipAddress, parkedAddress: SipAddress): Promise<void> {
    const other = await this.#otherThan(account, parkedAddress);
    if (other) throw parkingTaken(sipAddress, parkedAddress, other);
  }

  /**
   * Waits until no domain controller shows an address, nor does for as long as the Front Ends need. Fails with `unavailable`, or
   * with `in-use` as soon as somebody else than the account has got it where changes are taken.
   */
  async awaitAbsent(account: string, sipAddress: SipAddress): Promise<void> {
    const late = await this.#await("release", account, sipAddress, (seen) => seen.map(heldText));
    if (late.length > 0)
      throw this.#tooLate("release", sipAddress, "no domain controller shows the address any more", late);
  }

  /**
   * Waits until no domain controller shows anybody else than an account with an address, nor does for as long as the Front Ends
   * need: one that learns of who comes before it learns of who went has two holders. Fails in the same way.
   */
  async awaitOthersGone(account: string, sipAddress: SipAddress): Promise<void> {
    const late = await this.#await("restore", account, sipAddress, (seen) =>
      seen.filter((one) => one.account !== account).map(heldText),
    );
    if (late.length > 0)
      throw this.#tooLate("restore", sipAddress, "no domain controller shows anybody else with it", late);
  }

  /** Waits until every domain controller shows an account, and nobody else, with an address. Fails in the same way. */
  async awaitHeldBy(account: string, sipAddress: SipAddress): Promise<void> {
    const late = await this.#await("restore", account, sipAddress, (seen, view) => [
      ...seen.filter((one) => one.account !== account).map(heldText),
      ...(seen.some((one) => one.account === account) ? [] : [`'${view}' does not show the user with it`]),
    ]);
    if (late.length > 0)
      throw this.#tooLate("restore", sipAddress, "every domain controller shows the user with it", late);
  }

  async #otherThan(account: string, sipAddress: SipAddress): Promise<Sighting | undefined> {
    const { calls, estate, replicationTimeout } = this.options;
    let other: Sighting | undefined;
    await calls.lookFor(replicationTimeout, async () => {
      const [bound] = await estate.controllers();
      const others = (await this.sightings(sipAddress)).filter((seen) => seen.account !== account);
      other = others[0];
      return other === undefined || others.some(({ view }) => view === nameOf(bound)) || undefined;
    });
    return other;
  }

  /** What is `wrong` when the time is over; nothing where all is right, and stays so until the Front Ends know. */
  async #await(
    verb: string,
    account: string,
    sipAddress: SipAddress,
    wrong: (seen: readonly Sighting[], view: string) => string[],
  ): Promise<Late[]> {
    const { calls, estate, now, replicationTimeout } = this.options;
    const end = now() + replicationTimeout;
    const cycles = CYCLES * (await estate.replicationCycle());
    let late: Late[] = [];
    // Each time all of them: what one domain controller has got it may show otherwise again, where another one answers for it.
    const look = async () => {
      late = [];
      const [bound, ...others] = await estate.controllers();
      for (const controller of [bound, ...others]) {
        const judge = (seen: readonly Sighting[], view: string) => {
          const other = seen.find((one) => one.account !== account);
          if (other && controller === bound) throw addressHeld(verb, KIND, sipAddress, other);
          return wrong(seen, view);
        };
        for (const what of await this.#wrongAt(controller, sipAddress, judge))
          late.push({ controller, what });
      }
      return late.length === 0;
    };
    do {
      await calls.lookFor(Math.max(0, end - now()), async () => (await look()) || undefined);
      if (late.length > 0 || cycles === 0) return late;
      await calls.lookFor(cycles, async () => !(await look()) || undefined);
    } while (late.length > 0 && now() < end);
    return late;
  }

  #tooLate(verb: string, sipAddress: SipAddress, wanted: string, late: readonly Late[]): RegistryError {
    const commands = [...new Set(late.map(({ controller }) => controller ?? ""))].map(
      (controller) => `'${`repadmin /showrepl ${controller}`.trimEnd()}'`,
    );
    return new RegistryError(
      "unavailable",
      `cannot ${verb} ${named(KIND, sipAddress)}: waited ${this.options.replicationTimeout / 1000} s until ${wanted}, and ${late.map(({ what }) => what).join("; ")}; ${commands.join(" and ")} tell why; run again when that is mended`,
    );
  }

  async #wrongAt(
    controller: string | undefined,
    sipAddress: SipAddress,
    wrong: (seen: readonly Sighting[], view: string) => string[],
  ): Promise<string[]> {
    try {
      return wrong(await this.#look(controller, sipAddress), nameOf(controller));
    } catch (error) {
      if (!isRegistryError(error, "unavailable")) throw error;
      return [`'${nameOf(controller)}' cannot be read (${error.message})`];
    }
  }

  async #look(controller: string | undefined, sipAddress: SipAddress): Promise<Sighting[]> {
    const { accounts, users } = this.options.estate;
    const holders = await untilAlike(async () => {
      const found = await users.holdersOn(controller, sipAddress);
      if (found.length === 0) await accounts.assertFree(sipAddress, controller);
      return found;
    });
    const { contacts } = await this.options.estate.endpoints(controller, "fresh");
    const view = nameOf(controller);
    return [
      ...holders.map(({ account, displayName }) => ({
        view,
        kind: "sip-user" as const,
        ...(displayName !== undefined && { displayName }),
        ...(account !== undefined && { account }),
      })),
      ...contacts
        .filter((contact) => contact.sipAddress === sipAddress)
        .map(({ displayName, poolFqdn }) => ({
          view,
          kind: "endpoint" as const,
          ...(displayName !== undefined && { displayName }),
          ...(poolFqdn !== "" && { poolFqdn }),
        })),
    ];
  }
}

function nameOf(controller: string | undefined): string {
  return controller ?? "the directory";
}

function heldText({ view, kind, displayName }: Sighting): string {
  return `'${view}' shows it with the ${KIND_LABELS[kind]}${displayName ? ` '${displayName}'` : ""}`;
}
