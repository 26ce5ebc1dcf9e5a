import type { CutoverStage } from "../registry/cutover-record";

/** What the way back of a step is. */
export type WayBack =
  /** The step has a way back, which is run in the reverse order of the steps. */
  | "undo"
  /** The step has none: it changed nothing, or what it made is kept. */
  | "none"
  /** Asked before any other undo, whether a way back may begin at all. */
  | "gate";

/** A step of the cutover, as data. The order of the list is the order in time. */
export interface Step {
  readonly name: StepName;
  readonly stage: Exclude<CutoverStage, "complete">;
  /** What it does, in words that follow "to": also its line in `persistentchat cutover plan`. */
  readonly purpose: string;
  readonly wayBack: WayBack;
  /** What the way back does, in words that follow "to"; of a step without one, why there is none. */
  readonly back: string;
  /** Who does it: a command of `@pulumi/command`, or the plugin of this package, for each address of a wave. */
  readonly by: "command" | "plugin";
  /** Whether it takes longer than minutes: it then runs on by itself, and is found again after a crash. */
  readonly long?: true;
  /** Whether its answer is of use only while the first change follows at once: until that was begun, it is asked again. */
  readonly asksAnew?: true;
  /** Whether it is done once for each wave of addresses. */
  readonly perWave?: true;
}

const RUNBOOK = [
  {
    name: "preflight",
    stage: "prepare",
    purpose: "ask everything that can be asked before anything is changed",
    wayBack: "none",
    back: "it only asks",
    by: "command",
  },
  {
    name: "stop-legacy",
    stage: "migrate",
    purpose: "stop and disable Lookup, Channel and Web of Group Chat on all servers",
    wayBack: "undo",
    back: "give startup types and states back as recorded, Channel before Lookup",
    by: "command",
  },
  {
    name: "drain-compliance",
    stage: "migrate",
    purpose: "wait until Compliance has emptied its queues, then stop and disable it",
    wayBack: "undo",
    back: "give startup types and states of Compliance back as recorded",
    by: "command",
  },
  {
    name: "back-up-source",
    stage: "migrate",
    purpose: "back the Group Chat database up, and verify the backup",
    wayBack: "none",
    back: "the backup is kept",
    by: "command",
    long: true,
  },
  {
    name: "export",
    stage: "migrate",
    purpose: "export the rooms and messages of Group Chat",
    wayBack: "undo",
    back: "delete the exported file, if it is still the one that was written",
    by: "command",
    long: true,
  },
  {
    name: "stop-persistent-chat",
    stage: "migrate",
    purpose: "stop and disable the Persistent Chat services by name",
    wayBack: "undo",
    back: "give startup types and states back as recorded",
    by: "command",
  },
  {
    name: "back-up-target",
    stage: "migrate",
    purpose: "back the Persistent Chat database up, and verify the backup",
    wayBack: "none",
    back: "the backup is kept",
    by: "command",
    long: true,
  },
  {
    name: "rehearse-import",
    stage: "migrate",
    purpose: "import without writing, and compare the warnings with those that were accepted",
    wayBack: "none",
    back: "it only reads",
    by: "command",
    long: true,
  },
  {
    name: "import",
    stage: "migrate",
    purpose: "import the exported file",
    wayBack: "undo",
    back: "leave what was imported in the pool, or, where that was asked for, restore the backup",
    by: "command",
    long: true,
  },
  {
    name: "copy-files",
    stage: "migrate",
    purpose: "copy the uploaded files to the file store of the pool",
    wayBack: "undo",
    back: "leave the copies, or, where that was asked for, remove those that were made",
    by: "command",
    long: true,
  },
  {
    name: "check-export",
    stage: "handover",
    purpose: "see that Group Chat has not run since the export",
    wayBack: "none",
    back: "it only asks",
    by: "command",
    asksAnew: true,
  },
  {
    name: "release",
    stage: "handover",
    purpose: "have the well-known user give the address up, and wait until it is seen nowhere",
    wayBack: "undo",
    back: "give the address back to the user, and wait until it is seen everywhere",
    by: "plugin",
    perWave: true,
  },
  {
    name: "endpoint",
    stage: "handover",
    purpose: "make the legacy endpoint that leads the address to the pool",
    wayBack: "undo",
    back: "remove the legacy endpoint, and wait until it is seen nowhere",
    by: "plugin",
    perWave: true,
  },
  {
    name: "mark-messages",
    stage: "handover",
    purpose: "record the last message before the new services start",
    wayBack: "gate",
    back: "count the messages since, which going back loses",
    by: "command",
  },
  {
    name: "start-persistent-chat",
    stage: "handover",
    purpose: "enable and start the Persistent Chat services",
    wayBack: "undo",
    back: "stop and disable them",
    by: "command",
  },
  {
    name: "verify",
    stage: "handover",
    purpose: "look the addresses up as a legacy client does, and compare rooms",
    wayBack: "none",
    back: "it only asks",
    by: "command",
    perWave: true,
  },
] as const satisfies readonly (Omit<Step, "name"> & { name: string })[];

export type StepName = (typeof RUNBOOK)[number]["name"];

/** Every step of a cutover, in the order in which they are done. */
export const STEPS: readonly Step[] = RUNBOOK;

/** A step that is a command, and may be replaced by the operator's own. */
export type CommandStepName = Extract<(typeof RUNBOOK)[number], { by: "command" }>["name"];

export const COMMAND_STEPS = RUNBOOK.flatMap((step) => (step.by === "command" ? [step.name] : []));
