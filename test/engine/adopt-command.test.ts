import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { Stored } from "../../provider/registry/registry";
import { useShellWorkspaces } from "../support/shell-workspace";
import { HEADQUARTERS, NEW } from "../support/test-world";
import { BY_HAND, makePools } from "../support/topology";
import { Workspace } from "../support/workspace";

const CHAT = "sip:ocschat@contoso.com";
const HELP = "sip:help@contoso.com";
const AUTOMATIC = "sip:gc-1-persistentchatservice-2@contoso.com";
const PROD = { operator: "bob@admin02", managedBy: "chat/prod/theirs" };

describe("persistentchat adopt", function () {
  this.timeout(120_000);
  let workspace: Workspace;

  beforeEach(async () => {
    workspace = await Workspace.create();
    await makePools(workspace);
    await workspace.registry(async (registry) => {
      for (const [sipAddress, by] of [
        [CHAT, BY_HAND],
        [HELP, BY_HAND],
        [AUTOMATIC, BY_HAND],
        ["sip:theirs@contoso.com", PROD],
      ] as const)
        await registry.create("endpoint", { sipAddress, poolFqdn: "p1.contoso.com" }, by);
      await registry.create("sip-user", { sipAddress: "sip:anna@contoso.com" }, BY_HAND);
    });
  });
  afterEach(() => workspace?.dispose());

  const run = (...more: string[]) => workspace.persistentchat(["adopt", "--stack", "test", ...more]);
  const file = (name: string) => join(workspace.folder, "adopted", name);
  const claim = (kind: Stored["kind"], key: string, name: string) =>
    workspace.registry(async (registry) => {
      const live = await registry.get(kind, key);
      const by = { operator: "anna@admin01", managedBy: `chat/test/${name}` };
      return registry.claim(kind, key, live?.revision ?? "", by);
    });

  it("tells what it would do, and with --yes does it and tells what comes next", async () => {
    const dryRun = await run("--only", "*@contoso.com");
    assert.deepEqual([dryRun.code, dryRun.stderr], [0, ""]);
    const rows = (heading: string) => `${heading.padEnd(20)}  KEY                      NAME
SIP domain            contoso.com              contoso
Persistent Chat pool  p1.contoso.com           p1
legacy endpoint       sip:help@contoso.com     help
legacy endpoint       sip:ocschat@contoso.com  ocschat

LEFT OUT         KEY                                           BECAUSE
legacy endpoint  ${AUTOMATIC}  it is the automatic endpoint of a pool, which the product makes and removes by itself
legacy endpoint  sip:theirs@contoso.com                        it is managed by 'chat/prod/theirs'

Not adopted: SIP users.

`;
    assert.equal(
      dryRun.stdout,
      `${rows("WOULD BE ADOPTED")}1 SIP domain, 1 Persistent Chat pool, 2 legacy endpoints would be adopted into chat/test, with adopted/import.json and adopted/index.ts. Nothing is claimed or written yet.
Next:
  persistentchat adopt --stack test --only '*@contoso.com' --yes
`,
    );
    const done = await run("--only", "*@contoso.com", "--yes");
    assert.deepEqual([done.code, done.stderr], [0, ""]);
    assert.equal(
      done.stdout,
      `${rows("ADOPTED")}Claimed 4 for chat/test, and wrote adopted/import.json and adopted/index.ts. Next:
  pulumi import --file adopted/import.json --generate-code=false --protect=false --stack test
  (have the program say: require("./adopted/index.ts");)
  pulumi preview --expect-no-changes --stack test
  pulumi up --stack test
The last one tells state what needs what, which a destroy has to know.
`,
    );
    assert.deepEqual(readdirSync(join(workspace.folder, "adopted")).sort(), ["import.json", "index.ts"]);
    assert.equal(
      readFileSync(file("index.ts"), "utf8"),
      `import {
	LegacyEndpoint,
	PersistentChatPool,
	SipDomain,
} from "pulumi-persistentchat";

new SipDomain("contoso", {
	domain: "contoso.com",
	isDefault: false,
});

const p1 = new PersistentChatPool("p1", {
	poolFqdn: "p1.contoso.com",
	shape: "single",
	servers: ["p1.contoso.com"],
	activeServers: ["p1.contoso.com"],
	port: 5041,
	settings: {
		defaultChatHistory: 30,
		maxFileSizeKB: 20000,
		participantUpdateLimit: 75,
	},
});

new LegacyEndpoint("help", {
	sipAddress: "${HELP}",
	poolFqdn: p1.poolFqdn,
});

new LegacyEndpoint("ocschat", {
	sipAddress: "${CHAT}",
	poolFqdn: p1.poolFqdn,
});
`,
    );
  });

  it("tells a program what to import from where its 'main' is", async () => {
    const projectFile = join(workspace.folder, "Pulumi.yaml");
    const written = JSON.parse(readFileSync(projectFile, "utf8"));
    mkdirSync(join(workspace.folder, "src"));
    const asked = async (main: string, line: string) => {
      writeFileSync(projectFile, JSON.stringify({ ...written, main }));
      const { stdout } = await run("--only", "contoso.com", "--yes");
      assert.ok(stdout.includes(`(have the program say: ${line})`), stdout);
    };
    await asked("src/main.js", 'require("../adopted/index.ts");');
    await asked("src/main.mjs", 'import "../adopted/index.ts";');
    await asked("main.ts", 'import "./adopted/index";');
    writeFileSync(join(workspace.folder, "tsconfig.json"), "{}");
    await asked("src", 'import "../adopted/index";');
    await asked("src/main.ts", 'import "../adopted/index";');
    await asked("build/main.js", 'import "./adopted/index";');
  });

  it("goes on where a run was cut off, and comes to the same", async () => {
    // Two that would have the same name: the one that is claimed already must not leave its name to the other.
    await workspace.registry(async (registry) => {
      await registry.create("sip-domain", { domain: "fabrikam.com" }, BY_HAND);
      const twin = { sipAddress: "sip:ocschat@fabrikam.com", poolFqdn: "p2.contoso.com" } as const;
      await registry.create("endpoint", twin, BY_HAND);
    });
    const planned = JSON.parse((await run("--json")).stdout);
    await claim("endpoint", CHAT, "ocschat-contoso");
    await claim("pool", "p1.contoso.com", "p1");
    const resumed = JSON.parse((await run("--json", "--yes")).stdout);
    assert.deepEqual(resumed, { ...planned, claimed: planned.adopted.length - 2, dryRun: false });

    // The files are what is true, so that a run that ended between them is repeated, too.
    const [program, imported] = [file("index.ts"), file("import.json")].map((path) =>
      readFileSync(path, "utf8"),
    );
    rmSync(file("import.json"));
    const repeated = JSON.parse((await run("--json", "--yes")).stdout);
    assert.deepEqual(repeated, { ...resumed, claimed: 0 });
    assert.deepEqual(
      [file("index.ts"), file("import.json")].map((path) => readFileSync(path, "utf8")),
      [program, imported],
    );
    assert.equal((await run("--yes")).code, 0);
  });

  it("claims and writes nothing where it would write over a file, or a pattern names nothing", async () => {
    await run("--only", "contoso.com", "--yes");
    const own = readFileSync(file("index.ts"), "utf8");
    for (const [args, problem] of [
      [
        [],
        "'adopted/index.ts' exists and has something else in it; name another folder with --output, or move it away",
      ],
      [
        ["--output", "other"],
        "'other/import.json' exists and has something else in it; name another folder with --output, or move it away",
      ],
      [
        ["--only", "p1.*", "--only", "nobody@*"],
        "nothing in the registry matches 'nobody@*'; nothing was done",
      ],
    ] as const) {
      if (args[1] === "other") {
        await run("--only", "contoso.com", "--output", "other", "--yes");
        rmSync(join(workspace.folder, "other", "index.ts"));
      }
      for (const yes of [[], ["--yes"]]) {
        const { code, stdout, stderr } = await run(...args, ...yes);
        assert.deepEqual([code, stderr], [1, `persistentchat: ${problem}\n`]);
        assert.doesNotMatch(stdout, /Next:/);
      }
    }
    const pool = await workspace.registry((registry) => registry.get("pool", "p1.contoso.com"));
    assert.equal(pool?.managedBy, undefined);
    assert.equal(readFileSync(file("index.ts"), "utf8"), own);
    assert.deepEqual(readdirSync(join(workspace.folder, "other")), ["import.json"]);
  });

  it("finds nothing in a registry that is empty, and says what it cannot read", async () => {
    writeFileSync(
      join(workspace.folder, "Pulumi.test.yaml"),
      "config: {persistentchat:registry: 'sqlite:none.db'}",
    );
    const [missing, unknown] = await Promise.all([
      run("--yes"),
      workspace.persistentchat(["adopt", "--stack", "nobody"]),
    ]);
    assert.equal(missing.code, 3);
    assert.match(missing.stderr, /none\.db/);
    assert.equal(unknown.code, 3);
    assert.equal(
      unknown.stderr,
      "persistentchat: cannot read stack 'nobody': there is no such stack; 'pulumi stack ls' lists those that are\n",
    );
    assert.ok(!existsSync(file("index.ts")));
    await workspace.ok("config", "set", "persistentchat:registry", "sqlite:empty.db");
    const empty = ["--registry", "sqlite:empty.db"];
    assert.equal((await workspace.persistentchat(["migrate", ...empty])).code, 0);
    const { code, stdout } = await run("--yes");
    assert.deepEqual([code, stdout], [0, "There is nothing to adopt.\n"]);
  });
});

