import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { Client } from "pg";
import { actions, assertAgreement } from "../support/agreement";
import { disposeServers, PostgresServer } from "../support/postgres-server";
import { newDatabase, sharedPostgres, type TestDatabase } from "../support/shared-postgres";
import { TcpProxy } from "../support/tcp-proxy";
import { makePools, POOLS } from "../support/topology";
import { figures, type Result, Workspace } from "../support/workspace";

const ADDRESS = "sip:ocschat@contoso.com";
const UP = ["up", "--yes", "--skip-preview"];

const chat = (pool: string, sipAddress = ADDRESS) =>
  `new LegacyEndpoint("chat", { sipAddress: "${sipAddress}", poolFqdn: "${pool}.contoso.com" });`;

describe("a stack on PostgreSQL", function () {
  this.timeout(120_000);
  let database: TestDatabase;
  let proxy: TcpProxy;
  const workspaces: Workspace[] = [];

  beforeEach(async () => {
    database = await newDatabase();
  });

  afterEach(async () => {
    for (const workspace of workspaces.splice(0)) workspace.dispose();
    await proxy?.close();
    await database.drop();
    disposeServers();
  });

  const newWorkspace = async (registry: string, stack?: string) => {
    const workspace = await Workspace.create({ registry, stack });
    workspaces.push(workspace);
    return workspace;
  };

  it("is made once, shows what was done by hand, repoints in place, and goes without a trace", async () => {
    const workspace = await newWorkspace(database.url());
    const history = () => actions(workspace, "endpoint", ADDRESS);
    workspace.program(`${POOLS}${chat("p1")}`);
    assert.deepEqual(figures(await workspace.up()), { created: 5 });
    const refresh = await workspace.ok("refresh", "--yes", "--skip-preview", "--expect-no-changes");
    assert.deepEqual(figures(refresh), { unchanged: 5 });
    assert.deepEqual(figures(await workspace.ok("preview", "--expect-no-changes")), { unchanged: 5 });
    await assertAgreement(workspace);

    await database.query("UPDATE persistentchat.contact SET pool_fqdn = 'p2.contoso.com'");
    const drift = await workspace.run(["refresh", "--preview-only", "--diff", "--expect-no-changes"]);
    assert.equal(drift.code, 7, drift.output);
    assert.match(drift.stdout, /~ poolFqdn: "p1\.contoso\.com" => "p2\.contoso\.com"/);
    assert.deepEqual(figures(drift), { "to update": 1, unchanged: 4 });

    workspace.program(`${POOLS}${chat("p2")}`);
    assert.deepEqual(figures(await workspace.up()), { updated: 1, unchanged: 4 });
    assert.deepEqual(await history(), ["create"]);
    await assertAgreement(workspace);
    workspace.program(`${POOLS}${chat("p1")}`);
    assert.deepEqual(figures(await workspace.up()), { updated: 1, unchanged: 4 });
    assert.deepEqual(await history(), ["create", "update"]);
    await assertAgreement(workspace);

    assert.deepEqual(figures(await workspace.ok("destroy", "--yes", "--skip-preview")), { deleted: 5 });
    await workspace.assertRegistryEmpty();
    assert.deepEqual(await history(), ["create", "update", "remove"]);
  });

  it("is made good by the next run when the reply to a create is lost", async () => {
    proxy = await TcpProxy.start(sharedPostgres().port);
    const workspace = await newWorkspace(database.url({ port: proxy.port }));
    workspace.program(`${POOLS}${chat("p1")}`);
    const dropped = proxy.dropReplyAfter((sent) => sent.includes("INSERT INTO contact"));
    const { output } = await workspace.upFails();
    await dropped;
    assert.ok(output.includes(`cannot create legacy endpoint '${ADDRESS}' in the registry 'postgresql://`));
    assert.match(output, /it may have been done or not, so run it again \[unavailable\]/);

    const up = await workspace.up();
    assert.deepEqual(figures(up), { created: 1, unchanged: 4 });
    assert.ok(
      up.output.includes(`legacy endpoint '${ADDRESS}' was made by an earlier run and is recognised`),
    );
    assert.deepEqual(await actions(workspace, "endpoint", ADDRESS), ["create", "claim"]);
    const stored = await workspace.registry((registry) => registry.get("endpoint", ADDRESS));
    assert.equal(stored?.managedBy, "chat/test/chat");
    await assertAgreement(workspace);
    await workspace.ok("preview", "--expect-no-changes");
  });

  it("shares a registry with another stack that is deployed at the same time; an address has one owner", async () => {
    const here = await newWorkspace(database.url(), "here");
    const there = await newWorkspace(database.url(), "there");
    await makePools(here);
    const both = () => Promise.all([here.run(UP), there.run(UP)]);
    const addresses = (stack: string) => Array.from({ length: 10 }, (_, n) => `sip:${stack}${n}@contoso.com`);
    const program = (workspace: Workspace, more = "") =>
      workspace.program(
        addresses(workspace.stack)
          .map((address, n) => chat("p1", address).replace('"chat"', `"e${n}"`))
          .join("\n") + more,
      );
    program(here);
    program(there);
    for (const up of await both()) {
      assert.equal(up.code, 0, up.output);
      assert.equal(figures(up).created, 11);
    }
    for (const workspace of [here, there]) {
      await assertAgreement(workspace);
      for (const address of addresses(workspace.stack))
        assert.deepEqual(await actions(workspace, "endpoint", address), ["create"]);
    }

    program(here, chat("p1"));
    program(there, chat("p2"));
    const ups = await both();
    const owner = (await here.registry((registry) => registry.get("endpoint", ADDRESS)))?.managedBy;
    const winner = [here, there].findIndex(({ stack }) => owner === `chat/${stack}/chat`);
    const [won, lost] = winner === 0 ? ups : ups.toReversed();
    assert.equal(won?.code, 0, won?.output);
    assert.notEqual(lost?.code, 0, lost?.output);
    assert.ok(
      lost?.output.includes(
        `cannot create legacy endpoint '${ADDRESS}': it exists and is managed by '${owner}'`,
      ),
      lost?.output,
    );
    assert.match(lost?.output ?? "", /\[already-exists\]/);
    assert.deepEqual(await actions(here, "endpoint", ADDRESS), ["create"]);
    for (const workspace of [here, there]) await assertAgreement(workspace);
  });

  // Side by side: a run of the CLI keeps one core busy.
  it("converges after its server was killed, or stopped, in the middle of an update of 50 endpoints", () =>
    Promise.all((["kill", "stop"] as const).map(outlive)).then(() => undefined));

  async function outlive(how: "kill" | "stop"): Promise<void> {
    const server = await PostgresServer.create();
    await server.start();
    const workspace = await newWorkspace(server.url(), how);
    await makePools(workspace);
    workspace.program(`
      for (let n = 0; n < 50; n++)
        new LegacyEndpoint("e" + n, { sipAddress: "sip:chat" + n + "@contoso.com", poolFqdn: "p1.contoso.com" });
    `);
    const assertTold = ({ code, output }: Result) => {
      assert.notEqual(code, 0, output);
      assert.ok(
        output.includes(`in the registry 'postgresql://127.0.0.1:${server.port}/postgres': `),
        output,
      );
      assert.match(output, /\[unavailable\]/);
      assert.doesNotMatch(output, /known-to-the-tests/);
    };

    // Somebody else has begun to write the last ones, so that the run cannot be faster than the test.
    const other = new Client({ connectionString: server.url() });
    other.on("error", () => {}); // it ends with the server
    await other.connect();
    await other.query("BEGIN");
    for (const n of [46, 47, 48, 49])
      await other.query(
        `INSERT INTO persistentchat.contact (sip_address, kind, pool_fqdn, revision, incarnation)
        VALUES ($1, 'endpoint', 'p1.contoso.com', 1, 'none')`,
        [`sip:chat${n}@contoso.com`],
      );
    const { result } = workspace.start(UP);
    const count = async () => (await server.query("SELECT FROM persistentchat.contact")).length;
    const ended = result.then(() => true);
    while ((await count()) < 10 && !(await Promise.race([ended, pause(10)])));
    await server[how]();
    assertTold(await result);
    if (how === "stop") assertTold(await workspace.fails("refresh", "--yes", "--skip-preview"));

    await server.start();
    const left = await count();
    assert.ok(left >= 10 && left < 50, `${left} endpoints`);
    await workspace.up();
    assert.equal(await count(), 50);
    await assertAgreement(workspace);
    const { history } = await workspace.registry((registry) => registry.contents());
    const created = history.filter(({ kind, change }) => kind === "endpoint" && change.action === "create");
    assert.equal(created.length, 50);
    assert.equal(new Set(created.map(({ key }) => key)).size, 50);
    await workspace.ok("preview", "--expect-no-changes");

    await workspace.ok("destroy", "--yes", "--skip-preview");
    assert.equal(await count(), 0);
    assert.deepEqual(workspace.recorded(), []);
  }
});
