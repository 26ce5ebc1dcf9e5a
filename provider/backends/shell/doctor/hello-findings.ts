import { CMDLETS } from "../session/cmdlets";
import { SCRIPT_HASH } from "../session/dispatcher-script";
import { CURES } from "../session/hello";
import type { Hello } from "../session/replies";
import { oneLine } from "../session/shell-errors";
import { type Finding, needed, notAsked, textsOf } from "./finding";
import { groupFindings } from "./groups";

/** Milliseconds by which clocks may differ: Kerberos takes no more. */
const MOST_DIFFERENCE = 300_000;
/** Seconds that an answer may have been on its way. */
const ON_THE_WAY = 5;

/** What a shell tells of itself. `arrived` is when its answer came, in milliseconds since the epoch. */
export function helloFindings(hello: Hello, shell: string, arrived: number): Finding[] {
  const { psVersion, clr, is64Bit, languageMode, user, elevated, directory } = hello;
  return [
    needed(
      "shell",
      "shell",
      Number.parseInt(psVersion, 10) >= 3,
      `${shell}, PowerShell ${psVersion}, CLR ${clr}`,
      CURES.oldShell,
    ),
    needed("64-bit", "64-bit process", is64Bit, is64Bit ? "yes" : "of 32 bits", CURES.is64Bit),
    needed(
      "language-mode",
      "language mode",
      languageMode === "FullLanguage",
      languageMode === "FullLanguage" ? languageMode : `${languageMode}, by AppLocker or WDAC`,
      CURES.constrained,
    ),
    scriptFinding(hello),
    { topic: "user", name: "user", status: "ok", found: user },
    // Nothing that this package does needs it as such.
    { topic: "elevation", name: "elevation", status: "ok", found: elevated ? "elevated" : "not elevated" },
    ...moduleFindings(hello),
    ...groupFindings(hello),
    storeFinding(hello),
    needed(
      "directory",
      "directory",
      directory.ok,
      directory.ok ? `read from ${directory.domainController || "a domain controller"}` : "it cannot be read",
      CURES.credentials,
      reasonOf(directory),
    ),
    clockFinding(hello, arrived),
  ];
}

function scriptFinding({ script }: Hello): Finding {
  const isOwn = script === SCRIPT_HASH;
  const found = isOwn ? "that of this version" : "that of another version";
  return needed("script", "script", isOwn, found, CURES.script);
}

function moduleFindings({ module, errors, missingCmdlets, missingParameters }: Hello): Finding[] {
  if (module === null) {
    const why = "the module is not loaded";
    return [
      needed("module", "module", false, "it is not there, or does not load", CURES.module, textsOf(errors)),
      notAsked("cmdlets", "cmdlets", why),
      notAsked("parameters", "parameters", why),
    ];
  }
  const count = Object.keys(CMDLETS).length;
  const parameters = Object.entries(missingParameters).map(
    ([cmdlet, names]) => `${cmdlet}: ${names.join(", ")}`,
  );
  return [
    {
      topic: "module",
      name: "module",
      status: "ok",
      found: `${module.name} ${module.version}, from ${module.path}`,
    },
    needed(
      "cmdlets",
      "cmdlets",
      missingCmdlets.length === 0,
      missingCmdlets.length === 0 ? `all ${count}` : `without ${missingCmdlets.join(", ")}`,
      CURES.otherTools,
    ),
    needed(
      "parameters",
      "parameters",
      parameters.length === 0,
      parameters.length === 0 ? "all" : `without those of ${parameters.join("; ")}`,
      CURES.otherTools,
    ),
  ];
}

function storeFinding({ module, store }: Hello): Finding {
  const name = "central management store";
  if (module === null) return notAsked("store", name, "the module is not loaded");
  const found = store.ok ? "read" : "it cannot be read";
  return needed("store", name, store.ok, found, CURES.credentials, reasonOf(store));
}

function clockFinding({ clock }: Hello, arrived: number): Finding {
  const difference = Date.parse(clock) - arrived;
  if (Number.isNaN(difference)) return notAsked("clock", "clock", "the shell gave no time");
  const seconds = Math.round(Math.abs(difference) / 1000);
  const found = seconds <= ON_THE_WAY ? "as here" : `${seconds} s ${difference < 0 ? "behind" : "ahead"}`;
  const cure =
    "set both clocks by the time of the domain: sign-ins fail where they differ by more than 5 minutes";
  return needed("clock", "clock", Math.abs(difference) <= MOST_DIFFERENCE, found, cure);
}

function reasonOf({ error }: { error?: string }): string[] {
  return error ? [oneLine(error)] : [];
}