describe("persistentchat adopt, from a registry that keeps no owners", function () {
  this.timeout(120_000);
  const newShellWorkspace = useShellWorkspaces();

  it("leaves out what other stacks of the project have there, and says which it could not ask", async () => {
    const { workspace, world } = await newShellWorkspace();
    for (const name of ["theirs", "free"])
      world.byHand(NEW, { SipAddress: `sip:${name}@contoso.test`, PersistentChatPoolFqdn: HEADQUARTERS });
    workspace.program(
      `new LegacyEndpoint("chat", { sipAddress: "theirs@contoso.test", poolFqdn: "${HEADQUARTERS}", adopt: "match" });`,
    );
    await workspace.up();
    const { stdout: registry } = await workspace.ok("config", "get", "persistentchat:registry");
    // Another command, which leads to the same deployment.
    symlinkSync("world.json", join(workspace.folder, "same-world.json"));
    const started = registry.trim().replace("world.json", "same-world.json");
    for (const [stack, setting] of [
      ["second", started],
      ["third", "nonsense:"],
    ] as const) {
      await workspace.ok("stack", "init", stack, "--no-select");
      await workspace.ok("config", "set", `--stack=${stack}`, "persistentchat:registry", setting);
    }
    const ask = (...more: string[]) =>
      workspace.persistentchat(["adopt", "--stack", "second", "--only", "*@contoso.test", ...more]);
    const { adopted, leftOut, notLookedAt } = JSON.parse((await ask("--json")).stdout) as Record<
      "adopted" | "leftOut" | "notLookedAt",
      { key?: string; reason?: string; stack?: string }[]
    >;
    assert.equal(adopted.filter(({ key }) => key === "sip:free@contoso.test").length, 1);
    assert.deepEqual(
      leftOut.filter(({ key }) => key === "sip:theirs@contoso.test").map(({ reason }) => reason),
      ["it is managed by 'chat/test/chat'"],
    );
    assert.deepEqual(
      notLookedAt.map(({ stack }) => stack),
      ["third", "test"],
    );
    const { stdout } = await ask();
    assert.match(
      stdout,
      /^NOT LOOKED AT +PROVIDER +BECAUSE\nstack third +cannot open the registry.*\nstack test +its registry may be this one or another/m,
    );
    assert.match(stdout, /keeps no owners: what another project declares may be/);
  });
});
