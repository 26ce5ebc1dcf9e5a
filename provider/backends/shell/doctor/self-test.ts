import type { TaggedParameter } from "../session/call-body";
import type { Cmdlet } from "../session/cmdlets";
import { type CallReply, callReply, echoReply, timedOutReply } from "../session/replies";
import { completed, type ShellSettings } from "../session/settings";
import { told } from "../session/shell-errors";
import { ECHO_TRAPS, type EchoTrap } from "./echo-traps";
import type { Finding } from "./finding";
import { REFUSAL_TRAPS, type RefusalTrap } from "./refusal-traps";
import { TestShell, Unanswerable } from "./test-shell";

const MOST_SHOWN = 100;
/** What the script says of a request that it does not carry out. */
const REFUSED = "PersistentChat.Refused";
/** Reads that take longer than a millisecond, the longest first. */
const SLOW: readonly [Cmdlet, TaggedParameter[]][] = [
  ["Get-CsTopology", [["AsXml", "b", true]]],
  ["Get-CsPool", []],
  ["Get-CsSipDomain", []],
];

/** What came of a trap: nothing where all is well, or what is wrong. Fails with `Unanswerable`. */
type Outcome = string | undefined;

/**
 * Springs on a host every trap of the way to it and back that can be sprung from outside, and gives a finding for each. Nothing
 * there is changed: what reaches a cmdlet only reads.
 */
export async function selfTest(settings: ShellSettings): Promise<Finding[]> {
  const shell = new TestShell(completed(settings));
  const findings: Finding[] = [];
  const spring = async (name: string, ok: string, trap: () => Promise<Outcome>) =>
    findings.push(await findingOf(name, ok, trap));
  try {
    for (const trap of ECHO_TRAPS) await spring(trap.name, "came back as sent", () => echoed(shell, trap));
    for (const trap of REFUSAL_TRAPS) await spring(trap.name, "refused", () => refused(shell, trap));
    await spring("a list that is cut off", "says so", () => cutOff(shell));
    await spring("a property that is not there", "is named as missing", () => missing(shell));
    const { starts } = shell;
    await spring("a deadline of 1 ms", "ended the process", () => late(shell));
    await spring("a call after that", "answered by another process", () => again(shell, starts));
    await spring("the word bye", "ended the process", () => bye(shell));
  } finally {
    await shell.close();
  }
  return findings;
}

async function findingOf(name: string, ok: string, trap: () => Promise<Outcome>): Promise<Finding> {
  try {
    const wrong = await trap();
    return { topic: "trap", name, status: wrong === undefined ? "ok" : "no", found: wrong ?? ok };
  } catch (error) {
    if (!(error instanceof Unanswerable)) throw error;
    return { topic: "trap", name, status: "could not ask", found: error.message };
  }
}

async function echoed(shell: TestShell, { p, types }: EchoTrap): Promise<Outcome> {
  const { body } = await shell.ask({ op: "echo", p });
  const { data: reply } = echoReply.safeParse(body);
  if (reply === undefined) return "the answer is none to an echo";
  if (!reply.ok) return `refused: ${told(reply.errors)}`;
  if (reply.values.length !== p.length) return `${reply.values.length} of ${p.length} values came back`;
  for (const [index, [, , value]] of p.entries()) {
    const sent = `${shown(value)} of ${types[index] || "no type"}`;
    const got = `${shown(reply.values[index])} of ${reply.types[index] || "no type"}`;
    if (text(reply.values[index]) !== text(value) || reply.types[index] !== types[index])
      return `${sent} came back as ${got}`;
  }
  return undefined;
}

async function refused(shell: TestShell, { cmdlet, p, target }: RefusalTrap): Promise<Outcome> {
  const { ok, results, errors } = await call(shell, cmdlet, p, { max: 1 });
  if (ok || results.length > 0) return "it was carried out";
  if (!errors.every(({ id }) => id === REFUSED)) return `it reached the cmdlet: ${told(errors)}`;
  if (errors.some((error) => error.target === target)) return undefined;
  throw new Unanswerable(`refused for another reason: ${told(errors)}`);
}

async function cutOff(shell: TestShell): Promise<Outcome> {
  const { results, truncated } = await succeeded(shell, "Get-CsSipDomain", [], { max: 0 });
  if (results.length > 0) return `${results.length} objects came where none was asked for`;
  return truncated ? undefined : "it does not say so";
}

async function missing(shell: TestShell): Promise<Outcome> {
  const name = "PersistentChatSelfTest";
  const reply = await succeeded(shell, "Get-CsSipDomain", [], { max: 1, select: [name] });
  return reply.missing.includes(name) ? undefined : "it is not named as missing";
}

async function late(shell: TestShell): Promise<Outcome> {
  for (const [cmdlet, p] of SLOW) {
    const { body } = await shell.ask({ op: "call", ...request(cmdlet, p, { max: 0 }) }, 1);
    if (!timedOutReply.safeParse(body).success) continue;
    return (await shell.ending()) ? undefined : "the process says that the deadline passed, and goes on";
  }
  throw new Unanswerable("every read was done in time");
}

async function again(shell: TestShell, starts: number): Promise<Outcome> {
  await succeeded(shell, "Get-CsSipDomain", [], { max: 1 });
  if (shell.starts === starts) throw new Unanswerable("no process had ended");
  return undefined;
}

async function bye(shell: TestShell): Promise<Outcome> {
  await shell.ask({ op: "echo", p: [] });
  shell.finish();
  const ending = await shell.ending();
  if (ending === undefined) return "the process goes on";
  return ending.code === 0 ? undefined : `the process ended with exit code ${ending.code ?? ending.signal}`;
}

interface Wanted {
  max: number;
  select?: string[];
}

async function call(
  shell: TestShell,
  cmdlet: string,
  p: TaggedParameter[],
  wanted: Wanted,
): Promise<CallReply> {
  const { body } = await shell.ask({ op: "call", ...request(cmdlet, p, wanted) });
  const { data } = callReply.safeParse(body);
  if (data === undefined) throw new Unanswerable("the answer does not follow the protocol");
  return data;
}

/** The reply to a read that must succeed. Fails with `Unanswerable`. */
async function succeeded(...asked: Parameters<typeof call>): Promise<CallReply> {
  const reply = await call(...asked);
  if (!reply.ok) throw new Unanswerable(`the read failed: ${told(reply.errors)}`);
  return reply;
}

function request(cmdlet: string, p: TaggedParameter[], { max, select = [] }: Wanted) {
  return { cmdlet, p, select, max };
}

function text(value: unknown): string {
  return JSON.stringify(value, (_, inner) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  );
}

function shown(value: unknown): string {
  const json = JSON.stringify(value) ?? "nothing";
  return json.length > MOST_SHOWN ? `${json.slice(0, MOST_SHOWN)}…` : json;
}
