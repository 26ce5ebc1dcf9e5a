import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { COMMAND_STEPS, type CommandStepName } from "../../provider/cutover/runbook";
import type { CutoverStage } from "../../provider/registry/cutover-record";
import type { ChangeOf } from "../../provider/registry/records";
import type { Stored } from "../../provider/registry/registry";
import { type SipAddress, sipDomainOf } from "../../provider/registry/sip-address";
import type { SipUserSnapshot } from "../../provider/registry/sip-users";
import type { GroupChatCutoverArgs } from "../../provider/resources/cutover/cutover-arguments";
import { pathWithCommandPlugin } from "./command-plugin";
import { ADDRESS, POOL, valuesIn } from "./stand-in-steps";
import { STAND_IN, StandInWorld, type WorldDescription } from "./stand-in-world";
import { BY_HAND } from "./topology";
import { type Result, Workspace } from "./workspace";

/** What seals the files of snapshots. */
export const PASSPHRASE = "correct horse battery staple";
/** A value that must stand in clear nowhere. */
export const CANARY = "canary-4711-in-the-attributes";

const NAME = "contoso";

/** The arguments that a test gives; those that it leaves out are of the whole stand-in world. */
export type Arguments = Partial<Omit<GroupChatCutoverArgs, "stage" | "commands">>;

/** All that a cutover changes: the stand-in world, and what the registry holds but for the cutover itself. */
export interface Everything {
  world: WorldDescription;
  records: Pick<Stored, "kind" | "key" | "record" | "managedBy">[];
  users: SipUserSnapshot[];
}

interface Options {
  /** The addresses of well-known users, where there are several. */
  addresses?: readonly SipAddress[];
  environment?: NodeJS.ProcessEnv;
}

/** A stack with a pool and a cutover to it, in a stand-in world and an SQLite registry of their own. */
export class CutoverWorkspace {
  /** The code of the program in place of a cutover by itself, which may use `declare(name, options, changes)`. */
  source = "declare('contoso');";
  /** What the cutover is told beside the stage. */
  args: Arguments = {};
  stage: CutoverStage = "prepare";

  private constructor(
    readonly workspace: Workspace,
    readonly world: StandInWorld,
    readonly addresses: readonly SipAddress[],
  ) {}

  static async create({ addresses = [ADDRESS], environment = {} }: Options = {}): Promise<CutoverWorkspace> {
    const path = await pathWithCommandPlugin();
    const workspace = await Workspace.create({ environment: { PATH: path, ...environment } });
    const made = new CutoverWorkspace(workspace, StandInWorld.create(), addresses);
    await workspace.ok("config", "set", "--secret", "persistentchat:snapshotPassphrase", PASSPHRASE);
    await workspace.registry(async (registry) => {
      for (const domain of new Set(addresses.map(sipDomainOf)))
        await registry.create("sip-domain", { domain }, BY_HAND);
      for (const [index, sipAddress] of addresses.entries())
        await registry.create(
          "sip-user",
          {
            sipAddress,
            displayName: `Group Chat ${index + 1}`,
            attributes: { info: CANARY, proxyAddresses: [sipAddress, "smtp:chat@contoso.test"], flags: 512 },
          },
          BY_HAND,
        );
    });
    return made;
  }

  dispose(): void {
    this.workspace.dispose();
    this.world.dispose();
  }

  /** The folder in which the cutover notes what it did. */
  get folder(): string {
    return join(this.workspace.folder, "cutover");
  }

  /** Writes the program for a stage, with all that the cutover is told. */
  write(stage: CutoverStage): void {
    this.stage = stage;
    this.workspace.program(`
      const { GroupChatCutover } = require("pulumi-persistentchat");
      const pool = new PersistentChatPool("pcpool", { poolFqdn: "${POOL}", shape: "multiple", servers: ["pc01.contoso.test"] });
      const args = ${JSON.stringify({ ...this.#defaults(), ...this.args, stage })};
      const declare = (name, options, changes) =>
        new GroupChatCutover(name, { poolFqdn: pool.poolFqdn, ...args, ...changes }, options);
      ${this.source}
    `);
  }

  /** Turns the cutover to a stage, and insists on success. */
  up(stage = this.stage, ...args: string[]): Promise<Result> {
    this.write(stage);
    return this.workspace.up(...args);
  }

  /** Turns the cutover to a stage, insists on failure, and gives what was said without line breaks. */
  async upFails(stage = this.stage, ...args: string[]): Promise<string> {
    this.write(stage);
    return flat(await this.workspace.upFails(...args));
  }

