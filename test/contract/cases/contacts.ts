import assert from "node:assert/strict";
import { KIND_LABELS } from "../../../provider/registry/records";
import type { SipAddress } from "../../../provider/registry/sip-address";
import {
  ADDRESS,
  ANNA,
  BERT,
  type Bench,
  DOMAIN,
  failsWith,
  furnish,
  leavesAlone,
  OTHER_POOL,
  POOL,
  present,
} from "../bench";

/** Endpoints and SIP users: one holder an address, and nothing they refer to may be missing. */
export function contactCases(bench: Bench): void {
  beforeEach(() => furnish(bench.registry));

  const endpoint = (sipAddress: string = ADDRESS, poolFqdn = POOL) =>
    bench.registry.create("endpoint", { sipAddress: sipAddress as SipAddress, poolFqdn }, ANNA);
  const user = (sipAddress: string = ADDRESS, displayName?: string) =>
    bench.registry.create(
      "sip-user",
      { sipAddress: sipAddress as SipAddress, ...(displayName && { displayName }) },
      BERT,
    );
  const remove = async (kind: "pool" | "sip-domain" | "endpoint", key: string) =>
    bench.registry.remove(kind, key, await present(bench.registry.get(kind, key)), ANNA);

  it("refuses an address whose domain is not known", async () => {
    await leavesAlone(bench.registry, async () => {
      for (const address of ["sip:a@fabrikam.com", "sip:a@eu.contoso.com", "sip:a@com"]) {
        await failsWith(endpoint(address), "invalid", address, "not a SIP domain");
        await failsWith(user(address), "invalid", address, "not a SIP domain");
      }
    });
  });

  it("refuses an endpoint whose pool is not known", async () => {
    await leavesAlone(bench.registry, async () => {
      await failsWith(endpoint(ADDRESS, "none.contoso.com"), "invalid", ADDRESS, "'none.contoso.com'");
      await failsWith(endpoint(ADDRESS, ""), "invalid", ADDRESS);
    });
    assert.equal(await bench.registry.resolve(ADDRESS), undefined);
  });

  it("refuses to lead an endpoint to a pool that is not known", async () => {
    const { revision } = await endpoint();
    await leavesAlone(bench.registry, () =>
      failsWith(
        bench.registry.update("endpoint", ADDRESS, { poolFqdn: "none.contoso.com" }, revision, ANNA),
        "invalid",
        `cannot update legacy endpoint '${ADDRESS}'`,
        "'none.contoso.com'",
      ),
    );
  });

  it("gives an address to one endpoint", async () => {
    await endpoint();
    await leavesAlone(bench.registry, () =>
      failsWith(endpoint(ADDRESS, OTHER_POOL), "already-exists", ADDRESS),
    );
  });

  it("refuses an endpoint the address of a SIP user, whom the error names", async () => {
    await user(ADDRESS, "Group Chat");
    await leavesAlone(bench.registry, () =>
      failsWith(endpoint(), "in-use", `legacy endpoint '${ADDRESS}'`, "SIP user 'Group Chat'"),
    );
    assert.equal(await bench.registry.get("endpoint", ADDRESS), undefined);
  });

  it("refuses a SIP user the address of an endpoint", async () => {
    await endpoint();
    await leavesAlone(bench.registry, () =>
      failsWith(user(), "in-use", `SIP user '${ADDRESS}'`, "legacy endpoint"),
    );
    assert.equal(await bench.registry.get("sip-user", ADDRESS), undefined);
  });

  it("gives an address away once its holder is gone", async () => {
    const { incarnation } = await user();
    await bench.registry.remove("sip-user", ADDRESS, { incarnation }, BERT);
    assert.equal((await endpoint()).key, ADDRESS);
  });

  it("does not remove the holder of an address as if it were of the other kind", async () => {
    const { incarnation } = await user();
    assert.equal(await bench.registry.remove("endpoint", ADDRESS, { incarnation }, ANNA), false);
    assert.equal((await bench.registry.resolve(ADDRESS))?.kind, "sip-user");
  });

  it("takes two spellings of an address for one address", async () => {
    const odd = "sip:OcsChat@Contoso.COM";
    await endpoint(odd);
    await leavesAlone(bench.registry, async () => {
      await failsWith(endpoint(ADDRESS), "already-exists");
      await failsWith(endpoint("sip:OCSCHAT@contoso.com"), "already-exists");
      await failsWith(user(ADDRESS), "in-use");
    });
    for (const spelling of [ADDRESS, odd] as SipAddress[]) {
      assert.equal((await present(bench.registry.get("endpoint", spelling))).key, ADDRESS);
      assert.equal((await present(bench.registry.resolve(spelling))).sipAddress, ADDRESS);
    }
    assert.equal(await remove("endpoint", ADDRESS), true);
    assert.equal(await bench.registry.resolve(odd as SipAddress), undefined);
  });

  it("takes two spellings of a pool or of a SIP domain for one", async () => {
    const { registry } = bench;
    const pool = registry.create("pool", { poolFqdn: POOL.toUpperCase(), shape: "single" }, ANNA);
    await failsWith(pool, "already-exists");
    await failsWith(registry.create("sip-domain", { domain: "Contoso.com" }, ANNA), "already-exists");
    const { record } = await endpoint(ADDRESS, POOL.toUpperCase());
    assert.equal(record.poolFqdn.toLowerCase(), POOL);
    await failsWith(remove("pool", POOL), "in-use", ADDRESS);
  });

  it("refuses to remove a pool in use, and names the endpoint", async () => {
    await endpoint();
    await leavesAlone(bench.registry, () =>
      failsWith(remove("pool", POOL), "in-use", `pool '${POOL}'`, `legacy endpoint '${ADDRESS}'`),
    );
    assert.equal(await remove("pool", OTHER_POOL), true);
  });

  it("refuses to remove a SIP domain in use, and names endpoints and SIP users", async () => {
    await endpoint();
    await user("sip:u@contoso.com");
    await leavesAlone(bench.registry, () =>
      failsWith(
        remove("sip-domain", DOMAIN),
        "in-use",
        `${KIND_LABELS.endpoint} '${ADDRESS}' and ${KIND_LABELS["sip-user"]} 'sip:u@contoso.com'`,
      ),
    );
  });

  it("names five users of a pool, and says how many more there are", async () => {
    const addresses = [1, 2, 3, 4, 5, 6, 7].map((number) => `sip:a${number}@contoso.com`);
    for (const address of addresses) await endpoint(address);
    await failsWith(remove("pool", POOL), "in-use", ...addresses.slice(0, 5), "and 2 more");
    for (const address of addresses.slice(5)) await remove("endpoint", address);
    await assert.rejects(remove("pool", POOL), /a4@contoso\.com' and legacy endpoint 'sip:a5@contoso\.com';/);
  });

  it("does not take a SIP domain for used because of its subdomain", async () => {
    await bench.registry.create("sip-domain", { domain: "eu.contoso.com" }, ANNA);
    await endpoint("sip:a@eu.contoso.com");
    assert.equal(await remove("sip-domain", DOMAIN), true);
    await failsWith(remove("sip-domain", "eu.contoso.com"), "in-use");
  });

  it("removes a pool and a SIP domain once nobody uses them", async () => {
    const { revision } = await endpoint();
    await bench.registry.update("endpoint", ADDRESS, { poolFqdn: OTHER_POOL }, revision, ANNA);
    assert.equal(await remove("pool", POOL), true);
    await failsWith(remove("pool", OTHER_POOL), "in-use");
    await remove("endpoint", ADDRESS);
    assert.equal(await remove("pool", OTHER_POOL), true);
    assert.equal(await remove("sip-domain", DOMAIN), true);
  });

  it("leaves a pool of another incarnation alone also where it is in use", async () => {
    await endpoint();
    assert.equal(await bench.registry.remove("pool", POOL, { incarnation: "another" }, ANNA), false);
  });
}
