import assert from "node:assert/strict";
import type { TopologyRegistry } from "../../provider/registry/registry";
import type { SipAddress } from "../../provider/registry/sip-address";
import { CONTOSO } from "../../provider/simulator/contoso";
import type { Fault } from "../../provider/simulator/fault-schema";
import type { WorldInput } from "../../provider/simulator/world";
import { useShellWorld } from "../support/shell-world";
import { ANNA, collect, failsWith, present } from "./bench";

const GET = "Get-CsPersistentChatEndpoint";
const NEW = "New-CsPersistentChatEndpoint";
const POOL = "pcpool.contoso.test";
const OTHER_POOL = "pcpool.fabrikam.test";
const ADDRESS = "sip:ocschat@contoso.test";
/** Counts the calls that are a case of it, and does nothing. */
const counter = (cmdlet: string): Fault => ({
  kind: "latency",
  cmdlet,
  occurrence: "every",
  ms: 0,
  seen: 0,
});
const address = (index: number): SipAddress => `sip:room${index}@contoso.test`;

describe("a read through a management shell", function () {
  this.timeout(60_000);
  const world = useShellWorld();
  const fault = (...faults: NonNullable<WorldInput["faults"]>) => world.edit({ faults });
  const calls = (cmdlet: string) =>
    world.place.read().faults.find((one) => one.cmdlet === cmdlet && one.kind === "latency")?.seen ?? 0;
  const contact = (sipAddress: string, pool = POOL, guid = "00000000-0000-4000-8000-000000000001") => ({
    dn: `CN={${guid}},${CONTOSO.directory.contactContainer}`,
    sipAddress,
    pool,
    automatic: false,
    displayName: null,
  });
  const withContacts = (...contacts: ReturnType<typeof contact>[]) =>
    world.edit({ contacts: [...(CONTOSO.contacts ?? []), ...contacts] });
  const endpoints = async (registry: TopologyRegistry) =>
    (await collect(registry.list("endpoint"))).map(({ record }) => record);

  describe("is one for all that ask", () => {
    it("in a refresh of 200 endpoints, 2 pools and 2 SIP domains: pools and 8 calls at most", async () => {
      withContacts(
        ...Array.from({ length: 200 }, (_, index) =>
          contact(address(index), index % 2 === 0 ? POOL : OTHER_POOL, guidOf(index)),
        ),
      );
      fault(counter("*"), counter("hello"));
      const registry = world.open("callTimeout=20");
      const found = await Promise.all([
        ...Array.from({ length: 200 }, (_, index) => registry.get("endpoint", address(index))),
        ...[POOL, OTHER_POOL].map((pool) => registry.get("pool", pool)),
        ...["contoso.test", "fabrikam.test"].map((domain) => registry.get("sip-domain", domain)),
      ]);
      assert.equal(found.filter((stored) => stored !== undefined).length, 204);
      assert.ok(calls("*") - calls("hello") <= 2 + 8, `${calls("*") - calls("hello")} calls`);
      assert.equal(calls("hello"), 1);
    });

    it("and what it gave serves until this process writes", async () => {
      fault(counter(GET));
      const registry = world.open("callTimeout=20");
      for (let turn = 0; turn < 5; turn += 1) await registry.get("endpoint", ADDRESS);
      assert.equal(calls(GET), 3);
      const made = await registry.create("endpoint", { sipAddress: ADDRESS, poolFqdn: POOL }, ANNA);
      const after = calls(GET);
      assert.deepEqual(await registry.get("endpoint", ADDRESS), made);
      world.edit({ contacts: [] });
      await registry.remove("endpoint", ADDRESS, made, ANNA);
      assert.equal(await registry.get("endpoint", ADDRESS), undefined);
      assert.ok(calls(GET) > after);
    });

    it("also before 30 changes at once, each of which looks at what is there just then", async () => {
      fault(counter("*"), counter(NEW));
      const registry = world.open("callTimeout=20");
      await registry.get("pool", POOL);
      const before = calls("*");
      await Promise.all(
        Array.from({ length: 30 }, (_, index) =>
          registry.create("endpoint", { sipAddress: address(index), poolFqdn: POOL }, ANNA),
        ),
      );
      assert.equal(calls(NEW), 30);
      // Looked at before and after, each of them alone would be 30 times as many reads.
      assert.ok(calls("*") - before - 30 < 60, `${calls("*") - before - 30} reads`);
      assert.equal(world.contacts().length, 30);
    });
  });

  describe("never takes for gone", () => {
    const made = async () => {
      const registry = world.open();
      const stored = await registry.create("endpoint", { sipAddress: ADDRESS, poolFqdn: POOL }, ANNA);
      await registry.close();
      return stored;
    };
    const lagging = (ms: number) =>
      world.edit({
        directory: {
          ...CONTOSO.directory,
          domainControllers: [
            { fqdn: "dc01.contoso.test", globalCatalog: true },
            { fqdn: "dc02.contoso.test", contactMs: ms, userMs: ms },
          ],
        },
      });
    const boundTo = (controller: string) =>
      world.edit({ directory: { ...world.place.read().directory, shellDomainController: controller } });

    it("what the domain controller that took the change has, where the host is bound to another one now", async () => {
      lagging(600_000);
      const stored = await made();
      boundTo("dc02.contoso.test");
      assert.deepEqual(world.contacts("dc02.contoso.test"), []);
      assert.deepEqual(await world.open().get("endpoint", ADDRESS), stored);
      assert.equal((await world.open().resolve(ADDRESS))?.kind, "endpoint");
    });

    it("what a named domain controller has, also on a machine that noted nothing", async () => {
      lagging(600_000);
      await made();
      boundTo("dc02.contoso.test");
      const elsewhere = "callTimeout=20&replicationTimeout=1&journal=elsewhere.db";
      assert.equal(await world.open(elsewhere).get("endpoint", ADDRESS), undefined);
      const registry = world.open(`${elsewhere}&domainControllers=dc01.contoso.test`);
      const seen = await present(registry.get("endpoint", ADDRESS));
      assert.equal(seen.record.poolFqdn, POOL);
      const create = registry.create("endpoint", { sipAddress: ADDRESS, poolFqdn: OTHER_POOL }, ANNA);
      await failsWith(create, "already-exists");
      // Changes are made where the host is bound, and it is not there yet.
      await failsWith(registry.remove("endpoint", ADDRESS, seen, ANNA), "unavailable", "dc02.contoso.test");
      assert.equal(world.contacts("dc01.contoso.test").length, 1);
    });

    it("what is seen by turns, since it always asks the same", async () => {
      lagging(600_000);
      world.edit({ knobs: { unpinnedReads: "one-after-the-other" } });
      const stored = await made();
      const registry = world.open();
      for (let turn = 0; turn < 4; turn += 1) {
        assert.deepEqual(await registry.get("endpoint", ADDRESS), stored);
        await world.open().resolve(ADDRESS);
      }
    });

    it("what another domain controller shows after it was removed: that one does not know yet", async () => {
      lagging(600_000);
      const stored = await made();
      world.edit({ changes: [], contacts: [...(CONTOSO.contacts ?? []), ...world.contacts()] });
      const registry = world.open("callTimeout=20&replicationTimeout=1&domainControllers=dc02.contoso.test");
      assert.equal(await registry.remove("endpoint", ADDRESS, stored, ANNA), true);
      assert.match(
        world.lines.join("\n"),
        /waited 1 s .*'dc02\.contoso\.test' shows the removed contact still/,
      );
      assert.equal(world.contacts("dc02.contoso.test").length, 1);
      assert.equal(await registry.get("endpoint", ADDRESS), undefined);
      const again = await registry.create("endpoint", { sipAddress: ADDRESS, poolFqdn: OTHER_POOL }, ANNA);
      assert.equal(again.record.poolFqdn, OTHER_POOL);
    });

    for (const [what, faults, words] of [
      ["access is denied", [{ kind: "access-denied", cmdlet: GET, occurrence: "every" }], "Insufficient"],
      ["the list is cut off", [{ kind: "truncated", cmdlet: GET, occurrence: "every", keeps: 1 }], "cut off"],
      ["the shell hangs", [{ kind: "hang", cmdlet: GET, occurrence: "every" }], "deadline"],
      [
        "everything comes back empty",
        [{ kind: "empty", cmdlet: "*", occurrence: "every", helloIsFine: true }],
        "cannot be",
      ],
      [
        "endpoints and users come back empty",
        [GET, "Get-CsUser"].map((cmdlet) => ({
          kind: "empty",
          cmdlet,
          occurrence: "every",
          helloIsFine: true,
        })),
        "shows neither endpoints nor users",
      ],
      [
        "the logon has no network credentials",
        [{ kind: "empty", cmdlet: "*", occurrence: "every" }],
        "a logon without network credentials",
      ],
    ] as const)
      it(`anything when ${what}`, async () => {
        const stored = await made();
        fault(...(structuredClone(faults) as unknown as Fault[]));
        const registry = world.open();
        await failsWith(registry.get("endpoint", ADDRESS), "unavailable", words);
        await failsWith(registry.remove("endpoint", ADDRESS, stored, ANNA), "unavailable");
        const create = registry.create("endpoint", { sipAddress: address(1), poolFqdn: POOL }, ANNA);
        await failsWith(create, "unavailable");
        assert.equal(world.contacts().length, 1);
      });
  });

  it("is done once more where the shell crashed in it", async () => {
    fault({ kind: "crash-before", cmdlet: GET, occurrence: 2 });
    assert.deepEqual(await endpoints(world.open("callTimeout=20")), []);
  });

  it("does not show automatic endpoints, and none can be made", async () => {
    const registry = world.open();
    assert.equal(await registry.get("endpoint", "sip:gc-1-persistentchatservice-2@contoso.test"), undefined);
    assert.deepEqual(await endpoints(registry), []);
    const system = { sipAddress: "sip:gc-9-x@contoso.test", poolFqdn: POOL } as const;
    await failsWith(registry.create("endpoint", system, ANNA), "invalid", "automatic");
  });

  it("shows what leads to a pool that is gone, which can be led to another one", async () => {
    withContacts(contact(ADDRESS, "removed.contoso.test"));
    const registry = world.open();
    const orphan = await present(registry.get("endpoint", ADDRESS));
    assert.equal(orphan.record.poolFqdn, "");
    assert.equal(await registry.resolve(ADDRESS), undefined);
    await registry.update("endpoint", ADDRESS, { poolFqdn: POOL }, orphan.revision, ANNA);
    assert.deepEqual(await endpoints(registry), [{ sipAddress: ADDRESS, poolFqdn: POOL }]);
  });

  it("fails for what leads to a pool on which the cmdlets fail, and for nothing else", async () => {
    withContacts(contact(ADDRESS), contact(address(1), OTHER_POOL, guidOf(1)));
    world.edit({
      pools: CONTOSO.pools.map((pool) =>
        pool.fqdn === OTHER_POOL && pool.persistentChat
          ? { ...pool, persistentChat: { ...pool.persistentChat, chokes: true } }
          : pool,
      ) as never,
    });
    const registry = world.open();
    assert.equal((await present(registry.get("endpoint", ADDRESS))).record.poolFqdn, POOL);
    await failsWith(registry.get("endpoint", address(1)), "unavailable", address(1), OTHER_POOL);
    const create = registry.create("endpoint", { sipAddress: address(2), poolFqdn: OTHER_POOL }, ANNA);
    await failsWith(create, "unavailable", OTHER_POOL);
    await registry.create("endpoint", { sipAddress: address(3), poolFqdn: POOL }, ANNA);
  });

  it("fails for an address that two contacts hold, and names them", async () => {
    withContacts(contact(ADDRESS), contact(ADDRESS, OTHER_POOL, guidOf(1)));
    const registry = world.open();
    await failsWith(registry.get("endpoint", ADDRESS), "conflict", guidOf(1), "2 contacts");
  });

  it("leaves at most one of the contacts that the server let take one address at once, and tells whose it is", async () => {
    world.edit({ knobs: { duplicateEndpoint: "accepted" } });
    const create = (poolFqdn: string, index: number) =>
      world
        .open(`callTimeout=20&replicationTimeout=5&journal=${index}.db`)
        .create("endpoint", { sipAddress: ADDRESS, poolFqdn }, ANNA);
    for (let round = 0; round < 5; round += 1) {
      const outcomes = await Promise.allSettled([POOL, OTHER_POOL].map(create));
      const made = outcomes.flatMap((one) => (one.status === "fulfilled" ? [one.value.record.poolFqdn] : []));
      assert.deepEqual(
        world.contacts().map(({ pool }) => pool),
        made,
      );
      assert.ok(made.length <= 1);
      world.edit({ changes: [], contacts: CONTOSO.contacts as never });
    }
  });

  it("tells the user each warning of the shell in full and once, of reads and of changes", async () => {
    const text = "Änderung:\r\n  sie braucht eine Weile.";
    fault(
      { kind: "warning", cmdlet: GET, occurrence: "every", text },
      { kind: "warning", cmdlet: NEW, occurrence: "every", text: "Neu." },
      { kind: "access-denied", cmdlet: NEW, occurrence: 2 },
    );
    const registry = world.open();
    await registry.create("endpoint", { sipAddress: ADDRESS, poolFqdn: POOL }, ANNA);
    const denied = registry.create("endpoint", { sipAddress: address(1), poolFqdn: POOL }, ANNA);
    await failsWith(denied, "unavailable");
    assert.deepEqual(world.lines, [
      `the management shell warns of '${GET}': Änderung: sie braucht eine Weile.`,
      `the management shell warns of '${NEW}': Neu.`,
    ]);
  });

  it("tells the user each error of the shell in full and once, in whatever language", async () => {
    fault({ kind: "access-denied", cmdlet: NEW }, { kind: "localised", cmdlet: "*", occurrence: "every" });
    const create = world.open().create("endpoint", { sipAddress: ADDRESS, poolFqdn: POOL }, ANNA);
    const error = await create.catch((reason: unknown) => String(reason));
    const texts = String(error).match(/Zugriffsrechte/g) ?? [];
    assert.equal(texts.length, 1, String(error));
  });

  it("takes a SIP domain for somebody else's that was gone and is made again", async () => {
    const registry = world.open("callTimeout=20&manageSipDomains=true");
    await registry.create("sip-domain", { domain: "new.test" }, ANNA);
    assert.equal((await registry.get("sip-domain", "new.test"))?.managedBy, ANNA.managedBy);
    const { sipDomains } = world.place.read();
    world.edit({ sipDomains: sipDomains.filter(({ domain }) => domain !== "new.test") });
    assert.equal(
      await world.open("callTimeout=20&manageSipDomains=true").get("sip-domain", "new.test"),
      undefined,
    );
    world.edit({ sipDomains });
    const again = await world.open("callTimeout=20&manageSipDomains=true").get("sip-domain", "new.test");
    assert.ok(again && again.managedBy === undefined);
  });

  it("has the settings that apply to a pool: its own, those of its site, or those of all", async () => {
    world.edit({
      configurations: [
        { identity: "Global", defaultChatHistory: 10 },
        {
          identity: "Site:Headquarters",
          defaultChatHistory: 20,
          roomManagementUrl: "https://chat.contoso.test/",
        },
      ],
    });
    const registry = world.open();
    const history = async (pool: string) =>
      (await present(registry.get("pool", pool))).record.settings.defaultChatHistory;
    assert.deepEqual([await history(POOL), await history(OTHER_POOL)], [20, 10]);
    const { revision } = await present(registry.get("pool", POOL));
    const { record } = await registry.update(
      "pool",
      POOL,
      { settings: { maxFileSizeKB: 1 } },
      revision,
      ANNA,
    );
    assert.deepEqual(record.settings, {
      defaultChatHistory: 20,
      maxFileSizeKB: 1,
      participantUpdateLimit: 75,
      roomManagementUrl: "https://chat.contoso.test/",
    });
    const identities = world.place.read().configurations.map(({ identity }) => identity);
    assert.deepEqual(identities, ["Global", "Site:Headquarters", `Service:PersistentChatServer:${POOL}`]);
  });
});

function guidOf(index: number): string {
  return `00000000-0000-4000-9000-${String(index).padStart(12, "0")}`;
}
