import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { type FollowOptions, follow } from "../../provider/engine/follow";

type Listener = (signal: NodeJS.Signals) => void;

describe("an engine that is followed", () => {
  let listeners: Set<Listener>;
  let lines: string[];
  let errors: string[];

  const run = (script: string, more: Partial<FollowOptions> = {}, command = process.execPath) =>
    follow(command, ["-e", script], {
      env: process.env,
      cwd: tmpdir(),
      onLine: (line) => lines.push(line),
      onErrorLine: (line) => errors.push(line),
      onSignal: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      atTerminal: false,
      ...more,
    });

  /** Waits for signals, and ends with a code for each, or by the one that it does not know. */
  const WAITING = `
process.on("SIGINT", () => process.exit(9));
process.on("SIGTERM", () => process.exit(8));
console.log("ready");
setInterval(() => {}, 60_000);`;

  const signalled = (signals: readonly NodeJS.Signals[], atTerminal: boolean) =>
    run(WAITING, {
      atTerminal,
      onLine: () => {
        for (const signal of signals) for (const listener of listeners) listener(signal);
      },
    });

  beforeEach(() => {
    [listeners, lines, errors] = [new Set(), [], []];
  });
  afterEach(() => assert.equal(listeners.size, 0));

  it("tells each line as it is, of both streams, and its exit code", async () => {
    const script = `
process.stdout.write("a\\u2028b\\rc\\r\\n\\n");
process.stderr.write("oh\\nno");
process.stdout.write("grün 😀!" + "ü".repeat(200_000));
process.exitCode = 3;`;
    assert.equal(await run(script), 3);
    // Longer than a piece in which it comes, which ends within a character then.
    assert.equal(lines.pop(), `grün 😀!${"ü".repeat(200_000)}`);
    assert.deepEqual(
      [lines, errors],
      [
        ["a\u2028b\rc\r", ""],
        ["oh", "no"],
      ],
    );
  });

  it("gets what asks us to end, but not an interrupt that the terminal gave it already", async () => {
    assert.equal(await signalled(["SIGINT"], false), 9);
    assert.equal(await signalled(["SIGINT", "SIGTERM"], true), 8);
    assert.equal(await signalled(["SIGHUP"], true), 129);
  });

  it("says that it cannot be started", () => assert.rejects(run("", {}, "/nowhere/pulumi"), /ENOENT/));
});
