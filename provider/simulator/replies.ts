import type { Output } from "./cmdlet";
import { type ErrorRecord, ShellError } from "./error-record";
import type { Plan } from "./faults";
import type { Outcome } from "./invocation";
import type { World } from "./world";

/** The reply to a call. */
export interface CallReply {
  ok: boolean;
  type?: string;
  results: Record<string, unknown>[];
  /** Properties that were asked for and that an object does not have. */
  missing: string[];
  /** Whether there are more objects than came: a list of this kind proves nobody's absence. */
  truncated: boolean;
  timedOut?: true;
  warnings: string[];
  errors: ErrorRecord[];
  /** The properties of the first object. */
  names?: string[];
}

/** What a hello asks, as far as the answer depends on it. */
export interface Hello {
  modules: readonly string[];
  script: string;
}

export const TIMED_OUT: CallReply & { timedOut: true } = {
  ok: false,
  results: [],
  missing: [],
  truncated: false,
  timedOut: true,
  warnings: [],
  errors: [],
};

/** The reply to a call, with the properties that were asked for, and as many objects as may come. */
export function replyTo(
  cmdlet: string,
  { type, outputs, error }: Outcome,
  { select, max }: { select: readonly string[]; max: number },
  plan: Plan,
): CallReply {
  const most = Math.min(max, plan.first("truncated")?.keeps ?? max);
  const sent = outputs.slice(0, most).map((output) => projected(output, select));
  const [first] = outputs;
  return {
    ok: error === undefined,
    ...(first && { type, names: Object.keys(first) }),
    results: sent.map(({ values }) => values),
    missing: [...new Set(sent.flatMap(({ missing }) => missing))],
    truncated: outputs.length > sent.length,
    warnings: plan.all("warning").map(({ text }) => text),
    errors: error ? [error.record(cmdlet, plan.has("localised"))] : [],
  };
}

/** The reply to a call that the script did not run. */
export function refused(errors: ErrorRecord[]): CallReply {
  return { ok: false, results: [], missing: [], truncated: false, warnings: [], errors };
}

/** The reply to a call that an exception of the simulator's own ended, such as a world that somebody broke. */
export function failure(cmdlet: string, cause: string): CallReply {
  return refused([new ShellError("badWorld", cause).record(cmdlet, false)]);
}

/** The reply to a hello: what the shell is, and what it can reach. */
export function helloReply(world: World, { modules, script }: Hello, plan: Plan, now: number) {
  const { shell, directory } = world;
  const module = shell.module !== null && modules.includes(shell.module.name) ? shell.module : null;
  const german = plan.has("localised");
  // Without network credentials lists come back empty, and it is here that the cause shows.
  const isCut = world.faults.some((fault) => fault.kind === "empty" && !fault.helloIsFine);
  const denied = plan.has("access-denied") || isCut;
  const cause = new ShellError("accessDenied", directory.shellDomainController).record(
    "hello",
    german,
  ).message;
  const errors =
    module === null ? [new ShellError("absent", modules.join(", ")).record("Import-Module", german)] : [];
  return {
    ok: module !== null,
    script,
    psVersion: shell.psVersion,
    clr: shell.clr,
    is64Bit: shell.is64Bit,
    languageMode: shell.languageMode,
    user: shell.user,
    elevated: shell.elevated,
    groups: shell.groups,
    module,
    missingCmdlets: shell.missingCmdlets,
    missingParameters: shell.missingParameters,
    store: denied ? { ok: false, error: cause } : { ok: true },
    directory: denied
      ? { ok: false, error: cause }
      : { ok: true, domainController: directory.shellDomainController },
    clock: new Date(now).toISOString(),
    errors,
  };
}

function projected(
  output: Output,
  select: readonly string[],
): { values: Record<string, unknown>; missing: string[] } {
  const names = new Map(Object.keys(output).map((name) => [name.toLowerCase(), name]));
  const values: Record<string, unknown> = {};
  const missing: string[] = [];
  for (const wanted of select) {
    const name = names.get(wanted.toLowerCase());
    if (name === undefined) missing.push(wanted);
    else values[wanted] = output[name];
  }
  return { values, missing };
}
