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
  leavesAlone,
  OTHER_POOL,
  POOL,
  present,
} from "../bench";

/** What an endpoint or a SIP user refers to may not be missing. */
export function referenceCases(bench: Bench): void {
  beforeEach(() => bench.furnish());

  const endpoint = (sipAddress: string = ADDRESS, poolFqdn = POOL) =>
    bench.registry.create("endpoint", { sipAddress: sipAddress as SipAddress, poolFqdn }, ANNA);

  it("refuses an address whose domain is not known", async () => {
    await leavesAlone(bench.registry, async () => {
      for (const address of ["sip:a@fabrikam.com", "sip:a@eu.contoso.com", "sip:a@com"] as SipAddress[]) {
        await failsWith(endpoint(address), "invalid", address, "not a SIP domain");
        if (!bench.manages("sip-user")) continue;
        const user = bench.registry.create("sip-user", { sipAddress: address }, BERT);
        await failsWith(user, "invalid", address, "not a SIP domain");
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

  // Where there must be a default domain, it is kept for that alone.
  const domain = bench.capabilities.defaultDomain === "optional" ? DOMAIN : "fabrikam.com";
  const used = [
    { kind: "pool", key: POOL, spare: OTHER_POOL, at: DOMAIN },
    { kind: "sip-domain", key: domain, spare: "northwind.com", at: domain },
  ] as const;
  for (const { kind, key, spare, at } of used)
    if (bench.manages(kind))
      describe(`to a ${KIND_LABELS[kind]}`, () => {
        const address = (name: string): SipAddress => `sip:${name}@${at}`;
        const remove = async (what: "pool" | "sip-domain" | "endpoint", which: string) =>
          bench.registry.remove(what, which, await present(bench.registry.get(what, which)), ANNA);

        beforeEach(async () => {
          for (const name of ["fabrikam.com", "northwind.com"])
            await bench.place("sip-domain", { domain: name });
        });

        it("keep it from being removed, and the error names who refers to it", async () => {
          await endpoint(address("a"));
          await leavesAlone(bench.registry, () =>
            failsWith(
              remove(kind, key),
              "in-use",
              `${KIND_LABELS[kind]} '${key}'`,
              `legacy endpoint '${address("a")}'`,
            ),
          );
          assert.equal(await remove(kind, spare), true);
        });

        it("keep it also under another spelling", async () => {
          await endpoint(address("a").toUpperCase().replace("SIP:", "sip:"), POOL.toUpperCase());
          await failsWith(remove(kind, key), "in-use", address("a"));
        });

        it("are named up to the fifth, and counted from there", async () => {
          const addresses = [1, 2, 3, 4, 5, 6, 7].map((number) => address(`a${number}`));
          for (const one of addresses) await endpoint(one);
          await failsWith(remove(kind, key), "in-use", ...addresses.slice(0, 5), "and 2 more");
          for (const one of addresses.slice(5)) await remove("endpoint", one);
          await assert.rejects(remove(kind, key), ({ message }: Error) =>
            message.includes(`${address("a4")}' and legacy endpoint '${address("a5")}';`),
          );
        });

        it("let it go with the last of them", async () => {
          const { revision } = await endpoint(address("a"));
          if (kind === "pool") {
            await bench.registry.update("endpoint", address("a"), { poolFqdn: spare }, revision, ANNA);
            assert.equal(await remove(kind, key), true);
            await failsWith(remove(kind, spare), "in-use");
          }
          await remove("endpoint", address("a"));
          assert.equal(await remove(kind, kind === "pool" ? spare : key), true);
        });

        it("do not count where another incarnation is meant", async () => {
          await endpoint(address("a"));
          assert.equal(await bench.registry.remove(kind, key, { incarnation: "another" }, ANNA), false);
        });
      });

  if (bench.manages("sip-domain"))
    describe("to a SIP domain", () => {
      const { place } = bench;
      const remove = async (key: string) =>
        bench.registry.remove("sip-domain", key, await present(bench.registry.get("sip-domain", key)), ANNA);

      beforeEach(async () => {
        if (domain !== DOMAIN) await place("sip-domain", { domain });
      });

      it("of endpoints and SIP users keep it from being removed, and the error names both", async () => {
        await endpoint(`sip:a@${domain}`);
        await place("sip-user", { sipAddress: `sip:u@${domain}`, displayName: "U" });
        await leavesAlone(bench.registry, () =>
          failsWith(
            remove(domain),
            "in-use",
            `${KIND_LABELS.endpoint} 'sip:a@${domain}' and ${KIND_LABELS["sip-user"]} 'sip:u@${domain}'`,
          ),
        );
      });

      it("do not count where they are to its subdomain", async () => {
        const below = `eu.${domain}`;
        await place("sip-domain", { domain: below });
        await endpoint(`sip:a@${below}`);
        assert.equal(await remove(domain), true);
        await failsWith(remove(below), "in-use");
      });
    });
}
