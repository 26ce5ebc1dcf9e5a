import { bind } from "./binding";
import type { Call, Output } from "./cmdlet";
import { cmdletNamed } from "./cmdlets/index";
import { ShellError } from "./error-record";
import type { CallText } from "./fault-schema";
import { noteHoldings } from "./holdings";
import { type Directory, domainControllers, note, seenFrom, settle, type View } from "./views";
import type { World } from "./world";

/** What came of a call. */
export interface Outcome {
  type: string;
  outputs: Output[];
  error?: ShellError;
  /** What the host prints of its own, which is in no stream. */
  printed: string;
}

/** Runs a cmdlet at a time, in milliseconds since the epoch. Where it fails, what it had done by then stays done. */
export function invoke(world: World, { cmdlet: name, p }: CallText, now: number): Outcome {
  const cmdlet = cmdletNamed(name);
  const outcome: Outcome = { type: cmdlet?.type ?? "", outputs: [], printed: "" };
  try {
    if (cmdlet === undefined || world.shell.missingCmdlets.includes(name))
      throw new ShellError("unknownCmdlet", name);
    const absent = p.find(([parameter]) => world.shell.missingParameters[name]?.includes(parameter));
    if (absent) throw new ShellError("unknownParameter", absent[0]);
    const given = bind(cmdlet, p);
    const isTried = given.flag("WhatIf") === true;
    const call = callOn(isTried ? structuredClone(world) : world, given, cmdlet.access, now);
    if (isTried) outcome.printed = `What if: Performing operation "${name}" on Target "${p[0]?.[2] ?? ""}".`;
    const outputs = cmdlet.run(call);
    if (!isTried) outcome.outputs = outputs;
  } catch (error) {
    if (!(error instanceof ShellError)) throw error;
    outcome.error = error;
  }
  return outcome;
}

/** Lets happen what is due: calls whose time has come, and changes that have arrived everywhere. */
export function catchUp(world: World, now: number): void {
  const due = world.pending.filter(({ at }) => Date.parse(at) <= now);
  world.pending = world.pending.filter(({ at }) => Date.parse(at) > now);
  for (const { at, call } of due.toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at)))
    invoke(world, call, Date.parse(at));
  settle(world, now);
}

function callOn(world: World, given: Call["given"], access: "read" | "write", now: number): Call {
  const controllers = domainControllers(world);
  const view = viewFor(world, controllers, given.text("DomainController"), access);
  const catalogs = world.directory.domainControllers.filter(({ globalCatalog }) => globalCatalog);
  const catalog = controllers.find(({ name }) => name === catalogs[0]?.fqdn) ?? view;
  const lazily = (source: View) => once(() => seenFrom(source, world, now));
  const [own, global] = [lazily(view), lazily(catalog)];
  return {
    world,
    now,
    given,
    domainController: view.name,
    get directory() {
      return own();
    },
    get globalCatalog() {
      return global();
    },
    write(partition, dn, after) {
      note(world, { madeOn: view.name, partition, dn, after: after as never }, now);
      noteHoldings(world, now);
    },
  };
}

function viewFor(world: World, views: readonly View[], asked: string | undefined, access: string): View {
  const { shellDomainController } = world.directory;
  const rotates = world.knobs.unpinnedReads === "one-after-the-other" && access === "read";
  if (asked === undefined && rotates) {
    world.unpinnedReads += 1;
    return views[world.unpinnedReads % views.length] as View;
  }
  const name = (asked ?? shellDomainController).toLowerCase();
  const found = views.find((view) => view.name.toLowerCase() === name);
  if (found === undefined) throw new ShellError("serverDown", name);
  return found;
}

function once(make: () => Directory): () => Directory {
  let made: Directory | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
