import { createHash } from "node:crypto";
import { CMDLETS, type CmdletForm } from "./cmdlets";
import { CALLS_PART } from "./script-calls";
import { ECHO_PART } from "./script-echo";
import { FRAMES_PART } from "./script-frames";
import { HELLO_PART } from "./script-hello";
import { LOOP_PART } from "./script-loop";

const NAME = /^[A-Za-z]+(-[A-Za-z]+)?$/;

/**
 * What runs in the management shell: PowerShell 3.0 and .NET 4.5, and nothing later, since that is what a server of Lync 2013
 * has. ASCII, lines that end in a line feed, no white space at either end. No value ever becomes part of it.
 */
export const DISPATCHER_SCRIPT = [FRAMES_PART, closedList(), CALLS_PART, ECHO_PART, HELLO_PART, LOOP_PART]
  .join("\n")
  .replaceAll(/\n{2,}/g, "\n\n")
  .trim();

/** By which both sides know that they mean the same script. A signature at its end and the ends of lines do not count. */
export const SCRIPT_HASH = createHash("sha256").update(DISPATCHER_SCRIPT).digest("hex");

function closedList(): string {
  const cmdlets = Object.entries<CmdletForm>(CMDLETS).map(([cmdlet, { parameters }]) => {
    const pairs = Object.entries(parameters).map(([name, tags]) => `${quoted(name)} = ${quoted(tags)}`);
    return `  ${quoted(cmdlet)} = @{ ${pairs.join("; ")} }`;
  });
  return `$closedList = @{\n${cmdlets.join("\n")}\n}\n`;
}

function quoted(name: string): string {
  if (!NAME.test(name)) throw new TypeError(`'${name}' is no name of a cmdlet, a parameter or a type`);
  return `'${name}'`;
}
