import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Client } from "pg";
import { openRegistry } from "../../provider/backends/index";
import type { RegistryContents } from "../../provider/registry/registry";
import { parseRegistrySettings } from "../../provider/registry/settings";
import { assertAgreement } from "../support/agreement";
import { SUPERUSER } from "../support/postgres-client";
import { disposeServers, PostgresServer } from "../support/postgres-server";
import { BY_HAND, makePools, POOLS } from "../support/topology";
import { figures, Workspace } from "../support/workspace";

const EMPTY: RegistryContents = { records: [], history: [] };
const OWN = { PGPASSWORD: SUPERUSER.password };

describe("a stack that moves from SQLite to PostgreSQL", function () {
  this.timeout(120_000);
  let workspace: Workspace;
  let server: PostgresServer;

  before(async () => {
    server = await PostgresServer.create();
    await server.start();
    workspace = await Workspace.create();
  });

  after(() => {
    workspace?.dispose();
    disposeServers();
  });

  const endpoint = (name: string, pool: string, more = "") =>
    `new LegacyEndpoint("${name}", { sipAddress: "${name}@contoso.com", poolFqdn: ${pool}.poolFqdn, ${more} });`;
  /** Without the password, as a setting that is no secret has it. */
  const target = (schema = "persistentchat") =>
    server
      .url({ parameters: schema === "persistentchat" ? {} : { schema } })
      .replace(`:${SUPERUSER.password}@`, "@");
  const source = () => `sqlite:${workspace.registryFile}`;
  const copy = (from: string, to: string, password: object = OWN) =>
    workspace.persistentchat(["copy", "--from", from, "--to", to], { ...password });
  const contentsOf = async (registry: string) => {
    const settings = parseRegistrySettings(registry, workspace.folder, SUPERUSER.password);
    const opened = openRegistry(settings);
    try {
      return await opened.contents();
    } finally {
      await opened.close();
    }
  };
  const checksum = () =>
    ["", "-wal"].map((suffix) => {
      const file = `${workspace.registryFile}${suffix}`;
      return existsSync(file) && createHash("sha256").update(readFileSync(file)).digest("hex");
    });

  it("takes records, owners, incarnations, revisions and history along, and goes on as if nothing had happened", async () => {
    workspace.program(
      POOLS +
        endpoint("chat", "p1", `displayName: "Group Chat"`) +
        endpoint("gone", "p2") +
        endpoint("stays", "p2"),
    );
    await workspace.up();
    const program = POOLS + endpoint("chat", "p2", `displayName: "Group Chat"`) + endpoint("stays", "p2");
    workspace.program(program);
    assert.deepEqual(figures(await workspace.up()), { updated: 1, deleted: 1, unchanged: 5 });
    await workspace.registry((registry) =>
      registry.create("sip-user", { sipAddress: "sip:anna@contoso.com", displayName: "Anna" }, BY_HAND),
    );
    const before = await contentsOf(source());
    assert.deepEqual([before.records.length, before.history.length], [6, 9]);
    const file = checksum();

    const copied = await copy(source(), target());
    assert.deepEqual([copied.code, copied.stderr], [0, ""]);
    assert.equal(
      copied.stdout,
      "copied 1 SIP domain, 2 Persistent Chat pools, 2 legacy endpoints, 1 SIP user, 0 cutovers, and a history of 9 writes\n",
    );
    assert.deepEqual(await contentsOf(target()), before);
    const last = "SELECT last_value::integer AS sequence FROM persistentchat.history_sequence_seq";
    assert.equal((await server.query(last))[0]?.sequence, before.history.at(-1)?.change.sequence);
    assert.deepEqual(checksum(), file);

    const refused = await copy(source(), target());
    assert.deepEqual([refused.code, refused.stdout], [3, ""]);
    assert.match(refused.stderr, /\[already-exists\]\n$/);
    assert.deepEqual(await contentsOf(target()), before);

    await workspace.ok("config", "set", "persistentchat:registry", target());
    await workspace.ok("config", "set", "--secret", "persistentchat:registryPassword", SUPERUSER.password);
    workspace.lookIn(server.url());
    assert.deepEqual(figures(await workspace.ok("preview", "--expect-no-changes")), { unchanged: 6 });
    assert.deepEqual(figures(await workspace.up("--expect-no-changes")), { unchanged: 6 });
    const refresh = await workspace.ok("refresh", "--yes", "--skip-preview", "--expect-no-changes");
    assert.deepEqual(figures(refresh), { unchanged: 6 });
    assert.deepEqual(await contentsOf(target()), before);

    workspace.program(program.replace('contoso.com", poolFqdn: p2', 'contoso.com", poolFqdn: p1'));
    assert.deepEqual(figures(await workspace.up()), { updated: 1, unchanged: 5 });
    await assertAgreement(workspace);
    const now = await contentsOf(target());
    assert.deepEqual(now.history.slice(0, 9), before.history);
    const [written, ...more] = now.history.slice(9);
    assert.deepEqual([written?.key, written?.change.action, more], ["sip:chat@contoso.com", "update", []]);
    assert.ok(Number(written?.change.sequence) > Number(before.history.at(-1)?.change.sequence));

    const back = `sqlite:${join(workspace.folder, "back.db")}`;
    const returned = await copy(target(), back);
    assert.equal(returned.code, 0, returned.output);
    assert.deepEqual(await contentsOf(back), now);

    await workspace.registry(async (registry) => {
      const { incarnation } = (await registry.get("sip-user", "sip:anna@contoso.com")) ?? assert.fail();
      await registry.remove("sip-user", "sip:anna@contoso.com", { incarnation }, BY_HAND);
    });
    assert.deepEqual(figures(await workspace.ok("destroy", "--yes", "--skip-preview")), { deleted: 6 });
    await workspace.assertRegistryEmpty();
    assert.deepEqual(await contentsOf(source()), before);
    assert.deepEqual(checksum(), file);
  });

  it("leaves a target empty that dies in the middle of the copy, or cannot take a row", async () => {
    const from = `sqlite:${join(workspace.folder, "other.db")}`;
    workspace.lookIn(from);
    await makePools(workspace);
    const to = target("second");
    const made = await workspace.persistentchat(["migrate", "--registry", to], OWN);
    assert.equal(made.code, 0, made.output);
    const other = new Client({ connectionString: server.url() });
    other.on("error", () => {}); // it ends with the server
    await other.connect();
    await other.query("BEGIN");
    await other.query("LOCK TABLE second.history");
    const copying = copy(from, to);
    const waiting = "SELECT FROM pg_locks WHERE NOT granted AND relation = 'second.history'::regclass";
    const ended = copying.then(() => true);
    while ((await server.query(waiting)).length === 0 && !(await Promise.race([ended, pause(10)])));
    await server.kill();
    const { code, stderr } = await copying;
    assert.equal(code, 3);
    assert.match(
      stderr,
      /^persistentchat: cannot write everything in the registry 'postgresql:.*\[unavailable\]\n$/,
    );
    await server.start();
    assert.deepEqual(await contentsOf(to), EMPTY);

    await server.query("ALTER TABLE second.history ADD CHECK (sequence < 3)");
    const violated = await copy(from, to);
    assert.equal(violated.code, 3);
    assert.match(
      violated.stderr,
      /a value breaks a rule of the store \(history_sequence_check\).*\[invalid\]\n$/,
    );
    assert.deepEqual(await contentsOf(to), EMPTY);
  });
});
