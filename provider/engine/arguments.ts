/** What one of the npm scripts was asked to do. */
export interface Request {
  readonly command: Command;
  readonly stack: string;
  /** The folder of Pulumi.yaml, where it is not that of the clone. */
  readonly folder?: string;
  /** For the engine, the stack included. */
  readonly args: readonly string[];
}

const COMMANDS = ["up", "preview", "refresh", "destroy", "cancel"] as const;
export type Command = (typeof COMMANDS)[number];

const DEFAULT_STACK = "dev";

/** An error in what the user typed. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Reads `<command> [--stack NAME] [--cwd FOLDER] [arguments of the engine…]`. */
export function parseArguments(argv: readonly string[], env: NodeJS.ProcessEnv): Request {
  const command = COMMANDS.find((each) => each === argv[0]);
  if (command === undefined)
    throw new UsageError(`cannot run '${argv[0] ?? ""}': it is none of ${COMMANDS.join(", ")}`);
  let stack = env.PULUMI_STACK || DEFAULT_STACK;
  let folder: string | undefined;
  const rest: string[] = [];
  const given = argv.slice(1);
  for (let argument = given.shift(); argument !== undefined; argument = given.shift()) {
    const [, name, value] = /^(--stack|-s|--cwd|-C)(?:=(.*))?$/.exec(argument) ?? [];
    if (name === undefined) rest.push(argument);
    else if (/^(--cwd|-C)$/.test(name)) folder = value ?? given.shift() ?? "";
    else stack = value ?? given.shift() ?? "";
  }
  if (folder === "")
    throw new UsageError(`cannot run '${command}': '--cwd' names no folder; write --cwd FOLDER`);
  if (stack === "")
    throw new UsageError(`cannot run '${command}': '--stack' names no stack; write --stack NAME`);
  const args = [command, "--stack", stack, ...consent(command, rest), ...rest];
  return { command, stack, ...(folder !== undefined && { folder }), args };
}

/** Nobody is asked for consent: whoever wants to look first runs `preview`. The engine refuses both at once. */
function consent(command: Command, rest: readonly string[]): string[] {
  const given = rest.some((each) => /^(-y|--yes(=.*)?|--preview-only(=.*)?)$/.test(each));
  return command === "preview" || given ? [] : ["--yes"];
}
