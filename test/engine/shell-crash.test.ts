import assert from "node:assert/strict";
import { nextUp } from "../support/crash";
import { type Boundary, killedUp, overtakenUp, quiet, TEN, tenEndpoints } from "../support/shell-crash";
import { type ShellWorkspaceOptions, useShellWorkspaces } from "../support/shell-workspace";
import { NEW, type TestWorld } from "../support/test-world";
import { figures } from "../support/workspace";

const { program, led } = tenEndpoints();

describe("ten endpoints behind a management shell", function () {
  this.timeout(120_000);
  const newShellWorkspace = useShellWorkspaces();

  const newWorkspace = async (options?: ShellWorkspaceOptions) => {
    const made = await newShellWorkspace(options);
    made.workspace.program(program);
    return made;
  };
  /** Each was made once, and nothing was taken away: a write is a change of the directory. */
  const assertMade = (world: TestWorld) => {
    assert.deepEqual([world.led(), world.read().lastSequence], [led, TEN]);
  };

  // Side by side, since one alone waits for seconds for an answer.
  it("are made once each, whatever becomes of the shell in a call or of its answer", () =>
    Promise.all([faulty(), late()]).then(() => undefined));

  async function faulty(): Promise<void> {
    const { workspace, world } = await newWorkspace({ parameters: { callTimeout: 2 } });
    world.faults(
      { kind: "crash-before", cmdlet: "read", occurrence: 2 },
      { kind: "crash-after", cmdlet: "read", occurrence: 4 },
      { kind: "half-reply", cmdlet: "read", occurrence: 6 },
      { kind: "crash-after", cmdlet: NEW, occurrence: 2 },
      { kind: "half-reply", cmdlet: NEW, occurrence: 4 },
      { kind: "lost-reply", cmdlet: NEW, occurrence: 6 },
      { kind: "crash-before", cmdlet: NEW, occurrence: 8 },
    );
    // What was done is found; what was not is an error, since nobody can know that it does not come yet.
    const { output } = await workspace.upFails("--continue-on-error");
    assert.match(
      output,
      /error: cannot create legacy endpoint 'sip:chat\d@contoso\.test': .*the process was ended by SIGKILL before it answered.*and it was not there when that was looked for; if it is made after all, the next run sees it \[unavailable\]/,
    );
    assert.doesNotMatch(output, /made by an earlier run/);
    assert.equal(world.contacts().length, TEN - 1);
    assert.deepEqual(figures(await workspace.up()), { created: 1, unchanged: TEN });
    assertMade(world);
  }

  /** The shell does what an earlier run asked for while the next one asks for it again. */
  async function late(): Promise<void> {
    const { workspace, world } = await newWorkspace({ parameters: { callTimeout: 2 } });
    const { code, output } = await overtakenUp(workspace, world);
    assert.equal(code, 0, output);
    assert.match(output, /was made by an earlier run and is recognised/);
    assertMade(world);
  }

  it("are made once each, although the plugin or the engine is killed in a call that is done before or later", () =>
    Promise.all([killed("plugin", "done before"), killed("engine", "done later")]).then(() => undefined));

  async function killed(victim: "plugin" | "engine", boundary: Boundary): Promise<void> {
    const { workspace, world } = await newWorkspace();
    await killedUp(workspace, world, { victim, boundary, cmdlet: NEW, occurrence: 5, writes: 5 });
    await nextUp(workspace, { victim, when: "before" });
    await quiet(workspace);
    assertMade(world);
  }
});
