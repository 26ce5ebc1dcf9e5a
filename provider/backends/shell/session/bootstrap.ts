import { DISPATCHER_SCRIPT } from "./dispatcher-script";
import { EXIT_CODES } from "./script-frames";

/**
 * The little that fits into a command line of cmd.exe: reads the script as the first line of input and runs it. It reads with a
 * reader of its own, since the host's own would take more of the input than that line.
 */
export const BOOTSTRAP = [
  `if("$($ExecutionContext.SessionState.LanguageMode)" -cne 'FullLanguage'){exit ${EXIT_CODES.constrained}}`,
  "$e=New-Object System.Text.UTF8Encoding $false",
  "$r=New-Object System.IO.StreamReader ([System.Console]::OpenStandardInput()),$e,$false,65536",
  "$t=$e.GetString([System.Convert]::FromBase64String($r.ReadLine().Trim([char[]](65279,32,13))))",
  "& ([System.Management.Automation.ScriptBlock]::Create($t)) $r ([System.Console]::OpenStandardOutput()) $t",
].join(";");

const FIXED = ["-NoLogo", "-NoProfile", "-NonInteractive", "-OutputFormat", "Text"];

/** The words after `powershell.exe`. With `file`, the path over there of the script as a file, which may be signed. */
export function shellArguments(file?: string): string[] {
  if (file !== undefined) return [...FIXED, "-File", file];
  return [...FIXED, "-EncodedCommand", Buffer.from(BOOTSTRAP, "utf16le").toString("base64")];
}

/** The first line of input. Always sent: where the script is a file, it is read and put aside. */
export const SCRIPT_LINE = `${Buffer.from(DISPATCHER_SCRIPT, "utf8").toString("base64")}\n`;
