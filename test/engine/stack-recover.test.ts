import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { actions, assertAgreement } from "../support/agreement";
import { crashedUp } from "../support/crash";
import { HeldRun } from "../support/fault";
import { comeBack, keepState } from "../support/kept-state";
import { newDatabase } from "../support/shared-postgres";
import { BY_HAND, POOLS } from "../support/topology";
import { figures, type Result, Workspace } from "../support/workspace";

const kind = z.enum(["sip-domain", "pool", "endpoint"]);
const document = z.strictObject({
  stack: z.literal("test"),
  left: z.boolean(),
  locks: z
    .array(
      z.strictObject({
        user: z.string(),
        host: z.string(),
        pid: z.int(),
        at: z.string(),
        process: z.enum(["running", "ended", "elsewhere", "unknown"]),
      }),
    )
    .nullable(),
  pending: z.array(z.strictObject({ operation: z.string(), kind, name: z.string(), urn: z.string() })),
  absent: z.array(z.strictObject({ kind, key: z.string(), name: z.string(), urn: z.string() })),
  unrecorded: z.array(z.strictObject({ kind, key: z.string(), managedBy: z.string() })),
  done: z.array(z.string()),
  unread: z.array(z.string()),
  notLookedAt: z.array(z.string()),
});

const endpoint = (name: string, displayName = "Chat") =>
  `new LegacyEndpoint("${name}", { sipAddress: "${name}@contoso.com", poolFqdn: "p1.contoso.com", displayName: "${displayName}" });`;
const address = (name: string) => `sip:${name}@contoso.com`;
const KILLED = { victim: "engine", when: "after" } as const;

const PROGRAM = `${POOLS}${endpoint("kept")}${endpoint("other")}`;

