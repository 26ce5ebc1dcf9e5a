import assert from "node:assert/strict";
import { join } from "node:path";
import { openRegistry } from "../../provider/backends/index";
import { COMMAND_STEPS } from "../../provider/cutover/runbook";
import type { TopologyRegistry } from "../../provider/registry/registry";
import type { SipAddress } from "../../provider/registry/sip-address";
import { CutoverWorkspace, PASSPHRASE } from "../support/cutover-workspace";
import { BY_HAND } from "../support/topology";

const FIRST: SipAddress = "sip:ocschat@contoso.test";
const SECOND: SipAddress = "sip:ocschat@sales.contoso.test";
const THIRD: SipAddress = "sip:ocschat@lab.contoso.test";

describe("a cutover of several addresses", function () {
  this.timeout(600_000);
  let cutover: CutoverWorkspace;

  before(async () => {
    cutover = await CutoverWorkspace.create({ addresses: [FIRST, SECOND, THIRD] });
    cutover.args = { waves: [[FIRST], [SECOND, THIRD]], files: "none" };
    await cutover.up("prepare");
    await cutover.rehearsed();
    await cutover.up("migrate");
  });
  after(() => cutover?.dispose());

  const holders = () =>
    cutover.workspace.registry(async (registry) => {
      const found = [FIRST, SECOND, THIRD].map((address) => registry.resolve(address));
      return (await Promise.all(found)).map((resolution) => resolution?.kind);
    });

  /** What happened to the addresses, in its order. */
  const history = () =>
    cutover.workspace.registry(async (registry) =>
      (await registry.contents()).history
        .filter(({ kind }) => kind === "sip-user" || kind === "endpoint")
        .map(({ kind, key, change }) => `${change.action} ${kind} ${key}`),
    );

  const released = (address: string) => [
    `remove sip-user ${address}`,
    `create sip-user ${address.replace("sip:", "sip:released-")}`,
  ];
  const restored = (address: string) => [
    `remove sip-user ${address.replace("sip:", "sip:released-")}`,
    `create sip-user ${address}`,
  ];

  it("hands one over first, and the others only once that is verified", async () => {
    const change = (displayName: string) =>
      cutover.workspace.registry(async (registry) => {
        const { revision = "" } = (await registry.get("sip-user", SECOND)) ?? {};
        await registry.update("sip-user", SECOND, { displayName }, revision, BY_HAND);
      });
    const { users } = await cutover.everything();
    await change("Somebody else");
    const before = (await history()).length;
    assert.match(await cutover.upFails("handover"), /SIP user 'sip:ocschat@sales.contoso.test'.*displayName/);
    assert.deepEqual(await holders(), ["endpoint", "sip-user", "sip-user"]);
    assert.match(cutover.journal(), /"verify:1".*"done"/);
    assert.doesNotMatch(cutover.journal(), /"verify:2"/);

    await cutover.up("migrate");
    assert.deepEqual((await history()).slice(before), [
      ...[...released(FIRST), `create endpoint ${FIRST}`],
      ...[`remove endpoint ${FIRST}`, ...restored(FIRST)],
    ]);
    const changed = await cutover.workspace.registry((registry) => registry.get("sip-user", SECOND));
    assert.equal(changed?.record.displayName, "Somebody else");
    await change("Group Chat 2");
    assert.deepEqual((await cutover.everything()).users, users);
  });

  it("takes the last wave back first", async () => {
    const before = (await history()).length;
    const { users } = await cutover.everything();
    await cutover.up("handover");
    assert.deepEqual(await holders(), ["endpoint", "endpoint", "endpoint"]);
    await cutover.up("migrate");
    assert.deepEqual((await cutover.everything()).users, users);
    assert.deepEqual((await history()).slice(before), [
      ...[...released(FIRST), `create endpoint ${FIRST}`],
      ...[...released(SECOND), ...released(THIRD), `create endpoint ${SECOND}`, `create endpoint ${THIRD}`],
      ...[`remove endpoint ${THIRD}`, `remove endpoint ${SECOND}`, ...restored(THIRD), ...restored(SECOND)],
      ...[`remove endpoint ${FIRST}`, ...restored(FIRST)],
    ]);
  });

  it("lets no other cutover have one of them, until it is taken back and destroyed", async () => {
    const other = `declare('other', {}, { stage: "prepare", waves: [["${THIRD}"]], folder: "other" });`;
    cutover.source = `declare('contoso'); ${other}`;
    assert.match(
      await cutover.upFails("migrate"),
      /cannot go on with cutover 'other': 'sip:ocschat@lab.contoso.test' belongs to cutover 'contoso', which is under way/,
    );
    cutover.source = "declare('contoso');";
    await cutover.up("prepare");
    await cutover.up("prepare"); // what was protected is not any more
    cutover.source = "";
    await cutover.up("prepare");
    cutover.source = other;
    await cutover.up("prepare");
  });
});

