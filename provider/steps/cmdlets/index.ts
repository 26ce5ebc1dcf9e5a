import { join } from "node:path";
import type { CommandStepName } from "../../cutover/runbook";

/** Where the package has the scripts: they are no part of the build, and are shipped as they are. */
const FOLDER = join(__dirname, "..", "..", "..", "..", "provider", "steps", "cmdlets");

const SCRIPTS: Readonly<Record<CommandStepName, string>> = {
  preflight: "preflight",
  "stop-legacy": "stop-services",
  "drain-compliance": "drain-compliance",
  "back-up-source": "back-up",
  export: "export",
  "stop-persistent-chat": "stop-services",
  "back-up-target": "back-up",
  "rehearse-import": "rehearse-import",
  import: "import",
  "copy-files": "copy-files",
  "check-export": "check-export",
  "mark-messages": "mark-messages",
  "start-persistent-chat": "start-services",
  verify: "verify",
};

/**
 * The default command of a step: Windows PowerShell (3.0 or later, 64 bits) of a host in the domain, with a script of this
 * package. It takes what an operator's own command takes, the document on standard input, for `before`, `do` and `undo` alike,
 * and answers as one. No value is ever in its words or in the text of a script.
 *
 * A file and no encoded command, so that what runs can be read, and signed where only signed scripts may run: in place, after
 * each installation of the package, or in a copy of the folder, which the operator then names as his own command. The host's
 * execution policy is kept, never passed by.
 *
 * The scripts were parsed and held to what PowerShell 3.0 and .NET 4.5 have. They have never run on a Windows host.
 */
export function cmdletCommand(step: CommandStepName): string[] {
  return [
    "powershell.exe",
    ...["-NoLogo", "-NoProfile", "-NonInteractive", "-OutputFormat", "Text"],
    ...["-File", join(FOLDER, `${SCRIPTS[step]}.ps1`)],
  ];
}
