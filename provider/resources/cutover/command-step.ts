import { join } from "node:path";
import { local, remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { CommandStepName } from "../../cutover/runbook";
import type { RemoteHost, StepCommands } from "./cutover-arguments";

/** The tool that runs each step: it takes everything on its standard input. */
const TOOL = join(__dirname, "..", "..", "cli", "index.js");

/** What a command resource of a step is about. */
export interface CommandStep {
  action: "before" | "do" | "undo";
  /** What the tool reads; `values` may hold outputs. */
  document: {
    cutover: string;
    id: pulumi.Input<string>;
    lease: pulumi.Input<string>;
    folder: string;
    step: string;
    attempt: number;
    long: boolean;
    command: StepCommands | { cmdlets: CommandStepName };
    values: pulumi.Input<object>;
    image?: pulumi.Input<unknown>;
  };
  /** Whether it may run again with other values: it then changes nothing in the world. */
  repeats: boolean;
  /** Another text makes it run again in any case; left out, whatever text it had stays. */
  again: string | undefined;
}

/** A command whose creation is the step, whose update changes nothing, and whose delete there is not. */
export function commandStep(
  name: string,
  { action, document, repeats, again }: CommandStep,
  host: RemoteHost | undefined,
  opts: pulumi.CustomResourceOptions,
): local.Command | remote.Command {
  const update = repeats ? action : "keep";
  const args = {
    triggers: again === undefined ? [] : [again],
    stdin: pulumi.jsonStringify(document),
    logging: "stderr",
    addPreviousOutputInEnv: false,
  } as const;
  // What was done is not done again, whatever its arguments become; an update would only say so in every preview.
  const ignoreChanges = again !== undefined ? [] : repeats ? ["interpreter", "create", "triggers"] : ["*"];
  const options = pulumi.mergeOptions(opts, { ignoreChanges });
  if (host === undefined) {
    const interpreter = [process.execPath, TOOL, "cutover", "step"];
    return new local.Command(name, { ...args, interpreter, create: action, update }, options);
  }
  const program = `${host.program ?? "persistentchat"} cutover step`;
  return new remote.Command(
    name,
    {
      ...args,
      connection: host.connection,
      create: `${program} ${action}`,
      update: `${program} ${update}`,
    },
    options,
  );
}
