import { SCRIPT_HASH } from "./dispatcher-script";
import { failedReply, type Hello, helloReply, timedOutReply } from "./replies";
import { EXIT_CODES } from "./script-frames";
import { oneLine, ShellUnusable, told } from "./shell-errors";
import { type Ending, ShellEnded } from "./shell-process";

/** What to do about each thing that is not as it must be. */
export const CURES = {
  credentials:
    "a logon without network credentials (SSH with a key) is the usual cause: run on an administration host of the domain, or use SSH with a password, or with GSSAPI and delegation",
  constrained:
    "have the script that 'persistentchat shell-script' prints signed, and name it with 'script', or use another host",
  is64Bit: "name the PowerShell of System32, not that of SysWOW64",
  module: "install the administrative tools of the server, or name the module",
  otherTools: "install the administrative tools of this server version",
  script: "replace the file by what 'persistentchat shell-script' prints",
  oldShell: "install Windows Management Framework 3.0 or later",
} as const;

const CONSTRAINED = `AppLocker or WDAC lets it run in a constrained language only; ${CURES.constrained}`;
const MOST_WORDS = 1_000;

const EXITS: Readonly<Record<number, string>> = {
  [EXIT_CODES.constrained]: CONSTRAINED,
  [EXIT_CODES.oldShell]: `it is older than PowerShell 3.0; ${CURES.oldShell}`,
};

/** The first answer of a shell. Fails with `ShellUnusable` where it means that nothing can be done there. */
export function helloOf(body: unknown, shell: string): Hello {
  if (timedOutReply.safeParse(body).success) throw unusable(shell, tooSlow());
  const { data: hello } = helloReply.safeParse(body);
  const cause = hello ? problemOf(hello) : foreign(body);
  if (!hello || cause !== undefined) throw unusable(shell, cause ?? "", { hello });
  return hello;
}

/** Why a shell never answered. */
export function notStarted(shell: string, error: unknown, lastWords: string): ShellUnusable {
  const cause = error instanceof ShellEnded ? endOf(error.ending, lastWords) : tooSlow() + said(lastWords);
  return unusable(shell, cause, { cause: error });
}

export function unusable(
  shell: string,
  cause: string,
  more?: ErrorOptions & { hello?: Hello },
): ShellUnusable {
  return new ShellUnusable(`cannot use the management shell '${shell}': ${cause}`, more);
}

/** Fails with `ShellUnusable` for a cmdlet, or a parameter of it, that the module does not have. */
export function assertThere(
  { missingCmdlets, missingParameters }: Hello,
  shell: string,
  cmdlet: string,
  names: readonly string[],
): void {
  if (missingCmdlets.includes(cmdlet))
    throw unusable(shell, `its module does not have '${cmdlet}'; ${CURES.otherTools} there`);
  const missing = names.find((name) => missingParameters[cmdlet]?.includes(name));
  if (missing !== undefined)
    throw unusable(
      shell,
      `'${cmdlet}' does not have the parameter '${missing}' there; ${CURES.otherTools} there`,
    );
}

/** How a process ended, and what it said last. */
export function endOf({ code, signal, failure }: Ending, lastWords: string): string {
  if (failure?.code === "ENOENT") return "there is no such program; correct the setting";
  if (failure) return `the program cannot be started (${failure.code ?? failure.message})`;
  const known = code === null ? undefined : EXITS[code];
  if (known !== undefined) return known;
  const how = code === null ? `was ended by ${signal ?? "a signal"}` : `ended with exit code ${code}`;
  return `the process ${how} before it answered${said(lastWords)}`;
}

function problemOf({ script, languageMode, is64Bit, module, errors, store, directory }: Hello) {
  if (languageMode !== "FullLanguage") return CONSTRAINED;
  if (!is64Bit) return `it is a 32-bit process, which cannot load the module; ${CURES.is64Bit}`;
  if (script !== SCRIPT_HASH) return `its script is that of another version; ${CURES.script}`;
  if (module === null) return `the module is not there or does not load (${told(errors)}); ${CURES.module}`;
  const unread = [
    ...(store.ok ? [] : [`the central management store (${reason(store)})`]),
    ...(directory.ok ? [] : [`the directory (${reason(directory)})`]),
  ];
  return unread.length === 0 ? undefined : `it cannot read ${unread.join(" and ")}; ${CURES.credentials}`;
}

function reason({ error }: { error?: string }): string {
  return oneLine(error ?? "") || "it gives no reason";
}

function foreign(body: unknown): string {
  const { data } = failedReply.safeParse(body);
  return data ? `its start failed: ${told(data.errors)}` : "what answers does not speak its protocol";
}

function tooSlow(): string {
  return "it did not start in time; look at the host and the network, or raise 'startTimeout'";
}

function said(lastWords: string): string {
  const words = oneLine(lastWords).slice(-MOST_WORDS);
  return words === "" ? "" : `; it last said: ${words}`;
}
