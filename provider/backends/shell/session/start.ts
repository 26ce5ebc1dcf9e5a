import { shellArguments } from "./bootstrap";
import { helloOf, notStarted } from "./hello";
import type { Hello } from "./replies";
import { type CompleteSettings, nameOf } from "./settings";
import { ShellProcess } from "./shell-process";

/** Starts the process. Until it was greeted, it answers nothing else. */
export function startProcess({ command, appendArguments, folder, script }: CompleteSettings): ShellProcess {
  return new ShellProcess(appendArguments ? [...command, ...shellArguments(script)] : command, folder);
}

/** What a process that was just started says of itself. Fails with `ShellUnusable`, and leaves the process to its caller. */
export async function greet(shell: ShellProcess, settings: CompleteSettings): Promise<Hello> {
  const { startTimeout, grace, modules } = settings;
  const name = nameOf(settings);
  const body = { op: "hello", protocol: 1, nonce: shell.nonce, modules, deadlineMs: startTimeout };
  const answer = await shell.ask(body, startTimeout + grace).catch((error: unknown) => {
    throw notStarted(name, error, shell.lastWords);
  });
  return helloOf(answer.body, name);
}
