import { accessSync, constants, existsSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { bundleOf } from "../backends/shell/doctor/bundle";
import { gatherEvidence } from "../backends/shell/doctor/evidence";
import { type Examination, examine } from "../backends/shell/doctor/examine";
import { type Finding, notAsked } from "../backends/shell/doctor/finding";
import { selfTest } from "../backends/shell/doctor/self-test";
import { ShellSession } from "../backends/shell/session/session";
import type { ShellSettings } from "../backends/shell/session/settings";
import { type Answer, UsageError } from "./command";
import { table } from "./table";

const MISSING = 1;
const UNUSABLE = 3;

export interface DoctorOptions {
  selfTest: boolean;
  /** The absolute path of a file to write for the makers of this package. */
  bundle?: string;
  /** The version of this package. */
  version: string;
}

/** An answer that is printed whatever it says, with the exit code. */
export interface Diagnosis extends Answer {
  exitCode: number;
  /** One sentence for people, where something is not as it must be. */
  problem?: string;
}

/**
 * `doctor`: what a management shell is, what its account may do and see there, and for everything that is missing how to get
 * it. Changes nothing. As JSON `{usable, findings, selfTest?}`, lists of `{topic, name, status, found, errors?, cure?}`. Fails
 * with `UsageError` where the file of the bundle exists.
 */
export async function doctor(settings: ShellSettings, options: DoctorOptions): Promise<Diagnosis> {
  const { bundle, version } = options;
  if (bundle !== undefined) assertWritable(bundle);
  const session = new ShellSession(settings);
  try {
    const examination = await examine(session);
    const tested = options.selfTest ? await tests(settings, examination) : undefined;
    if (bundle !== undefined) {
      const evidence = examination.usable ? await gatherEvidence(session) : [];
      const document = bundleOf({ program: session.name, examination, evidence, selfTest: tested, version });
      // Not over a file that somebody made meanwhile, either.
      writeFileSync(bundle, `${JSON.stringify(document, null, 2)}\n`, { flag: "wx" });
    }
    return diagnosis(session.name, examination, tested);
  } finally {
    await session.close();
  }
}

/** Before a shell is asked, which may take minutes. */
function assertWritable(bundle: string): void {
  if (existsSync(bundle))
    throw new UsageError(`--bundle: '${bundle}' exists; name another file, or remove it`);
  accessSync(dirname(bundle), constants.W_OK);
}

async function tests(settings: ShellSettings, { usable, hello }: Examination): Promise<Finding[]> {
  if (usable || hello) return selfTest(settings);
  return [notAsked("trap", "every trap", "the shell cannot be used")];
}

function diagnosis(name: string, { usable, findings }: Examination, tested?: Finding[]): Diagnosis {
  const all = [...findings, ...(tested ?? [])];
  const wrong = all.filter(({ status }) => status !== "ok").length;
  const exitCode = usable ? (wrong > 0 ? MISSING : 0) : UNUSABLE;
  const problem = usable
    ? `${wrong} of ${all.length} findings are not ok`
    : `the management shell '${name}' cannot be used; its findings tell why`;
  const told = new Map<string, string>();
  const tables = [
    table(["FINDING", "STATUS", "FOUND"], rowsOf(findings, told)),
    ...(tested ? [table(["SELF-TEST", "STATUS", "FOUND"], rowsOf(tested, told))] : []),
  ];
  return {
    json: { usable, findings, ...(tested && { selfTest: tested }) },
    text: tables.join("\n\n"),
    exitCode,
    ...(exitCode !== 0 && { problem }),
  };
}

/** The findings as rows. What the shell said is told once, by whichever finding comes first. */
function rowsOf(findings: readonly Finding[], told: Map<string, string>): string[][] {
  return findings.map(({ name, status, found, errors = [], cure }) => {
    const said = errors.map((error) => {
      const first = told.get(error);
      if (first !== undefined) return `the shell says the same as of '${first}'`;
      told.set(error, name);
      return `the shell says: ${error}`;
    });
    return [name, status, [found, ...new Set(said), ...(cure === undefined ? [] : [cure])].join("; ")];
  });
}
