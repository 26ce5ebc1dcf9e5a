import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseRegistrySettings } from "../../provider/registry/settings";
import { Clone } from "../support/clone";
import { GRANTS, ROLES } from "../support/grants";
import { queryOnce } from "../support/postgres-client";
import { PostgresServer } from "../support/postgres-server";
import { blocks, README } from "../support/readme";
import { ROOT } from "../support/workspace";

const PASSWORD = "of-every-role-here";

describe("README, of one registry for a team", function () {
  this.timeout(300_000);
  let server: PostgresServer;
  let clone: Clone;

  before(async () => {
    server = await PostgresServer.create();
    await server.start();
    clone = await Clone.create();
  });
  after(() => {
    clone.dispose();
    server.dispose();
  });

  it("every statement and command works in the order in which it stands there", async () => {
    assert.deepEqual(blocks("sql"), [ROLES, GRANTS]);
    await server.query("CREATE DATABASE chat");
    await server.query(ROLES, undefined, "chat");
    for (const role of ["owner", "user", "reader"])
      await server.query(`ALTER ROLE persistentchat_${role} PASSWORD '${PASSWORD}'`);

    const environment = {
      PGPASSWORD: PASSWORD,
      PULUMI_BACKEND_URL: pathToFileURL(clone.folder).href,
      PULUMI_CONFIG_PASSPHRASE: "persistentchat-local",
      PULUMI_STACK: "dev",
    };
    const up = await clone.sh("npm run up");
    assert.equal(up.code, 0, up.output);
    const lines = blocks("bash").flatMap((block) => block.trim().split("\n"));
    assert.ok(lines.length >= 6, lines.join("\n"));
    const owner = { user: "persistentchat_owner", password: PASSWORD, database: "chat" };
    const ownerUrl = server.url(owner);
    const here = `127.0.0.1:${server.port}/chat?sslmode=disable`;
    for (const line of lines) {
      const local = line.replace("db.contoso.com/chat?sslmode=verify-full", here);
      // Asked for on a terminal.
      const typed = local.includes("--secret") ? `echo ${PASSWORD} | ${local}` : local;
      const result = await clone.sh(typed, environment);
      assert.equal(result.code, 0, `${local}\n${result.output}`);
      if (line.includes(" migrate ")) await queryOnce(ownerUrl, GRANTS);
    }
    const resolved = await clone.sh(
      "npm run --silent persistentchat -- resolve sip:persistentchat@contoso.test --stack dev",
      { ...environment, PGPASSWORD: "" },
    );
    assert.match(resolved.output, /pcpool\.contoso\.test/);
    const found = await server.query("SELECT FROM persistentchat.contact", [], "chat");
    assert.equal(found.length, 2);
  });

  it("the URLs that it shows, and those of the example's stacks, can be read", () => {
    const stacks = ["staging", "prod"].map((stack) =>
      readFileSync(join(ROOT, `Pulumi.${stack}.yaml`), "utf8"),
    );
    const texts = [README, ...stacks].flatMap((text) => [...text.matchAll(/postgresql:\/\/\w+@[^\s"`]+/g)]);
    const urls = texts.map(([url]) => url);
    assert.ok(urls.length >= 7);
    for (const url of urls) assert.equal(parseRegistrySettings(url, "/").backend, "postgresql");
  });
});
