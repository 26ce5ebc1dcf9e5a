import assert from "node:assert/strict";
import { movedSincePlan, saved } from "../../provider/cli/stacks/strict/watch";
import type { SideFile } from "../../provider/review/strict/side-file";
import { MemoryRegistry } from "../support/memory-registry";
import { BY_HAND } from "../support/topology";

describe("the default SIP domain that a plan would take the mark from", () => {
  const CONTOSO = { kind: "sip-domain", key: "contoso.com" } as const;

  async function setUp(provider?: string) {
    const registry = new MemoryRegistry();
    const owner = provider !== undefined && { provider };
    const opened = new Map([[provider, { ...owner, location: "memory", registry }]]);
    const watch = { records: [{ ...owner, ...CONTOSO }], marking: [provider], unknown: [], shown: [] };
    const sides = (records = watch.records) => saved({ ...watch, records }, opened);
    const moved = async (seen: Pick<SideFile, "records" | "defaults">) => {
      const side = { plan: "", project: "chat", stack: "prod", made: "", registries: [], ...seen };
      return (await movedSincePlan(side, opened)).map(({ what, key }) => `${what} ${key}`);
    };
    await registry.create("sip-domain", { domain: "contoso.com", isDefault: true }, BY_HAND);
    return { registry, sides, moved };
  }

  for (const provider of [undefined, "lab"])
    it(`is watched once, in the registry of ${provider ?? "the stack"}`, async () => {
      const { sides, moved } = await setUp(provider);
      const owner = provider !== undefined && { provider };
      const seen = await sides();
      assert.deepEqual(
        seen.records.map(({ kind, key }) => ({ kind, key })),
        [CONTOSO],
      );
      assert.deepEqual(seen.defaults, [{ ...owner, domain: "contoso.com" }]);
      assert.deepEqual(await sides([]), seen);
      assert.deepEqual(await moved(seen), []);
    });

  it("tells itself that it is the default no more, where none is", async () => {
    const { registry, sides, moved } = await setUp();
    const seen = await sides([]);
    const found = await registry.get("sip-domain", "contoso.com");
    assert.ok(found);
    await registry.update("sip-domain", found.key, { isDefault: false }, found.revision, BY_HAND);
    assert.deepEqual(await moved(seen), ["changed contoso.com"]);
    await registry.remove("sip-domain", found.key, found, BY_HAND);
    assert.deepEqual(await moved(seen), ["removed contoso.com"]);
  });

  it("is told by the one that has the mark now, also where none had it", async () => {
    const { registry, sides, moved } = await setUp();
    const found = await registry.get("sip-domain", "contoso.com");
    assert.ok(found);
    await registry.update("sip-domain", found.key, { isDefault: false }, found.revision, BY_HAND);
    const seen = await sides([]);
    assert.deepEqual(seen, { records: [], defaults: [{}] });
    await registry.create("sip-domain", { domain: "other.com", isDefault: true }, BY_HAND);
    assert.deepEqual(await moved(seen), ["marked other.com"]);
  });
});
