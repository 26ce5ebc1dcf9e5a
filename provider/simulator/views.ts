import type { Change, Contact, User, World } from "./world";

/** A place from which the directory is seen: a domain controller, or the replica of a Front End. */
export interface View {
  name: string;
  /** When a change arrives there, in milliseconds since the epoch. */
  arrival(change: Change): number;
}

/** What a place sees of the directory. */
export interface Directory {
  users: User[];
  contacts: Contact[];
}

export function domainControllers({ directory }: World): View[] {
  return directory.domainControllers.map((controller) => ({
    name: controller.fqdn,
    arrival: (change) =>
      Date.parse(change.at) + (change.madeOn === controller.fqdn ? 0 : delayOf(controller, change)),
  }));
}

export function frontEnds(world: World): View[] {
  const controllers = domainControllers(world);
  return world.directory.frontEnds.map((frontEnd) => {
    const source = controllers.find(({ name }) => name === frontEnd.domainController);
    return {
      name: frontEnd.fqdn,
      arrival: (change) => (source?.arrival(change) ?? Date.parse(change.at)) + delayOf(frontEnd, change),
    };
  });
}

/** What a view sees at a time: of each object the latest change that has arrived, in whatever order they did. */
export function seenFrom(view: View, world: World, now: number): Directory {
  const arrived = world.changes.filter((change) => view.arrival(change) <= now);
  return {
    users: overlaid(world.users, arrived, "user"),
    contacts: overlaid(world.contacts, arrived, "contact"),
  };
}

/** Moves the changes that have arrived everywhere to what every view has. */
export function settle(world: World, now: number): void {
  const views = [...domainControllers(world), ...frontEnds(world)];
  const settled = world.changes.filter((change) => views.every((view) => view.arrival(change) <= now));
  if (settled.length === 0) return;
  world.users = overlaid(world.users, settled, "user");
  world.contacts = overlaid(world.contacts, settled, "contact");
  // An older change of the same object arrives to no effect from now on.
  world.changes = world.changes.filter(
    (change) =>
      !settled.some(
        ({ partition, dn, sequence }) =>
          partition === change.partition && dn === change.dn && sequence >= change.sequence,
      ),
  );
}

/** Notes a write that a domain controller took: an object as it is now, or that it is gone. */
export function note(
  world: World,
  write: Pick<Change, "madeOn" | "partition" | "dn" | "after">,
  now: number,
): void {
  world.lastSequence += 1;
  world.changes.push({ sequence: world.lastSequence, at: new Date(now).toISOString(), ...write });
}

function delayOf(
  { userMs, contactMs, lateMs }: { userMs: number; contactMs: number; lateMs: number },
  { partition, sequence }: Change,
): number {
  return (partition === "user" ? userMs : contactMs) + (sequence % 2 === 1 ? lateMs : 0);
}

function overlaid<T extends User | Contact>(
  settled: readonly T[],
  changes: readonly Change[],
  partition: Change["partition"],
): T[] {
  const objects = new Map(settled.map((object) => [object.dn, object]));
  const own = changes.filter((change) => change.partition === partition);
  for (const { dn, after } of own.toSorted((one, other) => one.sequence - other.sequence)) {
    if (after === null) objects.delete(dn);
    else objects.set(dn, after as T);
  }
  return [...objects.values()];
}
