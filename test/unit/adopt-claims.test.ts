import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { planAdoption } from "../../provider/adopt/plan";
import { claimAll } from "../../provider/cli/stacks/adopt/claims";
import { isRegistryError } from "../../provider/registry/errors";
import type { TopologyRegistry } from "../../provider/registry/registry";
import { MemoryRegistry } from "../support/memory-registry";
import { BY_HAND } from "../support/topology";

const DOMAINS = ["contoso.com", "fabrikam.com", "tailspin.com"];

describe("the claims of an adoption", () => {
  it("are over when one of them fails: what was changed meanwhile is nobody's, the others are claimed", async () => {
    const registry = new MemoryRegistry();
    const records = [];
    for (const domain of DOMAINS) records.push(await registry.create("sip-domain", { domain }, BY_HAND));
    const { adoptions } = planAdoption(
      records,
      { project: "chat", stack: "test", state: { resources: [], pending: [] } },
      [],
    );
    const [first] = records;
    await registry.update("sip-domain", "contoso.com", { isDefault: true }, first?.revision ?? "", BY_HAND);
    const slow: Pick<TopologyRegistry, "capabilities" | "claim"> = {
      capabilities: registry.capabilities,
      claim: async (...args) => {
        if (args[1] !== "contoso.com") await setImmediate();
        return registry.claim(...args);
      },
    };
    await assert.rejects(
      claimAll(adoptions, slow, "anna@admin01"),
      (error) =>
        isRegistryError(error, "conflict") &&
        /^cannot adopt SIP domain 'contoso\.com': .*; give the same command again/.test(error.message),
    );
    const owners = await Promise.all(DOMAINS.map((domain) => registry.get("sip-domain", domain)));
    assert.deepEqual(
      owners.map((stored) => stored?.managedBy),
      [undefined, "chat/test/fabrikam", "chat/test/tailspin"],
    );
  });
});