describe("persistentchat recover", function () {
  this.timeout(240_000);
  let workspace: Workspace;

  before(async () => {
    workspace = await Workspace.create();
    workspace.program(PROGRAM);
    await workspace.up();
    keepState(workspace);
  });
  beforeEach(() => {
    workspace.program(PROGRAM);
    comeBack(workspace);
  });
  after(() => workspace?.dispose());

  it("names the file that a file backend left empty", async () => {
    const attributes = join(workspace.folder, "state", ".pulumi", "stacks", "chat", "test.json.attrs");
    writeFileSync(attributes, "");
    const { code, stderr } = await recover();
    assert.equal(code, 3, stderr);
    assert.match(
      stderr,
      /where \.pulumi\/stacks\/<project>\/<stack>\.json\.attrs is empty, delete that file/,
    );
    rmSync(attributes);
    assert.equal((await recover()).code, 0);
  });

  const recover = (...args: string[]) => workspace.persistentchat(["recover", "--stack", "test", ...args]);
  const lockFolder = () =>
    join(workspace.folder, "state", ".pulumi", "locks", "organization", "chat", "test");
  const locks = () =>
    existsSync(lockFolder()) ? readdirSync(lockFolder()).filter((file) => file.endsWith(".json")) : [];

  /** What is told, in short. */
  function told(result: Result) {
    const { locks: held, pending, absent, unrecorded, ...rest } = document.parse(JSON.parse(result.stdout));
    return {
      code: result.code,
      left: rest.left,
      locks: held?.map(({ process }) => process) ?? null,
      pending: pending.map(({ operation, name }) => `${operation} ${name}`),
      absent: absent.map(({ key }) => key),
      unrecorded: unrecorded.map(({ key }) => key),
      done: rest.done,
    };
  }
  const NOTHING = { code: 0, left: false, locks: [], pending: [], absent: [], unrecorded: [], done: [] };

  async function changeByHand(name: string, displayName: string): Promise<void> {
    await workspace.registry(async (registry) => {
      const { revision } = (await registry.get("endpoint", address(name))) ?? assert.fail("no record");
      await registry.update("endpoint", address(name), { displayName }, revision, BY_HAND);
    });
  }

  it("says what a run killed in a create left, clears it with --yes, and nothing is lost by the next up", async () => {
    assert.deepEqual(told(await recover("--json")), NOTHING);
    workspace.program(`${PROGRAM}${endpoint("made")}`);
    await crashedUp(workspace, KILLED, { action: "create", key: address("made") });
    await changeByHand("other", "Changed by hand");
    const before = workspace.checkpoint();

    const left = { locks: ["ended"], pending: ["creating made"], absent: [], unrecorded: [address("made")] };
    assert.deepEqual(told(await recover("--json")), { code: 1, left: true, ...left, done: [] });
    const { stdout, code } = await recover();
    assert.equal(code, 1);
    assert.match(
      stdout,
      new RegExp(`^\\S+@${hostname()} +\\d+ +\\S+ \\S+, \\d+ min ago +it has ended$`, "m"),
    );
    assert.match(stdout, /^creating +legacy endpoint +made$/m);
    assert.match(stdout, /'persistentchat recover --stack test --yes' cancels/);
    assert.match(stdout, /'pulumi up' recognises/);
    assert.deepEqual([workspace.checkpoint(), locks().length], [before, 1], "it only looked");

    const done = ["cancelled the lock", "cleared what was pending"];
    const cleared = { ...NOTHING, unrecorded: [address("made")] };
    assert.deepEqual(told(await recover("--yes", "--json")), { ...cleared, done });
    assert.deepEqual(told(await recover("--yes", "--json")), cleared);
    assert.match((await recover()).stdout, /^Nothing is left to recover\.$/m);
    assert.equal(
      workspace.resource("other").outputs.displayName,
      "Chat",
      "what others changed is for a refresh to tell",
    );

    assert.deepEqual(figures(await workspace.up()), { created: 1, unchanged: 6 });
    assert.deepEqual(await actions(workspace, "endpoint", address("made")), ["create", "claim"]);
    assert.deepEqual(told(await recover("--json")), NOTHING);
    await changeByHand("other", "Chat");
    await workspace.ok("refresh", "--yes", "--skip-preview");
    await assertAgreement(workspace);
  });

  it("puts state right after a run killed in an update and one killed in a delete", async () => {
    workspace.program(`${POOLS}${endpoint("kept", "New")}${endpoint("other")}`);
    await crashedUp(workspace, KILLED, { action: "update", key: address("kept") });
    assert.deepEqual(told(await recover("--json")).pending, ["updating kept"]);
    assert.deepEqual(told(await recover("--yes", "--json")).pending, []);
    assert.equal(workspace.resource("kept").outputs.displayName, "New");

    workspace.program(`${POOLS}${endpoint("other")}`);
    await crashedUp(workspace, KILLED, { action: "remove", key: address("kept") });
    const { pending, absent } = told(await recover("--json"));
    assert.deepEqual([pending, absent], [["deleting kept"], [address("kept")]]);
    const done = [
      "cancelled the lock",
      "cleared what was pending",
      "took out of state what the registry does not have",
    ];
    assert.deepEqual(told(await recover("--yes", "--json")), { ...NOTHING, done });
    await assertAgreement(workspace);
    assert.deepEqual(figures(await workspace.up()), { unchanged: 5 });
  });

  it("never touches a run that is at work, whatever is said", async () => {
    workspace.program(`${PROGRAM}${endpoint("made")}`);
    const run = await HeldRun.start(workspace, { action: "create", when: "before", key: address("made") }, [
      "up",
      "--yes",
      "--skip-preview",
    ]);
    const { code, stdout } = await recover("--yes");
    assert.equal(code, 1, stdout);
    assert.match(stdout, /it is at work/);
    assert.match(stdout, /nothing is touched/);
    assert.equal(locks().length, 1);
    run.release();
    const result = await run.end();
    assert.equal(result.code, 0, result.output);
    assert.deepEqual(told(await recover("--json")), NOTHING);
  });

  it("leaves the lock of another machine to a person, and says whose it is and how old", async () => {
    mkdirSync(lockFolder(), { recursive: true });
    const at = new Date(Date.now() - 3 * 3_600_000).toISOString();
    const lock = { pid: 4711, username: "job", hostname: "ci-7.example", timestamp: at };
    writeFileSync(join(lockFolder(), "x.json"), JSON.stringify(lock));
    const { code, stdout } = await recover("--yes");
    assert.equal(code, 1);
    assert.match(stdout, /^job@ci-7\.example +4711 +\S+ \S+, 3 h 0 min ago +of another machine/m);
    assert.match(stdout, /'pulumi cancel --yes --stack test'/);
    assert.equal(locks().length, 1);
    await workspace.ok("cancel", "--yes");
    assert.deepEqual(told(await recover("--json")), NOTHING);
  });

  it("drops nothing from state because the registry is not there", async () => {
    workspace.program(`${POOLS}${endpoint("kept", "New")}${endpoint("other")}`);
    await crashedUp(workspace, KILLED, { action: "update", key: address("kept") });
    renameSync(workspace.registryFile, `${workspace.registryFile}.away`);
    const known = (await workspace.state()).length;
    const { code, stdout, stderr } = await recover("--yes");
    assert.equal(code, 1);
    assert.match(stderr, /^persistentchat: cannot recover stack 'test': what is pending is kept until/);
    assert.match(stdout, /What the registry has is not known: .*there is none/);
    assert.equal((await workspace.state()).length, known);
    renameSync(`${workspace.registryFile}.away`, workspace.registryFile);
    assert.equal((await recover("--yes")).code, 0);
    await assertAgreement(workspace);
  });

  it("drops nothing from state because the registry is another one, or was emptied", async () => {
    const known = workspace.checkpoint();
    const elsewhere = { PERSISTENTCHAT_REGISTRY: "sqlite:other.db" };
    await workspace.persistentchat(["migrate"], elsewhere);
    const ask = ["recover", "--stack", "test", "--yes"];
    const { code, stdout } = await workspace.persistentchat(ask, elsewhere);
    assert.equal(code, 1, stdout);
    assert.match(stdout, /nothing of what the state has in it \(5\), .*another one, or was emptied/);
    assert.match(stdout, /'pulumi refresh --stack \S*test'/);
    assert.equal(workspace.checkpoint(), known);
  });

  it("keeps what another provider was creating, and says how that is settled", async () => {
    const file = join(workspace.folder, "state", ".pulumi", "stacks", "chat", "test.json");
    const whole = JSON.parse(readFileSync(file, "utf8")) as { checkpoint: { latest: object } };
    const type = "aws:s3/bucket:Bucket";
    const resource = { urn: `urn:pulumi:test::chat::${type}::logs`, custom: true, type };
    Object.assign(whole.checkpoint.latest, { pending_operations: [{ resource, type: "creating" }] });
    writeFileSync(file, JSON.stringify(whole));
    const known = workspace.checkpoint();
    const { code, stdout, stderr } = await recover("--yes");
    assert.equal(code, 1, stdout);
    assert.match(stdout, /^creating +aws:s3\/bucket:Bucket +logs$/m);
    assert.doesNotMatch(stdout, /recover --stack test --yes/);
    assert.match(
      stderr,
      /whether 'logs' was made; settle that with 'pulumi refresh --stack \S*test' first$/m,
    );
    assert.equal(workspace.checkpoint(), known);
  });

  it("has what the registry lost made again by the next up, and takes nothing else over", async () => {
    await workspace.registry(async (registry) => {
      const live = (await registry.get("endpoint", address("kept"))) ?? assert.fail("no record");
      await registry.remove("endpoint", live.key, live, BY_HAND);
    });
    await changeByHand("other", "Changed by hand");
    assert.deepEqual(told(await recover("--json")), {
      ...NOTHING,
      code: 1,
      left: true,
      absent: [address("kept")],
    });
    const done = ["took out of state what the registry does not have"];
    assert.deepEqual(told(await recover("--yes", "--json")), { ...NOTHING, done });
    assert.equal(workspace.resource("other").outputs.displayName, "Chat");
    assert.deepEqual(figures(await workspace.up()), { created: 1, unchanged: 5 });
  });

  it("finds the lock of a backend that does not show it by trying, with --yes alone", async () => {
    const database = await newDatabase();
    const address = database.url().replace("postgresql:", "postgres:");
    const environment = { PULUMI_BACKEND_URL: `${address}?sslmode=disable` };
    const other = await Workspace.create({ environment });
    try {
      other.program(`${POOLS}${endpoint("made")}`);
      await crashedUp(other, KILLED, { action: "create", key: "sip:made@contoso.com" });
      const ask = (...args: string[]) => other.persistentchat(["recover", "--stack", "test", ...args]);
      const looked = await ask("--json");
      assert.equal(told(looked).locks, null, looked.output);
      assert.match((await ask()).stdout, /Whether the stack is locked cannot be told/);
      assert.deepEqual(told(await ask("--yes", "--json")).done, [
        "cancelled the lock",
        "cleared what was pending",
      ]);
      await other.up();
      assert.deepEqual(told(await ask("--yes", "--json")), { ...NOTHING, locks: null });
    } finally {
      other.dispose();
      await database.drop();
    }
  });

  it("asks for no registry that nothing is in, and claims nothing of one that is a secret", async () => {
    const other = await Workspace.create();
    try {
      const program = `const lab = new Provider("lab", { registry: "sqlite:" + __dirname + "/lab.db" });
        new SipDomain("lab-domain", { domain: "lab.com" }, { provider: lab });`;
      other.program(program);
      await other.up();
      assert.equal(existsSync(other.registryFile), false);
      const ask = () => other.persistentchat(["recover", "--stack", "test"]);
      const { code, stdout } = await ask();
      assert.equal(code, 0, stdout);
      assert.match(stdout, /tell the same/);
      other.program(`${program}
        const vault = new Provider("vault", { registry: pulumi.secret("sqlite:" + __dirname + "/vault.db") });
        new SipDomain("vault-domain", { domain: "vault.com" }, { provider: vault });`);
      await other.up();
      const sealed = await ask();
      assert.equal(sealed.code, 1, sealed.output);
      assert.match(sealed.stdout, /^Not looked at: the records of provider 'vault'/m);
      assert.doesNotMatch(sealed.stdout, /the same/);
    } finally {
      other.dispose();
    }
  });

  it("ends with 3 where there is no such stack", async () => {
    const { code, stderr } = await workspace.persistentchat(["recover", "--stack", "nope"]);
    assert.equal(code, 3);
    assert.match(stderr, /the project has no stack 'nope'/);
  });
});
