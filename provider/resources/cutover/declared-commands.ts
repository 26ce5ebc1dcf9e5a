import type * as pulumi from "@pulumi/pulumi";
import { isAskedAnew } from "../../cutover/progress";
import type { CommandStepName } from "../../cutover/runbook";
import type { ServiceState, WrittenFile } from "../../cutover/step-values";
import { type CommandStep, commandStep } from "./command-step";
import type { KnownStep } from "./cutover-view";
import type { DeclaredStage } from "./declared-stage";
import { decidedValuesOf, valuesOf } from "./plan";

export type CommandResource = ReturnType<typeof commandStep>;

/** The steps of a cutover that are commands. */
export class DeclaredCommands {
  readonly #befores = new Map<string, CommandResource>();
  #exported: pulumi.Output<WrittenFile> | undefined;

  constructor(private readonly stage: DeclaredStage) {}

  /** What a step finds, and what it does, one after the other. */
  forward(step: KnownStep, last: pulumi.Resource): CommandResource {
    const { view } = this.stage;
    const before = step.step.wayBack === "undo" ? this.before(step, last) : undefined;
    const done = this.#command(view.nameOf(step), step, "do", before, [last, ...(before ? [before] : [])]);
    if (step.name === "export") this.#exported = answerOf<WrittenFile>(done);
    return done;
  }

  /** What a step found before it began. */
  before(step: KnownStep, last: pulumi.Resource): CommandResource {
    const name = this.stage.view.resourceName(step.name, "before");
    const before = this.#command(name, step, "before", undefined, [last]);
    this.#befores.set(step.name, before);
    return before;
  }

  /** Another name has a gate asked once more. */
  back(step: KnownStep, last: pulumi.Resource, name = step.name): CommandResource {
    const { view, resource } = this.stage;
    const before = step.step.wayBack === "undo" ? this.#befores.get(step.name) : undefined;
    const row = view.nameOf({ ...step, name }, "undo");
    return this.#command(row, step, "undo", before, [resource, last]);
  }

  #command(
    resource: string,
    step: KnownStep,
    action: CommandStep["action"],
    before: CommandResource | undefined,
    dependsOn: pulumi.Resource[],
  ): CommandResource {
    const { view, parent } = this.stage;
    const { args } = view;
    const name = step.step.name as CommandStepName;
    return commandStep(
      resource,
      {
        action,
        again: this.#askedAgain(step, action),
        // Neither a look at the world nor the preflight changes anything; of a step above the stage nothing is looked at anew.
        repeats: (action === "before" || step.step.stage === "prepare") && view.isReached(step),
        document: {
          cutover: view.name,
          ...this.stage.holder(),
          folder: view.folder,
          step: step.name,
          attempt: step.attempt,
          long: step.step.long ?? false,
          command: args.commands?.[name] ?? { cmdlets: name },
          values: action === "undo" ? decidedValuesOf(step, args) : valuesOf(step, args, this.#answers()),
          ...(before && { image: answerOf<unknown>(before) }),
        },
      },
      args.remote,
      { parent, dependsOn, protect: action === "before" && view.isUnderWay },
    );
  }

  #answers() {
    const stopped = this.#befores.get("stop-persistent-chat");
    // A command of the operator's own may have recorded nothing.
    const recorded =
      stopped && answerOf<ServiceState[] | null>(stopped).apply((states) => states ?? undefined);
    return { exported: this.#exported, recorded };
  }

  /**
   * When a step that only asks was asked last, where it must be asked again: the preflight, whose answers were refused, what is
   * of use only right before the first change, and the gate of a way back that did not come to its end, since users go on writing.
   */
  #askedAgain(known: KnownStep, action: CommandStep["action"]): string | undefined {
    const { name, step, attempt, note } = known;
    const { view } = this.stage;
    if (
      action === "do" &&
      view.isReached(known) &&
      isAskedAnew({ step: name, attempt }, view.progress?.notes ?? [])
    )
      return note.do?.doneAt ?? note.do?.begunAt;
    if (step.name === "preflight") return note.do?.doneAt === undefined ? note.do?.begunAt : undefined;
    if (step.wayBack !== "gate" || action !== "undo") return undefined;
    // Also where it said no when it was asked last: its resource is that of an earlier time, when it said yes.
    return view.isGoingBack(step.stage) ? (note.undo?.doneAt ?? note.undo?.begunAt) : undefined;
  }
}

/** What a command printed. */
function answerOf<T>(command: CommandResource): pulumi.Output<T> {
  return command.stdout.apply((text) => JSON.parse(text) as T);
}
