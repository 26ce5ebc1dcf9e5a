import assert from "node:assert/strict";
import { isRegistryError } from "../../../provider/registry/errors";
import type { TopologyRegistry } from "../../../provider/registry/registry";
import type { SipAddress } from "../../../provider/registry/sip-address";
import type { Release, SipUserSnapshot } from "../../../provider/registry/sip-users";
import {
  ADDRESS,
  ANNA,
  BERT,
  type Bench,
  caseForEach,
  DOMAIN,
  failsWith,
  leavesAlone,
  POOL,
  present,
} from "../bench";

export const PARKED: SipAddress = `sip:parked@${DOMAIN}`;
export const RENAME: Release = { way: "rename", parkedAddress: PARKED };
export const WAYS: readonly Release[] = [RENAME, { way: "disable" }, { way: "delete" }];

const NAME = "Group Chat";

/** Puts the well-known user there, and takes its snapshot. */
export async function snapshotted(bench: Bench): Promise<SipUserSnapshot> {
  await bench.place("sip-user", { sipAddress: ADDRESS, displayName: NAME });
  return present(bench.registry.snapshotUser(ADDRESS));
}

/**
 * Has a user give its address up; `false` where the registry cannot give back what this way takes, as one that only looks at
 * users may say of all but a rename.
 */
export async function released(
  bench: Bench,
  snapshot: SipUserSnapshot,
  release: Release,
  registry: TopologyRegistry = bench.registry,
): Promise<boolean> {
  try {
    await registry.releaseUser(snapshot, release, ANNA);
    return true;
  } catch (error) {
    const mayRefuse = !bench.manages("sip-user") && release.way !== "rename";
    if (!(mayRefuse && isRegistryError(error, "unsupported"))) throw error;
    return false;
  }
}

