import { join } from "node:path";
import { openRegistry } from "../../provider/backends/index";
import type { Json } from "../../provider/cutover/notes";
import { type CommandStepName, STEPS } from "../../provider/cutover/runbook";
import type { StepValues, WrittenFile } from "../../provider/cutover/step-values";
import { parseRegistrySettings } from "../../provider/registry/settings";
import type { StandInWorld } from "./stand-in-world";
import { BY_HAND } from "./topology";

export const ADDRESS = "sip:ocschat@contoso.test";
export const POOL = "pcpool.contoso.test";

const SOURCE = { instance: "sql01.contoso.test\\GROUPCHAT", database: "GroupChat" };
const TARGET = { instance: "sql02.contoso.test\\RTC", database: "mgc" };

const on = (service: string, ...servers: string[]) =>
  servers.map((server) => ({ server: `${server}.contoso.test`, service }));
export const LEGACY = ["GroupChatWeb", "GroupChatLookup", "GroupChatChannel"].flatMap((service) =>
  on(service, "gc01", "gc02"),
);
export const COMPLIANCE = on("GroupChatCompliance", "gccomp01");
export const PERSISTENT_CHAT = on("PersistentChat", "pc01", "pc02");

/** The steps that are commands, in their order. */
export const COMMAND_STEPS = STEPS.filter(({ by }) => by === "command").map(
  ({ name }) => name as CommandStepName,
);

/** What the ways back of the import and of the copies do. */
export interface Ways {
  import: "leave" | "restore";
  files: "leave" | "remove";
}

/** The values of each step in a stand-in world. `exported` is what the export answered, where it was done. */
export function valuesIn(
  { folder }: StandInWorld,
  ways: Ways,
  exported: Json = { file: "", sha256: "", bytes: 0, finishedAt: "" },
): StepValues {
  const file = join(folder, "exports", "groupchat.gz");
  const written = exported as unknown as WrittenFile;
  const files = { from: join(folder, "shares", "group-chat"), to: join(folder, "shares", "persistent-chat") };
  const report = (name: string) => join(folder, "backups", `${name}.html`);
  const backup = join(folder, "backups", "mgc.bak");
  const imported = { ...TARGET, file, sha256: written.sha256 };
  return {
    preflight: {
      legacyServices: LEGACY,
      complianceServices: COMPLIANCE,
      persistentChatServices: PERSISTENT_CHAT,
      source: SOURCE,
      target: TARGET,
      exportFile: file,
      writtenFolders: [join(folder, "exports"), join(folder, "backups")],
      filesFrom: files.from,
      filesTo: files.to,
    },
    "stop-legacy": { services: LEGACY },
    "drain-compliance": {
      services: COMPLIANCE,
      queues: [{ server: "gccomp01.contoso.test", queue: "private$\\ocs_groupchat" }],
    },
    "back-up-source": { ...SOURCE, file: join(folder, "backups", "groupchat.bak") },
    export: { ...SOURCE, file, report: report("export") },
    "stop-persistent-chat": { services: PERSISTENT_CHAT },
    "back-up-target": { ...TARGET, file: backup },
    "rehearse-import": { ...imported, report: report("rehearsal"), acceptedWarnings: [] },
    import: { ...imported, report: report("import"), backup, undo: ways.import },
    "copy-files": { ...files, undo: ways.files },
    "check-export": { services: [...LEGACY, ...COMPLIANCE], exported: written },
    "mark-messages": { ...TARGET },
    "start-persistent-chat": { services: PERSISTENT_CHAT },
    verify: { addresses: [ADDRESS], poolFqdn: POOL, source: SOURCE, target: TARGET },
  };
}

/** Takes a stand-in world through the steps, as the cutover does. */
export class Sequence {
  readonly images = new Map<CommandStepName, Json>();

  constructor(
    readonly world: StandInWorld,
    readonly ways: Ways,
    readonly attempt = 1,
    /** What the steps answered so far. */
    readonly results = new Map<CommandStepName, Json>(),
  ) {}

  get values(): StepValues {
    return valuesIn(this.world, this.ways, this.results.get("export"));
  }

  /** What a step is told. */
  order(step: CommandStepName, action: "do" | "undo") {
    return {
      step,
      action,
      attempt: this.attempt,
      values: this.values[step],
      image: this.images.get(step) ?? null,
      result: this.results.get(step) ?? null,
    };
  }

  async before(step: CommandStepName): Promise<void> {
    this.images.set(step, await this.world.step({ ...this.order(step, "do"), action: "before" }));
  }

  async do(step: CommandStepName): Promise<Json> {
    await this.before(step);
    return this.again(step);
  }

  /** Does a step that has its before-image. */
  async again(step: CommandStepName, begun = false): Promise<Json> {
    const { result: _, ...order } = this.order(step, "do");
    const answer = await this.world.step({ ...order, begun });
    this.results.set(step, answer);
    return answer;
  }

  undo(step: CommandStepName): Promise<Json> {
    return this.world.step(this.order(step, "undo"));
  }

  /** Does all steps before one. */
  async until(last: CommandStepName): Promise<void> {
    for (const step of COMMAND_STEPS.slice(0, COMMAND_STEPS.indexOf(last))) await this.do(step);
  }
}

/** Makes the registry with the pool and the endpoint that leads to it. */
export async function makeEndpoint(world: StandInWorld): Promise<void> {
  const registry = openRegistry(parseRegistrySettings(world.registry, world.folder));
  try {
    await registry.create("sip-domain", { domain: "contoso.test" }, BY_HAND);
    await registry.create("pool", { poolFqdn: POOL, shape: "multiple" }, BY_HAND);
    await registry.create("endpoint", { sipAddress: ADDRESS, poolFqdn: POOL }, BY_HAND);
  } finally {
    await registry.close();
  }
}
