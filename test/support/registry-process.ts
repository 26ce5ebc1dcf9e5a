import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { RegistryError, type RegistryErrorCode } from "../../provider/registry/errors";
import type { TopologyRegistry } from "../../provider/registry/registry";
import type { ChildPlan, Reply } from "./registry-child";

type Method = Exclude<keyof TopologyRegistry, "capabilities" | "list">;

const running = new Set<ChildProcess>();

/** Kills every process that is still there; for an `afterEach`. */
export async function endProcesses(): Promise<void> {
  await Promise.all([...running].map(killed));
}

/** Ends a process at once, as `kill -9` does, and waits until it is gone. */
export async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
}

/** Starts a process that `endProcesses` ends. */
export function started(command: string, args: string[], ipc = false): ChildProcess {
  const child = spawn(command, args, {
    stdio: ["ignore", "pipe", "inherit", ...(ipc ? ["ipc" as const] : [])],
  });
  running.add(child);
  child.once("exit", () => running.delete(child));
  return child;
}

/** Waits until a process has printed a line. */
export async function printed(child: ChildProcess, line: string): Promise<void> {
  assert.ok(child.stdout);
  let text = "";
  for await (const chunk of child.stdout) {
    text += chunk;
    if (text.includes(line)) return;
  }
  assert.fail(`it ended before it printed '${line}': ${text}`);
}

/** A registry in another process. */
export class RegistryProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  #last = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on("message", (reply: Reply) => this.#waiting.get(reply.id)?.(reply));
  }

  /** `blocks` is a limit on the size of each file that the process writes, in blocks of 512 bytes. */
  static async start(plan: ChildPlan, blocks?: number): Promise<RegistryProcess> {
    const script = join(__dirname, "registry-child.js");
    const limit = blocks === undefined ? "" : `ulimit -f ${blocks} && `;
    const shell = ["-c", `${limit}exec "$0" "$@"`, process.execPath, script, JSON.stringify(plan)];
    const child = started("sh", shell, true);
    const [message] = await once(child, "message");
    assert.equal(message, "ready");
    return new RegistryProcess(child);
  }

  /** Calls a method over there; fails as it failed there. */
  async call<M extends Method>(method: M, ...args: Parameters<TopologyRegistry[M]>): Promise<unknown> {
    this.#last += 1;
    const id = this.#last;
    const answered = new Promise<Reply>((resolve) => this.#waiting.set(id, resolve));
    this.#child.send({ id, method, args });
    const reply = await answered;
    if ("code" in reply) throw new RegistryError(reply.code as RegistryErrorCode, reply.message);
    return reply.value;
  }

  /** Waits until the process has stopped in the middle of a write. */
  frozen(): Promise<void> {
    return printed(this.#child, "frozen");
  }

  kill(): Promise<void> {
    return killed(this.#child);
  }
}
