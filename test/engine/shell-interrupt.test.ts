import assert from "node:assert/strict";
import { useShellWorkspaces } from "../support/shell-workspace";
import { HEADQUARTERS, NEW } from "../support/test-world";
import { until } from "../support/until";
import { figures } from "../support/workspace";

const CALL_TIMEOUT = 5;
/** What the shell has beyond a deadline. */
const GRACE = 5;

const PROGRAM = `
  const chat = (name, options) =>
    new LegacyEndpoint(name, { sipAddress: name + "@contoso.test", poolFqdn: "${HEADQUARTERS}" }, options);
  chat("second", { dependsOn: chat("first") });
`;
const LED = ["first", "second"].map((name) => `sip:${name}@contoso.test -> ${HEADQUARTERS}`);

describe("Ctrl-C while a management shell makes an endpoint", function () {
  this.timeout(120_000);
  const newWorkspace = useShellWorkspaces();

  const interrupted = async (times: 1 | 2, milliseconds: number) => {
    const { workspace, world } = await newWorkspace({ parameters: { callTimeout: CALL_TIMEOUT } });
    workspace.program(PROGRAM);
    world.faults({ kind: "latency", cmdlet: NEW, ms: milliseconds });
    const { child, result } = workspace.start(["up", "--yes", "--skip-preview"]);
    let output = "";
    child.stdout?.on("data", (text: string) => {
      output += text;
    });
    await world.called(NEW, 1);
    child.kill("SIGINT");
    await until("the engine says that it stops", () => /cancell?ing/i.test(output));
    if (times === 2) child.kill("SIGINT");
    assert.notEqual((await result).code, 0);
    const end = Date.now();
    await until("all processes end", () => workspace.processes().length === 0);
    const left = (Date.now() - end) / 1000;
    assert.ok(left < CALL_TIMEOUT + GRACE, `something ran for ${left} s after the end`);
    // What was under way was done; nothing new was begun.
    assert.deepEqual(world.led(), LED.slice(0, 1));
    assert.equal(world.calls(NEW), 1);
    return { workspace, world };
  };

  it("keeps what is under way or has the next update recognise it, and leaves nothing that runs for longer than a call may", () =>
    Promise.all([once(), twice()]).then(() => undefined));

  async function once(): Promise<void> {
    const { workspace, world } = await interrupted(1, 1_500);
    assert.equal(workspace.resource("first").id, "sip:first@contoso.test");
    assert.deepEqual(figures(await workspace.up()), { created: 1, unchanged: 2 });
    assert.deepEqual([world.led(), world.read().lastSequence], [LED, 2]);
  }

  /** The engine does not wait for the call then, and keeps nothing of it. */
  async function twice(): Promise<void> {
    const { workspace, world } = await interrupted(2, 2_000);
    const kept = workspace.recorded().filter(({ id }) => id === "sip:first@contoso.test");
    assert.deepEqual(kept, []);
    const { output } = await workspace.up();
    assert.ok(
      output.includes("'sip:first@contoso.test' was made by an earlier run and is recognised"),
      output,
    );
    assert.deepEqual([world.led(), world.read().lastSequence], [LED, 2]);
  }
});
