import assert from "node:assert/strict";
import { killedUp } from "../support/shell-crash";
import { useShellWorkspaces } from "../support/shell-workspace";
import { BRANCH, type Fault, HEADQUARTERS, NEW, type TestWorld } from "../support/test-world";
import { figures } from "../support/workspace";

const DENIED = `Active Directory operation failed on "dc01.contoso.test". You cannot retry this operation: "Insufficient access rights to perform the operation"`;
const NOBODY =
  "nobody answers the address now; 'pulumi up --refresh' makes it again, leading to where the program says then";

const address = (name: string) => `sip:${name}@contoso.test`;
const program = (names: readonly string[], pool: string) =>
  names
    .map((name) => `new LegacyEndpoint("${name}", { sipAddress: "${address(name)}", poolFqdn: "${pool}" });`)
    .join("\n");

describe("an endpoint that is led elsewhere behind a management shell", function () {
  this.timeout(120_000);
  const newWorkspace = useShellWorkspaces();

  /** A stack with these endpoints in one pool, whose program wants them in another one now. */
  const repointing = async (names: readonly string[], parameters = {}) => {
    const made = await newWorkspace({ parameters });
    made.workspace.program(program(names, HEADQUARTERS));
    await made.workspace.up();
    made.workspace.program(program(names, BRANCH));
    return made;
  };
  const assertLed = (world: TestWorld, names: readonly string[], pool: string) =>
    assert.deepEqual(
      world.led(),
      names.map((name) => `${address(name)} -> ${pool}`),
    );

  it("is put back where the new one is refused, or the error says that nobody answers; the next update heals it", () =>
    Promise.all([refused(), killed()]).then(() => undefined));

  async function refused(): Promise<void> {
    const names = ["a", "b", "c"];
    const { workspace, world } = await repointing(names, { replicationTimeout: 1 });
    const denied = (occurrence: number): Fault => ({ kind: "access-denied", cmdlet: NEW, occurrence });
    // So slow that it is tried twice, at once and when the time is over.
    const slow = (occurrence: number): Fault => ({ kind: "latency", cmdlet: NEW, occurrence, ms: 1_100 });
    // One after the other, in whatever order the program's calls arrive.
    world.faults(
      ...[slow(1), denied(1), denied(2)], // 3 puts the first one back
      ...[slow(4), denied(4), denied(5), denied(6)],
      { kind: "crash-before", cmdlet: NEW, occurrence: 7 },
    );
    const { output } = await workspace.upFails("--continue-on-error", "--parallel", "1");
    const shell = `'${NEW}' in the management shell '${process.execPath}'`;
    const denial = `cannot run ${shell}: ${DENIED}`;
    const told = (start: string, end: string): string => {
      const found = [
        ...output.matchAll(/^ +error: cannot update legacy endpoint 'sip:(\w)@.*?': (.*)$/gm),
      ].filter(([, , text = ""]) => text.startsWith(start) && text.endsWith(`${end} [unavailable]`));
      assert.equal(found.length, 1, `${start} … ${end}\n${output}`);
      return found[0]?.[1] ?? "";
    };
    const kept = told(denial, `the old one was put back, and leads to '${HEADQUARTERS}'`);
    const lost = [
      told(denial, `; the old one could not be put back either (${denial}); ${NOBODY}`),
      told(
        `the old one is removed, and cannot run ${shell}: the process was ended by SIGKILL before it answered`,
        `and it was not there when that was looked for; ${NOBODY}`,
      ),
    ];
    assert.deepEqual([kept, ...lost].sort(), names);
    assertLed(world, [kept], HEADQUARTERS);

    const healed = await workspace.up();
    assert.deepEqual(figures(healed), { updated: 3, unchanged: 1 });
    for (const name of lost)
      assert.ok(healed.output.includes(`'${address(name)}' was gone and is made again`), healed.output);
    assertLed(world, names, BRANCH);
    assert.deepEqual(figures(await workspace.ok("destroy", "--yes", "--skip-preview")), { deleted: 4 });
    assert.deepEqual(world.contacts(), []);
  }

  async function killed(): Promise<void> {
    const { workspace, world } = await repointing(["chat"]);
    const crash = { victim: "plugin", boundary: "never done" } as const;
    await killedUp(workspace, world, { ...crash, cmdlet: NEW, occurrence: 1, writes: 2 });
    assert.deepEqual(world.contacts(), []);
    await workspace.up();
    assertLed(world, ["chat"], BRANCH);
    // One was made, one removed, and one made in its place.
    assert.equal(world.read().lastSequence, 3);
  }
});
