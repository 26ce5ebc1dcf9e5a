import assert from "node:assert/strict";
import type { SipAddress } from "../../../provider/registry/sip-address";
import { ADDRESS, ANNA, BERT, type Bench, failsWith, leavesAlone, OTHER_POOL, POOL, present } from "../bench";

/** Endpoints and SIP users: one holder an address. */
export function contactCases(bench: Bench): void {
  beforeEach(() => bench.furnish());

  const endpoint = (sipAddress: string = ADDRESS, poolFqdn = POOL) =>
    bench.registry.create("endpoint", { sipAddress: sipAddress as SipAddress, poolFqdn }, ANNA);
  const createUser = (sipAddress: string = ADDRESS) =>
    bench.registry.create("sip-user", { sipAddress: sipAddress as SipAddress }, BERT);
  const placeUser = () =>
    bench.place("sip-user", { sipAddress: ADDRESS, displayName: "Group Chat" } as const, BERT);

  it("gives an address to one endpoint", async () => {
    await endpoint();
    await leavesAlone(bench.registry, () =>
      failsWith(endpoint(ADDRESS, OTHER_POOL), "already-exists", ADDRESS),
    );
  });

  it("refuses an endpoint the address of a SIP user, whom the error names", async () => {
    await placeUser();
    await leavesAlone(bench.registry, () =>
      failsWith(endpoint(), "in-use", `legacy endpoint '${ADDRESS}'`, "SIP user 'Group Chat'"),
    );
    assert.equal(await bench.registry.get("endpoint", ADDRESS), undefined);
  });

  if (bench.manages("sip-user"))
    it("refuses a SIP user the address of an endpoint", async () => {
      await endpoint();
      await leavesAlone(bench.registry, () =>
        failsWith(createUser(), "in-use", `SIP user '${ADDRESS}'`, "legacy endpoint"),
      );
      assert.equal(await bench.registry.get("sip-user", ADDRESS), undefined);
    });

  it("gives an address away once its holder is gone", async () => {
    await placeUser();
    await bench.displace("sip-user", ADDRESS);
    assert.equal((await endpoint()).key, ADDRESS);
  });

  it("does not remove the holder of an address as if it were of the other kind", async () => {
    const { incarnation } = await placeUser();
    assert.equal(await bench.registry.remove("endpoint", ADDRESS, { incarnation }, ANNA), false);
    assert.equal((await bench.registry.resolve(ADDRESS))?.kind, "sip-user");
  });

  it("takes two spellings of an address for one address", async () => {
    const odd = "sip:OcsChat@Contoso.COM";
    await endpoint(odd);
    await leavesAlone(bench.registry, async () => {
      await failsWith(endpoint(ADDRESS), "already-exists");
      await failsWith(endpoint("sip:OCSCHAT@contoso.com"), "already-exists");
      if (bench.manages("sip-user")) await failsWith(createUser(), "in-use");
    });
    for (const spelling of [ADDRESS, odd] as SipAddress[]) {
      assert.equal((await present(bench.registry.get("endpoint", spelling))).key, ADDRESS);
      assert.equal((await present(bench.registry.resolve(spelling))).sipAddress, ADDRESS);
    }
    const made = await present(bench.registry.get("endpoint", ADDRESS));
    assert.equal(await bench.registry.remove("endpoint", ADDRESS, made, ANNA), true);
    assert.equal(await bench.registry.resolve(odd as SipAddress), undefined);
  });

  it("takes two spellings of a pool or of a SIP domain for one", async () => {
    const { registry } = bench;
    if (bench.manages("pool")) {
      const pool = registry.create("pool", { poolFqdn: POOL.toUpperCase(), shape: "single" }, ANNA);
      await failsWith(pool, "already-exists");
    }
    if (bench.manages("sip-domain"))
      await failsWith(registry.create("sip-domain", { domain: "Contoso.com" }, ANNA), "already-exists");
    const { record } = await endpoint(ADDRESS, POOL.toUpperCase());
    assert.equal(record.poolFqdn.toLowerCase(), POOL);
    const answer = await present(registry.resolve(ADDRESS));
    assert.equal(answer.kind === "endpoint" && answer.poolFqdn.toLowerCase(), POOL);
  });
}
