import assert from "node:assert/strict";
import { shellWorkspace } from "../support/shell-workspace";
import { BRANCH, HEADQUARTERS, NEW, REMOVE, type TestWorld } from "../support/test-world";
import { figures, type Workspace } from "../support/workspace";

const address = (name: string) => `sip:${name}@contoso.test`;

describe("what a second administrator does beside a stack behind a management shell", function () {
  this.timeout(120_000);
  let workspace: Workspace;
  let world: TestWorld;

  beforeEach(async () => {
    ({ workspace, world } = await shellWorkspace());
  });

  afterEach(() => workspace?.dispose());

  const endpoint = (name: string, pool: string, more = "") =>
    `new LegacyEndpoint("${name}", { sipAddress: "${address(name)}", poolFqdn: "${pool}", ${more} });`;
  const branch = `new PersistentChatPool("branch", {
    poolFqdn: "${BRANCH}", shape: "multiple", servers: ["pc01.fabrikam.test"], port: 5041,
    nextHopPool: "fepool.fabrikam.test",
  });`;

  it("is drift that the next update heals, or says how a person does; what nobody has seen is a conflict", async () => {
    workspace.program(`
      new PersistentChatPool("main", {
        poolFqdn: "${HEADQUARTERS}", shape: "multiple",
        activeServers: ["pc01.contoso.test", "pc02.contoso.test"],
      });
      ${branch}
      ${endpoint("repointed", HEADQUARTERS)}
      ${endpoint("renamed", HEADQUARTERS, `displayName: "As declared"`)}
      ${endpoint("removed", HEADQUARTERS)}
      ${endpoint("kept", BRANCH)}
    `);
    assert.deepEqual(figures(await workspace.up()), { created: 7 });
    const before = world.contact(address("repointed"));

    for (const name of ["repointed", "removed"]) world.byHand(REMOVE, { Identity: address(name) });
    world.byHand(NEW, { SipAddress: address("repointed"), PersistentChatPoolFqdn: BRANCH });
    assert.notEqual(world.contact(address("repointed")).dn, before.dn);
    world.byHand("Set-CsPersistentChatActiveServer", {
      Identity: `service:PersistentChatServer:${HEADQUARTERS}`,
      ActiveServers: { Replace: ["pc02.contoso.test"] },
    });
    const renamed = world.contact(address("renamed"));
    world.change((all) => {
      // As with a tool for the directory, since there is no cmdlet for it.
      for (const contact of [...all.contacts, ...all.changes.map(({ after }) => after)])
        if (contact?.dn === renamed.dn) contact.displayName = "Said by hand";
      const pool = all.pools.find(({ fqdn }) => fqdn === BRANCH);
      pool?.computers.push("pc02.fabrikam.test");
      Object.assign(pool?.persistentChat ?? {}, { mtlsPort: 5050, registrar: "fepool.contoso.test" });
    });

    const drift = await workspace.run(["refresh", "--preview-only", "--diff", "--expect-no-changes"]);
    assert.equal(drift.code, 7, drift.output);
    assert.deepEqual(figures(drift), { "to update": 4, "to delete": 1, unchanged: 2 });
    for (const line of [
      `~ poolFqdn: "${HEADQUARTERS}" => "${BRANCH}"`,
      `~ displayName: "As declared" => "Said by hand"`,
      `~ nextHopPool: "fepool.fabrikam.test" => "fepool.contoso.test"`,
      `~ port       : 5041 => 5050`,
      `+ [1]: "pc02.fabrikam.test"`,
    ])
      assert.ok(drift.stdout.includes(line), `${line}\n${drift.stdout}`);
    assert.match(drift.stdout, /~ activeServers/);

    const refreshed = await workspace.ok("refresh", "--yes", "--skip-preview");
    assert.deepEqual(figures(refreshed), { updated: 4, deleted: 1, unchanged: 2 });
    const up = await workspace.upFails("--continue-on-error");
    assert.ok(
      up.output.includes(
        `cannot update Persistent Chat pool '${BRANCH}': it is not as declared, and no cmdlet makes it so; in Topology Builder remove the server 'pc02.fabrikam.test', set the next hop (nextHopPool) to 'fepool.fabrikam.test' (it is 'fepool.contoso.test'), set the port to 5041 (it is 5050), publish the topology, and run again, or declare it as it is [unsupported]`,
      ),
      up.output,
    );
    assert.deepEqual(figures(up), { updated: 3, created: 1, unchanged: 1, errored: 2 });
    assert.deepEqual(world.led(), [
      `${address("kept")} -> ${BRANCH}`,
      `${address("removed")} -> ${HEADQUARTERS}`,
      `${address("renamed")} -> ${HEADQUARTERS}`,
      `${address("repointed")} -> ${HEADQUARTERS}`,
    ]);
    assert.equal(world.contact(address("renamed")).displayName, "As declared");
    const [main, other] = world.read().pools.flatMap(({ persistentChat }) => persistentChat ?? []);
    assert.deepEqual(main?.activeServers, ["pc01.contoso.test", "pc02.contoso.test"]);
    assert.equal(other?.mtlsPort, 5050);

    // Now between two refreshes, which nobody of this stack has seen.
    world.byHand(REMOVE, { Identity: address("renamed") });
    const byHand = { PersistentChatPoolFqdn: HEADQUARTERS, DisplayName: "Said by hand" };
    world.byHand(NEW, { SipAddress: address("renamed"), ...byHand });
    const theirs = world.contact(address("renamed"));
    workspace.program(endpoint("renamed", HEADQUARTERS, `displayName: "Declared anew"`));
    const { output } = await workspace.upFails("--target", workspace.resource("renamed").urn);
    assert.ok(
      output.includes(
        `cannot update legacy endpoint '${address("renamed")}': it was changed since this stack last saw it (displayName); run 'pulumi refresh' to see the change, then 'pulumi up' to decide [conflict]`,
      ),
      output,
    );
    assert.deepEqual(world.contact(address("renamed")), theirs);

    // What they made in the place of ours is not ours to remove.
    const destroyed = await workspace.ok("destroy", "--yes", "--skip-preview");
    assert.ok(
      destroyed.output.includes(
        `legacy endpoint '${address("renamed")}' is left as it is: the registry's record was made or claimed after this resource last wrote it`,
      ),
      destroyed.output,
    );
    assert.deepEqual(world.contacts(), [theirs]);
  });
});
