import assert from "node:assert/strict";
import type { Kind } from "../../provider/registry/records";
import { actions, assertAgreement } from "./agreement";
import { type FaultPoint, HeldRun } from "./fault";
import type { Result, Workspace } from "./workspace";

/** Who is killed with signal 9, and on which side of the commit. */
export interface Crash {
  victim: "plugin" | "engine";
  when: "before" | "after";
}

export const CRASHES: readonly Crash[] = [
  { victim: "plugin", when: "before" },
  { victim: "plugin", when: "after" },
  { victim: "engine", when: "before" },
  { victim: "engine", when: "after" },
];

const UP = ["up", "--yes", "--skip-preview"];

/** Runs `up`, kills the victim at the commit of one operation, and waits until nothing of the run is left that writes. */
export async function crashedUp(
  workspace: Workspace,
  { victim, when }: Crash,
  point: Omit<FaultPoint, "when">,
): Promise<Result> {
  const run = await HeldRun.start(workspace, { ...point, when }, UP);
  run.kill(victim);
  await run.result; // the engine is gone before its plugin goes on
  run.release();
  const result = await run.end();
  assert.notEqual(result.code, 0, result.output);
  return result;
}

/** The next `up` of a user: after a killed engine the lock of the stack comes first. */
export async function nextUp(workspace: Workspace, { victim }: Crash): Promise<Result> {
  if (victim === "engine") await workspace.ok("cancel", "--yes");
  return workspace.up();
}

/** Programs for the life of one record, whose other records are there already. */
export interface Life {
  kind: Kind;
  key: string;
  created: string;
  updated: string;
  /** Without the record. */
  deleted: string;
}

/**
 * Takes a record through its life with a crash at each operation: the next `up` succeeds, there is one record, written as
 * often as it changed, and state agrees with the registry.
 */
export async function liveThrough(workspace: Workspace, crash: Crash, life: Life): Promise<void> {
  const { kind, key } = life;
  // A transaction that has begun ends also in the plugin of a killed engine.
  const committed = crash.when === "after" || crash.victim === "engine";
  const history: string[] = [];
  const stages = [
    { program: life.created, action: "create", again: ["claim"] },
    { program: life.updated, action: "update", again: [] },
    { program: life.deleted, action: "remove", again: [] },
  ] as const;
  for (const { program, action, again } of stages) {
    workspace.program(program);
    await crashedUp(workspace, crash, { action, key });
    if (committed) history.push(action);
    assert.deepEqual(await actions(workspace, kind, key), history, `after the crash at ${action}`);

    await nextUp(workspace, crash);
    history.push(...(committed ? again : [action]));
    assert.deepEqual(await actions(workspace, kind, key), history, `after the next up at ${action}`);
    await assertAgreement(workspace);
  }
  assert.equal(await workspace.registry((registry) => registry.get(kind, key)), undefined);
}