  /** The rows of a preview, in their order: `create contoso-export`. Those that stay as they are, are left out. */
  async preview(stage = this.stage): Promise<string[]> {
    this.write(stage);
    const { stdout } = await this.workspace.ok("preview");
    return [
      ...stdout.matchAll(/^ *[+~-]+ {1,2}\S+ (contoso-\S+) (?:to )?(create|update|replace|delete)\b/gm),
    ].map(([, name, operation]) => `${operation} ${name}`);
  }

  /** How many effects the world has seen. */
  effectCount(): number {
    return this.world.effects().length;
  }

  async everything(): Promise<Everything> {
    return {
      world: this.world.describe(),
      ...(await this.workspace.registry(async (registry) => {
        const records: Everything["records"] = [];
        const users: Everything["users"] = [];
        for (const kind of ["sip-domain", "pool", "endpoint", "sip-user"] as const)
          for await (const { key, record, managedBy } of registry.list(kind))
            records.push({ kind, key, record, ...(managedBy !== undefined && { managedBy }) });
        for (const { kind, key } of records) {
          const user = kind === "sip-user" ? await registry.snapshotUser(key as SipAddress) : undefined;
          if (user) users.push(user);
        }
        return { records, users };
      })),
    };
  }

  /** Has a step fail when it has done half of `action`, until another one is to fail, or none. */
  failing(action?: "before" | "do" | "undo", step?: CommandStepName): void {
    writeFileSync(this.#failing, action === undefined ? "" : `${action} ${step}`);
  }

  /** What was done in the stand-in world by `what`. */
  async effectsOf(what: () => Promise<unknown>): Promise<string[]> {
    const before = this.effectCount();
    await what();
    return this.world.effects().slice(before);
  }

  get #failing(): string {
    return join(this.workspace.folder, "failing");
  }

  /** The record of the cutover. */
  async record(): Promise<Stored<"cutover">> {
    const stored = await this.workspace.registry((registry) => registry.get("cutover", NAME));
    assert.ok(stored, "the registry knows the cutover");
    return stored;
  }

  /** Writes in the record as another program does. */
  async change(change: ChangeOf<"cutover">): Promise<void> {
    const { revision } = await this.record();
    await this.workspace.registry((registry) => registry.update("cutover", NAME, change, revision, BY_HAND));
  }

  /** What the dress rehearsal leaves in the record. */
  rehearsed(): Promise<void> {
    const [sipAddress = ADDRESS] = this.addresses;
    const measured = { release: 1, endpoint: 1, lookUp: 1, removal: 1, restore: 60_000 };
    return this.change({
      rehearsal: { at: "2026-11-20T20:00:00Z", by: "anna@admin01", sipAddress, ...measured },
    });
  }

  journal(): string {
    return readFileSync(join(this.folder, "journal.jsonl"), "utf8");
  }

  #defaults(): Omit<GroupChatCutoverArgs, "poolFqdn" | "stage"> {
    const values = valuesIn(this.world, { import: "restore", files: "remove" });
    const { services: compliance, queues } = values["drain-compliance"];
    const { file: backup, ...source } = values["back-up-source"];
    const { file: targetBackup, ...target } = values["back-up-target"];
    return {
      waves: this.addresses.map((address) => [address]),
      displayName: "Group Chat",
      folder: "cutover",
      legacy: {
        services: values["stop-legacy"].services,
        compliance: { services: compliance, queues },
        database: source,
        backup,
      },
      persistentChat: {
        services: values["start-persistent-chat"].services,
        database: target,
        backup: targetBackup,
      },
      dataMigration: {
        file: values.export.file,
        exportReport: values.export.report,
        importReport: values.import.report,
        undo: "restore",
      },
      files: values["copy-files"],
      commands: this.#commands(),
    };
  }

  #commands(): GroupChatCutoverArgs["commands"] {
    const registry = `sqlite:${this.workspace.registryFile}`;
    const command = [
      ...[process.execPath, join(__dirname, "fragile-step.js"), this.#failing],
      ...[process.execPath, join(STAND_IN, "step.mjs")],
      ...["--world", this.world.folder, "--registry", registry],
    ];
    const commands = { before: command, do: command, undo: command };
    return Object.fromEntries(COMMAND_STEPS.map((step) => [step, commands]));
  }
}

/** What a run said, without the line breaks and margins of the engine. */
export function flat({ output }: Result): string {
  return output.replace(/\s+/g, " ");
}
