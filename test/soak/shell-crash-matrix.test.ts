import assert from "node:assert/strict";
import { nextUp } from "../support/crash";
import {
  BOUNDARIES,
  type Deadly,
  killedUp,
  overtakenUp,
  quiet,
  TEN,
  tenEndpoints,
} from "../support/shell-crash";
import { shellWorkspace, useShellWorkspaces } from "../support/shell-workspace";
import { BRANCH, type Fault, GET, HEADQUARTERS, NEW, REMOVE, type TestWorld } from "../support/test-world";
import { figures, type Workspace } from "../support/workspace";

const SHELL_FAULTS = ["crash-before", "crash-after", "lost-reply", "half-reply"] as const;
const VICTIMS = ["plugin", "engine"] as const;
const ALL = Array.from({ length: TEN }, (_, n) => n + 1);
const { program, led } = tenEndpoints();

describe("ten endpoints behind a management shell, at every boundary", function () {
  this.timeout(600_000);
  const newShellWorkspace = useShellWorkspaces();

  const newWorkspace = async (callTimeout = 20) => {
    const made = await newShellWorkspace({ parameters: { callTimeout } });
    made.workspace.program(program);
    return made;
  };
  /** Each was made once, state has them all, and the stack takes them away again. */
  const assertMade = async (workspace: Workspace, world: TestWorld, writes = TEN) => {
    await quiet(workspace);
    assert.deepEqual([world.led(), world.read().lastSequence], [led, writes]);
    const refresh = ["refresh", "--yes", "--skip-preview", "--clear-pending-creates"];
    const refreshed = await workspace.ok(...refresh, "--expect-no-changes");
    assert.deepEqual(figures(refreshed), { unchanged: TEN + 1 });
    await workspace.ok("destroy", "--yes", "--skip-preview");
    assert.deepEqual(world.contacts(), []);
  };

  /** Some at once: one alone waits most of the time. */
  const each = async <T>(cases: readonly T[], run: (one: T) => Promise<void>) => {
    const rest = [...cases];
    const worker = async () => {
      for (let one = rest.shift(); one !== undefined; one = rest.shift()) await run(one);
    };
    await Promise.all([worker(), worker(), worker()]);
  };

  for (const kind of SHELL_FAULTS)
    it(`${kind} in each of the creates`, () =>
      each(ALL, async (occurrence) => {
        const { workspace, world } = await newWorkspace(2);
        world.faults({ kind, cmdlet: NEW, occurrence });
        const { code, output } = await workspace.run(["up", "--yes", "--skip-preview"]);
        // Nobody can know that what was not done does not come yet; everything else is found to be done.
        assert.equal(code === 0, kind !== "crash-before", output);
        await workspace.up();
        await assertMade(workspace, world);
      }));

  for (const kind of SHELL_FAULTS)
    it(`${kind} in each of the reads`, async () => {
      const { workspace, world } = await newWorkspace();
      await workspace.up();
      const reads = Array.from({ length: world.calls("read") }, (_, n) => n + 1);
      assert.ok(reads.length >= 6);
      await each(reads, async (occurrence) => {
        const other = await newWorkspace(2);
        other.world.faults({ kind, cmdlet: "read", occurrence });
        // A read is done once more.
        assert.deepEqual(figures(await other.workspace.up()), { created: TEN + 1 });
        assert.deepEqual([other.world.led(), other.world.read().lastSequence], [led, TEN]);
        other.workspace.dispose();
      });
    });

  it("a call that is done while it is asked for again, on a server that takes both", async () => {
    const { workspace, world } = await newWorkspace(2);
    world.change((all) => {
      all.knobs = { ...all.knobs, duplicateEndpoint: "accepted" };
    });
    const { code, output } = await overtakenUp(workspace, world);
    assert.equal(code, 0, output);
    // One was made too much, and taken away.
    await assertMade(workspace, world, TEN + 2);
  });

  for (const victim of VICTIMS)
    for (const boundary of BOUNDARIES)
      it(`${victim} killed in each of the creates, which is ${boundary}`, () =>
        each(ALL, async (occurrence) => {
          const { workspace, world } = await newWorkspace();
          await killedUp(workspace, world, {
            victim,
            boundary,
            cmdlet: NEW,
            occurrence,
            writes: occurrence,
          });
          await nextUp(workspace, { victim, when: "before" });
          await assertMade(workspace, world);
        }));
});

describe("an endpoint that is led elsewhere behind a management shell, at every boundary", function () {
  this.timeout(600_000);
  let workspace: Workspace;
  let world: TestWorld;
  const address = "sip:chat@contoso.test";
  const program = (pool: string) =>
    workspace.program(`new LegacyEndpoint("chat", { sipAddress: "${address}", poolFqdn: "${pool}" });`);

  beforeEach(async () => {
    ({ workspace, world } = await shellWorkspace({ parameters: { callTimeout: 2 } }));
    program(HEADQUARTERS);
    await workspace.up();
    program(BRANCH);
  });

  afterEach(() => workspace?.dispose());

  const assertMoved = async () => {
    await quiet(workspace);
    assert.deepEqual(world.led(), [`${address} -> ${BRANCH}`]);
    assert.equal(world.read().lastSequence, 3);
    await workspace.ok("refresh", "--yes", "--skip-preview", "--expect-no-changes");
    await workspace.ok("destroy", "--yes", "--skip-preview");
    assert.deepEqual(world.contacts(), []);
  };
  /** Until it succeeds: a removal that is done in the middle of the next run costs that run. */
  const converge = async () => {
    const next = await workspace.run(["up", "--yes", "--skip-preview"]);
    if (next.code !== 0) await workspace.up();
  };

  // The first removal is only tried.
  const calls: Pick<Deadly, "cmdlet" | "occurrence" | "writes">[] = [
    { cmdlet: REMOVE, occurrence: 1, writes: 0 },
    { cmdlet: REMOVE, occurrence: 2, writes: 1 },
    { cmdlet: NEW, occurrence: 1, writes: 2 },
  ];
  for (const { cmdlet, occurrence, writes } of calls) {
    for (const kind of SHELL_FAULTS)
      it(`${kind} in ${cmdlet} ${occurrence}`, async () => {
        world.faults({ kind, cmdlet, occurrence } satisfies Fault);
        await converge();
        await assertMoved();
      });
    for (const victim of VICTIMS)
      for (const boundary of BOUNDARIES)
        it(`${victim} killed in ${cmdlet} ${occurrence}, which is ${boundary}`, async () => {
          await killedUp(workspace, world, { victim, boundary, cmdlet, occurrence, writes });
          if (victim === "engine") await workspace.ok("cancel", "--yes");
          await converge();
          await assertMoved();
        });
  }

  it(`crash-after in ${GET} after the removal`, async () => {
    // The first ones come before: all, and those of each pool.
    for (const occurrence of [4, 5, 6]) {
      program(occurrence % 2 === 0 ? BRANCH : HEADQUARTERS);
      world.faults({ kind: "crash-after", cmdlet: GET, occurrence });
      await workspace.up();
      assert.equal(world.contacts().length, 1);
    }
  });
});
