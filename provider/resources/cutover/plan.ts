import * as pulumi from "@pulumi/pulumi";
import { type CommandStepName, STEPS, type Step, type StepName } from "../../cutover/runbook";
import type { ServerService, ServiceState, StepValues, WrittenFile } from "../../cutover/step-values";
import { CUTOVER_STAGES } from "../../registry/cutover-record";
import { parseSipAddress, type SipAddress } from "../../registry/sip-address";
import type { GroupChatCutoverArgs } from "./cutover-arguments";

/** A step of one cutover: the definition, its name there, and the address or the addresses that it is about. */
export interface PlannedStep {
  /** `export`, `release:sip:ocschat@contoso.com`, `verify:1`. */
  name: string;
  step: Step;
  addresses: SipAddress[];
}

/**
 * The steps of a cutover in their order. What the arguments say there is not, is left out. The new services start after the
 * first wave, which is verified before the next one begins.
 */
export function planOf(args: GroupChatCutoverArgs): PlannedStep[] {
  if (!CUTOVER_STAGES.includes(args.stage))
    throw new pulumi.RunError(
      `stage: '${args.stage}' is no stage; the stages are ${CUTOVER_STAGES.join(", ")}`,
    );
  const waves = wavesOf(args);
  const left: StepName[] = [
    ...(args.legacy.compliance === "none" ? (["drain-compliance"] as const) : []),
    ...(args.files === "none" ? (["copy-files"] as const) : []),
  ];
  const single = (step: Step): PlannedStep => ({ name: step.name, step, addresses: waves.flat() });
  const perWave = STEPS.filter(({ perWave }) => perWave);
  const [release, endpoint, verify] = perWave;
  if (!release || !endpoint || !verify) throw new Error("the runbook has no waves");
  const ofWave = (wave: SipAddress[], steps: Step[]) =>
    steps.flatMap((step) =>
      wave.map((address) => ({ name: `${step.name}:${address}`, step, addresses: [address] })),
    );
  const verified = (wave: SipAddress[], index: number): PlannedStep => ({
    name: `${verify.name}:${index + 1}`,
    step: verify,
    addresses: wave,
  });
  const [first = [], ...others] = waves;
  return STEPS.flatMap((step): PlannedStep[] => {
    if (left.includes(step.name)) return [];
    if (step === release) return ofWave(first, [release]);
    if (step === endpoint) return ofWave(first, [endpoint]);
    if (step === verify)
      return [
        verified(first, 0),
        ...others.flatMap((wave, index) => [...ofWave(wave, [release, endpoint]), verified(wave, index + 1)]),
      ];
    return [single(step)];
  });
}

/** The waves in canonical form. Fails where an address is none, comes twice, or a first wave is no canary. */
export function wavesOf({ waves }: Pick<GroupChatCutoverArgs, "waves">): SipAddress[][] {
  const parsed = waves.map((wave) =>
    wave.map((text) => {
      const address = parseSipAddress(text);
      if ("value" in address) return address.value;
      throw new pulumi.RunError(
        `waves: '${text}' is not a SIP URI such as sip:ocschat@contoso.com: ${address.problem}`,
      );
    }),
  );
  const all = parsed.flat();
  const twice = all.find((address, index) => all.indexOf(address) !== index);
  if (twice !== undefined) throw new pulumi.RunError(`waves: '${twice}' stands there twice`);
  if (parsed.some((wave) => wave.length === 0) || all.length === 0)
    throw new pulumi.RunError("waves: a wave has no address");
  if (parsed[0]?.length !== 1)
    throw new pulumi.RunError(
      "waves: the first wave has more than one address; let one go first, so that whatever is wrong shows there",
    );
  return parsed;
}

/** What earlier steps answered, as far as their resources are in the program. */
export interface Answers {
  exported: pulumi.Output<WrittenFile> | undefined;
  /** How the Persistent Chat services were found before they were stopped. */
  recorded: pulumi.Output<ServiceState[] | undefined> | undefined;
}

/** What the way back of a step is given over what the step was done with: what is decided only then. */
export function decidedValuesOf({ step }: PlannedStep, args: GroupChatCutoverArgs): object {
  const { dataMigration, files, acceptDataLoss } = args;
  if (step.name === "import") return { undo: dataMigration.undo ?? "leave" };
  if (step.name === "copy-files" && files !== "none") return { undo: files.undo ?? "leave" };
  return step.name === "mark-messages" && acceptDataLoss !== undefined ? { acceptDataLoss } : {};
}

/** What the command of a step is given. */
export function valuesOf(
  { step, addresses }: PlannedStep,
  args: GroupChatCutoverArgs,
  { exported, recorded }: Answers,
): pulumi.Input<object> {
  const { legacy, persistentChat, dataMigration, files } = args;
  const compliance = legacy.compliance === "none" ? { services: [], queues: [] } : legacy.compliance;
  const source = legacy.database;
  const target = persistentChat.database;
  const services = (list: ServerService[]) => ({ services: list });
  const { file } = dataMigration;
  const values: { [S in CommandStepName]: () => pulumi.Input<Partial<StepValues[S]> | object> } = {
    preflight: () => ({
      legacyServices: legacy.services,
      complianceServices: compliance.services,
      persistentChatServices: persistentChat.services,
      source,
      target,
      exportFile: file,
      writtenFolders: [],
      ...(files !== "none" && { filesFrom: files.from, filesTo: files.to }),
    }),
    "stop-legacy": () => services(legacy.services),
    "drain-compliance": () => compliance,
    "back-up-source": () => ({ ...source, file: legacy.backup }),
    export: () => ({
      ...source,
      file,
      report: dataMigration.exportReport,
      ...(dataMigration.startDate !== undefined && { startDate: dataMigration.startDate }),
    }),
    "stop-persistent-chat": () => services(persistentChat.services),
    "back-up-target": () => ({ ...target, file: persistentChat.backup }),
    "rehearse-import": () => ({
      ...target,
      file,
      sha256: exported?.sha256,
      report: dataMigration.importReport,
      acceptedWarnings: dataMigration.acceptedWarnings ?? [],
    }),
    import: () => ({
      ...target,
      file,
      sha256: exported?.sha256,
      report: dataMigration.importReport,
      backup: persistentChat.backup,
      undo: dataMigration.undo ?? "leave",
    }),
    "copy-files": () =>
      files === "none" ? {} : { from: files.from, to: files.to, undo: files.undo ?? "leave" },
    "check-export": () => ({ ...services(legacy.services), exported }),
    "mark-messages": () => target,
    "start-persistent-chat": () => ({ ...services(persistentChat.services), recorded }),
    verify: () => ({ addresses, poolFqdn: args.poolFqdn, target, source }),
  };
  return values[step.name as CommandStepName]();
}