/** Snapshots, releases and ways back of users, one call after the other. */
export function userCases(bench: Bench): void {
  beforeEach(() => bench.furnish());

  const endpoint = (sipAddress: SipAddress = ADDRESS) =>
    bench.registry.create("endpoint", { sipAddress, poolFqdn: POOL, displayName: "Chat" }, BERT);
  const release = (snapshot: SipUserSnapshot, way: Release = RENAME) =>
    bench.registry.releaseUser(snapshot, way, ANNA);
  const restore = (snapshot: SipUserSnapshot) => bench.registry.restoreUser(snapshot, ANNA);

  it("has a snapshot of a user, and of nobody else", async () => {
    const { registry } = bench;
    assert.equal(await registry.snapshotUser(ADDRESS), undefined);
    await endpoint();
    assert.equal(await registry.snapshotUser(ADDRESS), undefined);
    assert.equal(await registry.snapshotUser(`sip:user@fabrikam.com`), undefined);
    await bench.place("sip-user", { sipAddress: PARKED, displayName: NAME });
    const snapshot = await present(registry.snapshotUser("sip:Parked@Contoso.com"));
    assert.deepEqual([snapshot.sipAddress, snapshot.displayName], [PARKED, NAME]);
    assert.notEqual(snapshot.account, "");
    assert.deepEqual(await bench.open().snapshotUser(PARKED), snapshot);
  });

  it("sees who holds an address, view by view", async () => {
    const { registry } = bench;
    const { account } = await snapshotted(bench);
    assert.deepEqual(await registry.sightings(PARKED), []);
    await endpoint(PARKED);
    for (const [address, holder] of [
      [ADDRESS, { kind: "sip-user", displayName: NAME, account }],
      [PARKED, { kind: "endpoint", displayName: "Chat", poolFqdn: POOL }],
    ] as const) {
      const sightings = await registry.sightings(address.toUpperCase().replace("SIP:", "sip:") as SipAddress);
      const views = sightings.map(({ view }) => view);
      assert.equal(new Set(views).size, views.length);
      assert.ok(views.length > 0);
      for (const { view, ...seen } of sightings) assert.deepEqual(seen, holder, view);
    }
  });

  caseForEach(
    bench,
    WAYS,
    (way) => `frees the address by ${way}, and gives it back with all that the user was`,
    { one: ({ way }) => way, all: "each way" },
    async (way) => {
      const { registry } = bench;
      const snapshot = await snapshotted(bench);
      const there = await present(registry.get("sip-user", ADDRESS));
      const other = bench.open();
      if (await released(bench, snapshot, way)) {
        for (const handle of [registry, other]) {
          assert.equal(await handle.get("sip-user", ADDRESS), undefined);
          assert.equal(await handle.resolve(ADDRESS), undefined);
          assert.deepEqual(await handle.sightings(ADDRESS), []);
          assert.equal(await handle.snapshotUser(ADDRESS), undefined);
        }
        await leavesAlone(registry, () => other.releaseUser(snapshot, way, ANNA));
        const made = await endpoint();
        assert.equal(await registry.remove("endpoint", ADDRESS, made, BERT), true);
        await restore(snapshot);
      }
      await leavesAlone(registry, () => other.restoreUser(snapshot, ANNA));
      for (const handle of [registry, other]) {
        assert.deepEqual(await handle.snapshotUser(ADDRESS), snapshot);
        assert.deepEqual(await handle.resolve(ADDRESS), {
          kind: "sip-user",
          sipAddress: ADDRESS,
          displayName: NAME,
        });
        assert.equal(await handle.get("sip-user", PARKED), undefined);
      }
      assert.deepEqual((await present(registry.get("sip-user", ADDRESS))).record, there.record);
      await bench.displace("sip-user", ADDRESS);
    },
  );

  it("parks the user who is renamed at the other address", async () => {
    const { registry } = bench;
    const snapshot = await snapshotted(bench);
    await release(snapshot);
    const parked = await present(registry.snapshotUser(PARKED));
    assert.deepEqual([parked.account, parked.displayName], [snapshot.account, NAME]);
    assert.equal((await present(registry.resolve(PARKED))).kind, "sip-user");
    assert.deepEqual(
      (await bench.listed("sip-user")).map(({ key }) => key),
      [PARKED],
    );
  });

  it("only waits where somebody else is to have the user give the address up", async () => {
    const { registry } = bench;
    const snapshot = await snapshotted(bench);
    const views = (await registry.sightings(ADDRESS)).map(({ view }) => view);
    await leavesAlone(registry, () =>
      failsWith(
        release(snapshot, { way: "elsewhere" }),
        "unavailable",
        `cannot release SIP user '${ADDRESS}'`,
        `SIP user '${NAME}'`,
        ...views,
      ),
    );
    await bench.displace("sip-user", ADDRESS);
    await leavesAlone(registry, () => release(snapshot, { way: "elsewhere" }));
  });

  it("leaves a user alone who is not as in the snapshot, and says in what, but no value", async () => {
    const snapshot = await snapshotted(bench);
    const other = { ...snapshot, displayName: "Somebody" };
    await leavesAlone(bench.registry, async () => {
      for (const way of WAYS.filter(({ way }) => way === "rename" || bench.manages("sip-user"))) {
        const work = release(other, way);
        await failsWith(work, "conflict", `cannot release SIP user '${ADDRESS}'`, "(displayName)");
        await assert.rejects(work, ({ message }: Error) => !/Somebody|Group/.test(message));
      }
    });
  });

  it("does nothing where an endpoint holds the address", async () => {
    const snapshot = await snapshotted(bench);
    await bench.displace("sip-user", ADDRESS);
    await endpoint();
    await leavesAlone(bench.registry, async () => {
      const holder = "legacy endpoint 'Chat'";
      for (const way of [RENAME, { way: "elsewhere" }] as const)
        await failsWith(release(snapshot, way), "in-use", `cannot release SIP user '${ADDRESS}'`, holder);
      await failsWith(restore(snapshot), "in-use", `cannot restore SIP user '${ADDRESS}'`, holder);
    });
  });

  it("does nothing where a user of another account holds the address", async () => {
    const snapshot = { ...(await snapshotted(bench)), account: "6f9619ff-8b86-d011-b42d-00c04fc964ff" };
    await leavesAlone(bench.registry, async () => {
      const holder = `another SIP user '${NAME}'`;
      for (const way of [RENAME, { way: "elsewhere" }] as const)
        await failsWith(release(snapshot, way), "in-use", `cannot release SIP user '${ADDRESS}'`, holder);
      await failsWith(restore(snapshot), "in-use", `cannot restore SIP user '${ADDRESS}'`, holder);
    });
  });

  it("gives a user nothing back whose address an endpoint has got since, until it is gone", async () => {
    const { registry } = bench;
    const snapshot = await snapshotted(bench);
    await release(snapshot);
    const made = await endpoint();
    await leavesAlone(registry, () => failsWith(restore(snapshot), "in-use", ADDRESS, "legacy endpoint"));
    assert.equal(await registry.remove("endpoint", ADDRESS, made, BERT), true);
    await restore(snapshot);
    assert.deepEqual(await registry.snapshotUser(ADDRESS), snapshot);
  });

  it("parks nobody at the user's own address, or at one of no SIP domain", async () => {
    const snapshot = await snapshotted(bench);
    await leavesAlone(bench.registry, async () => {
      for (const [parkedAddress, word] of [
        [ADDRESS, "name another one"],
        ["sip:parked@fabrikam.com", "'fabrikam.com'"],
      ] as const)
        await failsWith(release(snapshot, { way: "rename", parkedAddress }), "invalid", ADDRESS, word);
    });
  });

  for (const [who, occupy, holder] of [
    ["an endpoint", () => endpoint(PARKED), "legacy endpoint 'Chat'"],
    [
      "another user",
      () => bench.place("sip-user", { sipAddress: PARKED, displayName: "Anna" }),
      "SIP user 'Anna'",
    ],
  ] as const)
    it(`parks nobody at the address of ${who}`, async () => {
      const snapshot = await snapshotted(bench);
      await occupy();
      await leavesAlone(bench.registry, () =>
        failsWith(release(snapshot), "in-use", ADDRESS, PARKED, holder),
      );
    });
}
