import assert from "node:assert/strict";
import { CONTOSO } from "../../provider/simulator/contoso";
import { shellWorkspace } from "../support/shell-workspace";
import { BRANCH, HEADQUARTERS } from "../support/test-world";
import { figures, type Workspace } from "../support/workspace";

const ENDPOINTS = 200;
const DOMAINS = ["contoso.test", "fabrikam.test", "three.test", "four.test"];
const THIRD = "pcpool.three.test";
const POOLS = [HEADQUARTERS, BRANCH, THIRD];
/** A refresh lists services, pools, topology, settings, states, SIP domains, all endpoints, and those of each pool. */
const MOST_CALLS = POOLS.length + 8;

describe("a refresh of a large stack behind a management shell", function () {
  this.timeout(120_000);
  let workspace: Workspace;

  afterEach(() => workspace?.dispose());

  it(`of ${ENDPOINTS} endpoints, ${POOLS.length} pools and ${DOMAINS.length} domains takes ${MOST_CALLS} calls at most`, async () => {
    const [pool] = CONTOSO.pools.filter(({ persistentChat }) => persistentChat);
    assert.ok(pool?.persistentChat);
    const third = { ...pool.persistentChat, serviceId: "1-PersistentChatService-3" };
    const addresses = Array.from({ length: ENDPOINTS }, (_, n) => ({
      sipAddress: `sip:chat${n}@${DOMAINS[n % DOMAINS.length]}`,
      pool: POOLS[n % POOLS.length] ?? "",
    }));
    const made = await shellWorkspace({
      world: {
        sipDomains: DOMAINS.map((domain, n) => ({ domain, isDefault: n === 0 })),
        pools: [...CONTOSO.pools, { ...pool, fqdn: THIRD, persistentChat: third }],
        contacts: [
          ...(CONTOSO.contacts ?? []),
          ...addresses.map((one, n) => ({ dn: `CN={${n}},CN=Application Contacts`, ...one })),
        ],
      },
    });
    const { world } = made;
    ({ workspace } = made);
    workspace.program(`
      ${DOMAINS.map((domain) => `new SipDomain("${domain}", { domain: "${domain}" });`).join("\n")}
      ${POOLS.map((fqdn) => `new PersistentChatPool("${fqdn}", { poolFqdn: "${fqdn}", shape: "multiple" });`).join("\n")}
      for (const { sipAddress, pool } of ${JSON.stringify(addresses)})
        new LegacyEndpoint(sipAddress, { sipAddress, poolFqdn: pool, adopt: "match" });
    `);
    const all = ENDPOINTS + POOLS.length + DOMAINS.length + 1;
    assert.deepEqual(figures(await workspace.up()), { created: all });

    world.faults();
    const refresh = await workspace.ok("refresh", "--yes", "--skip-preview", "--expect-no-changes");
    assert.deepEqual(figures(refresh), { unchanged: all });
    const calls = world.calls("*") - world.calls("hello");
    assert.ok(calls <= MOST_CALLS, `${calls} calls`);
    assert.equal(world.calls("hello"), 1);
    assert.equal(world.calls("write"), 0);
  });
});
