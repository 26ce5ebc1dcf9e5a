import { CMDLETS, type Cmdlet } from "../../provider/backends/shell/session/cmdlets";
import { encodeRequest } from "../../provider/backends/shell/session/frames";
import { CLI, SCRIPT, SimulatedShell } from "../support/simulated-shell";
import type { Counts } from "./shell-world";

// What programs do that keep no shell open: a process for each operation, which makes one call and looks at nothing else.

const NEW = "New-CsPersistentChatEndpoint";
const GET = "Get-CsPersistentChatEndpoint";
/** What a read must be given. */
const GIVEN: Partial<Record<string, object>> = { "Get-CsService": { PersistentChatServer: true } };
const NONCE = "0".repeat(32);

export interface NewEndpoint {
  sipAddress: string;
  poolFqdn: string;
  displayName: string;
}

export function createByProcess(world: string, said: NewEndpoint): Promise<void> {
  return withShell(new SimulatedShell(world, []), (shell) => create(shell, said));
}

export function readByProcess(world: string, sipAddress: string): Promise<void> {
  return withShell(new SimulatedShell(world, []), async (shell) => {
    const found = await shell.done(GET, { Identity: sipAddress }, "Identity", "DisplayName");
    if (found.length !== 1) throw new Error(`there are ${found.length} endpoints '${sipAddress}'`);
  });
}

/** The command of a process that makes an endpoint, and what it reads, for a program that can only start commands. */
export function createCommand(world: string, said: NewEndpoint): { command: string; input: string } {
  const { sipAddress, poolFqdn, displayName } = said;
  const p = Object.entries({
    SipAddress: sipAddress,
    PersistentChatPoolFqdn: poolFqdn,
    DisplayName: displayName,
  });
  const requests = [
    { op: "hello", protocol: 1, nonce: NONCE, modules: ["SkypeForBusiness"], deadlineMs: 20_000 },
    { op: "call", cmdlet: NEW, p: p.map(([name, value]) => [name, "s", value]), deadlineMs: 20_000 },
    { op: "bye" },
  ];
  const script = `${Buffer.from(SCRIPT).toString("base64")}\n`;
  return {
    command: [process.execPath, CLI, "simulate-shell", world].map((word) => `'${word}'`).join(" "),
    input: script + requests.map((request, index) => encodeRequest(index + 1, request)).join(""),
  };
}

/** Makes as many calls as were counted, one after the other in one process, and does nothing with what they give. */
export function repeatCalls(
  shell: SimulatedShell,
  counts: Counts,
  endpoints: readonly NewEndpoint[],
): Promise<void> {
  return withShell(shell, async () => {
    const { hello: _, [NEW]: made = 0, ...others } = counts;
    const reads = Object.entries(others).flatMap(([cmdlet, count]) => Array<string>(count).fill(cmdlet));
    const read = async (cmdlet: string) =>
      shell.done(cmdlet, { ...GIVEN[cmdlet] }, ...(CMDLETS[cmdlet as Cmdlet]?.select ?? []));
    for (let left = made; left > 0; left--) {
      await create(shell, endpoints[made - left] as NewEndpoint);
      for (const cmdlet of reads.splice(0, Math.round(reads.length / left))) await read(cmdlet);
    }
    for (const cmdlet of reads) await read(cmdlet);
  });
}

async function create(
  shell: SimulatedShell,
  { sipAddress, poolFqdn, displayName }: NewEndpoint,
): Promise<void> {
  const given = { SipAddress: sipAddress, PersistentChatPoolFqdn: poolFqdn, DisplayName: displayName };
  await shell.done(NEW, { ...given, PassThru: true }, "Identity");
}

async function withShell(
  shell: SimulatedShell,
  work: (shell: SimulatedShell) => Promise<void>,
): Promise<void> {
  try {
    await shell.hello();
    await work(shell);
    shell.child.stdin?.end();
    await shell.ended();
  } finally {
    await shell.kill();
  }
}
