import assert from "node:assert/strict";
import { registryAnswers } from "../../../provider/lifecycle/cutover/registry-answers";
import type { SipAddress } from "../../../provider/registry/sip-address";
import type { UserAttributes } from "../../../provider/registry/sip-users";
import { MemoryRegistry } from "../../support/memory-registry";
import { BY_HAND } from "../../support/topology";

const ADDRESS = "sip:ocschat@contoso.test" as SipAddress;
const POOL = "pcpool.contoso.test";

describe("what the registry is asked before a handover", () => {
  /** The answer to one question, where the well-known user is like that; nobody holds the address where there is none. */
  async function answer(question: string, attributes?: UserAttributes) {
    const registry = new MemoryRegistry();
    await registry.create("sip-domain", { domain: "contoso.test" }, BY_HAND);
    await registry.create(
      "pool",
      { poolFqdn: POOL, shape: "multiple", nextHopPool: "fepool.contoso.test" },
      BY_HAND,
    );
    if (attributes) await registry.create("sip-user", { sipAddress: ADDRESS, attributes }, BY_HAND);
    const handover = { addresses: [ADDRESS], parkedAddresses: [], poolFqdn: POOL };
    const list = await registryAnswers(registry, handover);
    return list.find((one) => one.question === question) ?? assert.fail(`nobody asks '${question}'`);
  }

  const changeable = `the user of ${ADDRESS} can be changed`;

  it("is whether the user can be changed, as far as the account tells", async () => {
    for (const [attributes, outcome] of [
      [{}, "ok"],
      [{ adminCount: 0 }, "ok"],
      [{ adminCount: 1 }, "no"],
      [{ adminCount: "1", registrarPool: "fepool.contoso.test" }, "no"],
      [{ adminCount: null, registrarPool: "fepool.contoso.test" }, "ok"],
      [{ registrarPool: "FEPOOL.contoso.test" }, "ok"],
      [{ registrarPool: "oldpool.contoso.test" }, "could not ask"],
      [{ registrarPool: null }, "could not ask"],
    ] satisfies [UserAttributes, string][])
      assert.equal((await answer(changeable, attributes)).outcome, outcome, JSON.stringify(attributes));
  });

  it("tells nothing of what the account has", async () => {
    const telling: UserAttributes[] = [{ adminCount: 4711 }, { registrarPool: "4711.contoso.test" }];
    for (const attributes of telling)
      assert.doesNotMatch(JSON.stringify(await answer(changeable, attributes)), /4711/);
  });

  it("is not whether somebody can be changed who is not there", async () => {
    assert.equal((await answer(changeable)).outcome, "could not ask");
    assert.equal((await answer(`a user holds ${ADDRESS}`)).outcome, "no");
  });
});
