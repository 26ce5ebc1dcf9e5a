import assert from "node:assert/strict";
import { actions, assertAgreement } from "../support/agreement";
import { crashedUp, liveThrough, nextUp } from "../support/crash";
import { makePools } from "../support/topology";
import { figures, Workspace } from "../support/workspace";

const KEY = "sip:chat@contoso.com";
const chat = (pool: string, rest = "") =>
  `new LegacyEndpoint("chat", { sipAddress: "chat@contoso.com", poolFqdn: "${pool}.contoso.com", ${rest} });`;

const LIFE = { kind: "endpoint", key: KEY, created: chat("p1"), updated: chat("p2"), deleted: "" } as const;
const LOST_ANSWER = { victim: "plugin", when: "after" } as const;

describe("a run that is killed", function () {
  this.timeout(180_000);
  let workspace: Workspace;

  beforeEach(async () => {
    workspace = await Workspace.create();
    await makePools(workspace);
  });

  afterEach(() => workspace?.dispose());

  const stored = () => workspace.registry((registry) => registry.get("endpoint", KEY));
  const pending = async () => (await workspace.deployment()).pending_operations ?? [];

  // Two at a time, each in a stack of its own: a run of the CLI keeps one core busy.
  for (const when of ["before", "after"] as const)
    it(`is made good by the next one: plugin or engine killed ${when} the commits of create, update and delete`, async () => {
      const other = await Workspace.create();
      try {
        await makePools(other);
        await Promise.all([
          liveThrough(workspace, { victim: "plugin", when }, LIFE),
          liveThrough(other, { victim: "engine", when }, LIFE),
        ]);
      } finally {
        other.dispose();
      }
    });

  it("is no conflict with ourselves when the program wants a third value next", async () => {
    workspace.program(chat("p1", `displayName: "one"`));
    await workspace.up();
    workspace.program(chat("p2", `displayName: "two"`));
    await crashedUp(workspace, LOST_ANSWER, { action: "update", key: KEY });
    workspace.program(chat("p2", `displayName: "three"`));
    assert.deepEqual(figures(await workspace.up()), { updated: 1, unchanged: 1 });
    assert.deepEqual(await actions(workspace, "endpoint", KEY), ["create", "update", "update"]);
    await assertAgreement(workspace);
  });

  it("leaves nothing behind when a lost record was made again and the stack is destroyed next", async () => {
    workspace.program(chat("p1"));
    await workspace.up();
    await workspace.registry(async (registry) => {
      const { incarnation } = (await registry.get("endpoint", KEY)) ?? assert.fail("no record");
      await registry.remove("endpoint", KEY, { incarnation }, { operator: "anna@admin01" });
    });
    workspace.program(chat("p2"));
    await crashedUp(workspace, LOST_ANSWER, { action: "create", key: KEY });
    assert.equal((await stored())?.record.poolFqdn, "p2.contoso.com");
    await workspace.ok("destroy", "--yes", "--skip-preview");
    assert.equal(await stored(), undefined);
  });

  it("keeps one record when the answer to a create is lost twice, and again when it is taken over", async () => {
    await workspace.registry((registry) =>
      registry.create(
        "endpoint",
        { sipAddress: KEY, poolFqdn: "p1.contoso.com" },
        { operator: "anna@admin01" },
      ),
    );
    workspace.program(chat("p1", `adopt: "match"`));
    for (const expected of [2, 3]) {
      await crashedUp(workspace, LOST_ANSWER, { action: "claim", key: KEY });
      assert.equal((await actions(workspace, "endpoint", KEY)).length, expected);
    }
    await workspace.up();
    await assertAgreement(workspace);
    await workspace.ok("destroy", "--yes", "--skip-preview");
    assert.equal(await stored(), undefined);
  });

  it("leaves a lock and an entry of what was under way, which cancel and refresh clear", async () => {
    const crash = { victim: "engine", when: "after" } as const;
    workspace.program(chat("p1"));
    await crashedUp(workspace, crash, { action: "create", key: KEY });
    assert.match((await workspace.upFails()).output, /currently locked.*pulumi cancel/s);
    await nextUp(workspace, crash);
    assert.equal(((await pending()) as unknown[]).length, 1);
    await workspace.ok("refresh", "--yes", "--skip-preview", "--clear-pending-creates");
    assert.deepEqual(await pending(), []);
    await assertAgreement(workspace);
  });
});
