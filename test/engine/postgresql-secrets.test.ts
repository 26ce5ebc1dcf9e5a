import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isCiphertext } from "../support/secret";
import { newDatabase, sharedPostgres, type TestDatabase } from "../support/shared-postgres";
import { Workspace } from "../support/workspace";

const ADDRESS = "sip:chat@contoso.com";
/** Nothing listens there. */
const NOBODY = "127.0.0.1:1/";

/** The options are a JavaScript expression. */
const declare = (opts = "") => `
  new SipDomain("contoso", { domain: "contoso.com" }, { ${opts} });
  new PersistentChatPool("p1", { poolFqdn: "p1.contoso.com", shape: "single" }, { ${opts} });
  new LegacyEndpoint("chat", { sipAddress: "${ADDRESS}", poolFqdn: "p1.contoso.com" }, { ${opts} });
`;

/** A password of which nothing may be found, however it is written: letters and digits stay what they are. */
class Canary {
  readonly #words = [randomBytes(10).toString("hex"), randomBytes(10).toString("hex")];
  readonly text = `${this.#words[0]}@:/?%"'\\ &${this.#words[1]}`;

  readonly #base64 = Buffer.from(this.text).toString("base64").slice(0, 40);

  isIn(text: string): boolean {
    return [...this.#words, this.#base64].some((word) => text.includes(word));
  }
}

/** A database of a role that has to say its password. */
interface Account {
  database: TestDatabase;
  user: string;
  canary: Canary;
  /** With the password, or another one. */
  url(password?: string): string;
  /** Without. */
  address: string;
}

describe("the password of a registry", function () {
  this.timeout(120_000);
  let workspace: Workspace;
  let outside: string;
  const accounts: Account[] = [];
  const canaries: Canary[] = [];

  const newCanary = () => {
    const canary = new Canary();
    canaries.push(canary);
    return canary;
  };
  const newAccount = async (): Promise<Account> => {
    const canary = newCanary();
    const database = await newDatabase();
    const user = `role_${randomBytes(8).toString("hex")}`;
    await sharedPostgres().query(`CREATE ROLE ${user} LOGIN PASSWORD '${canary.text.replaceAll("'", "''")}'`);
    await sharedPostgres().query(`GRANT CREATE ON DATABASE ${database.name} TO ${user}`);
    const url = (password = canary.text) => database.url({ user, password });
    const account = { database, user, canary, url, address: url("").replace(":@", "@") };
    accounts.push(account);
    return account;
  };

  beforeEach(async () => {
    outside = mkdtempSync(join(tmpdir(), "persistentchat-outside-"));
    // The password file of whoever runs the tests is none of theirs.
    workspace = await Workspace.create({ environment: { PGPASSFILE: join(outside, "none") } });
  });

  afterEach(async () => {
    workspace?.dispose();
    rmSync(outside, { recursive: true, force: true });
    canaries.length = 0;
    for (const { database, user } of accounts.splice(0)) {
      await database.drop();
      await sharedPostgres().query(`DROP ROLE ${user}`);
    }
  });

  const assertSilent = (what: string, text: string) => {
    const lines = text.split("\n").filter((line) => canaries.some((canary) => canary.isIn(line)));
    assert.deepEqual(lines, [], what);
  };
  /** A file of the workspace, or those in a folder. */
  const filesOf = (name: string): string[] => {
    const path = join(workspace.folder, name);
    if (statSync(path).isFile()) return [path];
    const entries = readdirSync(path, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  };
  /** Runs the CLI; neither what it says nor what it leaves behind tells a password. */
  const run = async (
    command: "up" | "refresh" | "destroy",
    { fails, debug, env }: { fails?: RegExp; debug?: boolean; env?: NodeJS.ProcessEnv } = {},
  ): Promise<void> => {
    const args = [command, "--yes", ...(command === "up" ? [] : ["--skip-preview"])];
    const { code, output } = await workspace.run([...args, ...(debug ? ["--debug"] : [])], env);
    assertSilent(command, output);
    for (const path of ["Pulumi.test.yaml", "state", "home"].flatMap(filesOf))
      assertSilent(path, readFileSync(path, "latin1"));
    assert.equal(code !== 0, fails !== undefined, output);
    if (fails) assert.match(output, fails);
    if (debug && command === "up") assert.match(output, /debug: /);
  };
  const assertExportSilent = async () =>
    assertSilent("stack export", (await workspace.ok("stack", "export")).output);
  /** The role has been in its own database, which asks for the password. */
  const assertUsed = async ({ database, user }: Account) => {
    const made = await database.query(
      "SELECT tableowner AS owner FROM pg_tables WHERE tablename = 'contact'",
    );
    assert.deepEqual(made, [{ owner: user }]);
    assert.equal((await database.query("SELECT FROM persistentchat.contact")).length, 1);
  };
  const set = (name: string, value: string, ...secret: "--secret"[]) =>
    workspace.ok("config", "set", ...secret, `persistentchat:${name}`, value);
  const refusal = ({ database }: Account, cause: string, port = sharedPostgres().port) =>
    new RegExp(`'postgresql://127\\.0\\.0\\.1:${port}/${database.name}': .*${cause}.*\\[unavailable\\]`);

  it("is nowhere when it stands in a secret URL", async () => {
    const account = await newAccount();
    const wrong = newCanary();
    workspace.program(declare());
    await set("registry", account.url().replace(/127[^/]*\//, NOBODY), "--secret");
    await run("up", { debug: true, fails: refusal(account, "nothing listens there", 1) });
    await set("registry", account.url(wrong.text), "--secret");
    await run("up", { debug: true, fails: refusal(account, "the password is wrong") });
    await set("registry", account.url(), "--secret");
    await run("up", { debug: true });
    await assertUsed(account);
    await assertExportSilent();
    await run("refresh", { debug: true });
    await run("destroy", { debug: true });
  });

  it("is nowhere when it is an argument of a provider, which makes a secret of it", async () => {
    const account = await newAccount();
    const wrong = newCanary();
    const file = join(outside, "password");
    workspace.program(`
      const registryPassword = require("node:fs").readFileSync("${file}", "utf8");
      const provider = new Provider("lab", { registry: "${account.address}", registryPassword });
      ${declare("provider")}`);
    writeFileSync(file, wrong.text);
    await run("up", { fails: refusal(account, "the password is wrong") });
    writeFileSync(file, account.canary.text);
    await run("up");
    await assertUsed(account);
    await assertExportSilent();
    const { inputs, outputs } = workspace.resource("lab");
    for (const kept of [inputs, outputs]) assert.ok(isCiphertext(kept["persistentchat:registryPassword"]));
    await run("refresh");
    await run("destroy");
  });

  it("is nowhere when it is a secret setting or in the environment, which stands in for both settings", async () => {
    const account = await newAccount();
    const wrong = newCanary();
    const password = account.canary.text;
    workspace.program(declare());
    await set("registry", account.address);
    await set("registryPassword", wrong.text, "--secret");
    await run("up", { debug: true, fails: refusal(account, "the password is wrong") });
    await set("registryPassword", password, "--secret");
    await run("up", { debug: true });
    await assertUsed(account);
    await assertExportSilent();
    await run("refresh", { debug: true });

    const list = ["list", "endpoint", "--stack", "test"];
    const found = await workspace.persistentchat(list);
    assert.deepEqual([found.code, found.stderr], [0, ""]);
    assert.match(found.stdout, /sip:chat@contoso\.com/);
    const resolved = await workspace.persistentchat(["resolve", ADDRESS, "--json", "--stack", "test"]);
    assert.equal(resolved.code, 0, resolved.output);
    const unasked = await workspace.persistentchat(list, { PULUMI_CONFIG_PASSPHRASE: undefined });
    assert.deepEqual([unasked.code, unasked.stdout], [3, ""]);
    assert.match(
      unasked.stderr,
      /a secret, and the stack's passphrase is missing; set PULUMI_CONFIG_PASSPHRASE /,
    );
    for (const { output } of [found, resolved, unasked]) assertSilent("persistentchat", output);

    // The password of the setting would be the right one, and is not for a server that the environment names.
    const noneIsGiven = refusal(account, `asks user '${account.user}' for a password, and none is given`);
    await run("refresh", { env: { PERSISTENTCHAT_REGISTRY: account.address }, fails: noneIsGiven });
    await run("refresh", { env: { PERSISTENTCHAT_REGISTRY: account.address, PGPASSWORD: password } });

    await workspace.ok("config", "rm", "persistentchat:registryPassword");
    workspace.program(declare().replace('p1.contoso.com" }', `p1.contoso.com", displayName: "Chat" }`));
    await run("up", { env: { PGPASSWORD: wrong.text }, fails: refusal(account, "the password is wrong") });
    await run("up", { env: { PGPASSWORD: password } });
    const [chat] = await account.database.query("SELECT display_name FROM persistentchat.contact");
    assert.equal(chat?.display_name, "Chat");
    await set("registry", "sqlite:elsewhere.db");
    await run("destroy", { env: { PERSISTENTCHAT_REGISTRY: account.url() }, debug: true });
    assert.equal((await account.database.query("SELECT FROM persistentchat.contact")).length, 0);
  });
});