describe("a cutover in a registry of its own", function () {
  this.timeout(600_000);
  let cutover: CutoverWorkspace;
  /** Says what each step says, and does nothing. */
  const IDLE = `
    const { step } = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
    const answers = { preflight: [], export: { file: "x", sha256: "0".repeat(64), bytes: 0, finishedAt: "2026-01-01T00:00:00Z" } };
    console.log(JSON.stringify(answers[step] ?? null));`;

  before(async () => {
    cutover = await CutoverWorkspace.create();
    const command = [process.execPath, "-e", IDLE];
    const commands = { before: command, do: command, undo: command };
    cutover.source = `
      const provider = new Provider("lab", {
        registry: "sqlite:lab.db",
        snapshotPassphrase: new pulumi.Config("persistentchat").require("snapshotPassphrase"),
      });
      const providers = [provider];
      new PersistentChatPool("labpool", { poolFqdn: "pcpool.contoso.test", shape: "single" }, { provider });
      const commands = ${JSON.stringify(Object.fromEntries(COMMAND_STEPS.map((step) => [step, commands])))};
      declare("contoso", {}, { stage: "prepare" });
      declare("lab", { providers }, { folder: "lab", commands });`;
    await lab(async (registry) => {
      await registry.create("sip-domain", { domain: "contoso.test" }, BY_HAND);
      await registry.create("sip-user", { sipAddress: FIRST, displayName: "In the lab" }, BY_HAND);
    });
  });
  after(() => cutover?.dispose());

  async function lab<T>(use: (registry: TopologyRegistry) => Promise<T>): Promise<T> {
    const registry = openRegistry({ backend: "sqlite", path: join(cutover.workspace.folder, "lab.db") });
    try {
      return await use(registry);
    } finally {
      await registry.close();
    }
  }

  const holder = (registry: TopologyRegistry) => registry.resolve(FIRST).then((found) => found?.kind);

  it("goes forward and back beside another one of the same address", async () => {
    await cutover.up("prepare");
    const before = await lab((registry) => registry.snapshotUser(FIRST));
    await lab(async (registry) => {
      const { revision = "" } = (await registry.get("cutover", "lab")) ?? {};
      const rehearsal = { at: "2026-11-20T20:00:00Z", by: "anna@admin01", sipAddress: FIRST };
      const measured = { release: 1, endpoint: 1, lookUp: 1, removal: 1, restore: 1 };
      await registry.update(
        "cutover",
        "lab",
        { rehearsal: { ...rehearsal, ...measured } },
        revision,
        BY_HAND,
      );
    });
    await cutover.up("migrate");
    await cutover.up("handover");
    assert.equal(await lab(holder), "endpoint");
    assert.equal(await cutover.workspace.registry(holder), "sip-user");
    assert.equal((await cutover.record()).record.stage, "prepare");
    await cutover.up("prepare");
    assert.deepEqual(await lab((registry) => registry.snapshotUser(FIRST)), before);
    assert.ok(!cutover.workspace.checkpoint().includes(PASSPHRASE));
  });
});
