import assert from "node:assert/strict";
import { Lifecycle } from "../../provider/lifecycle/lifecycle";
import type { Properties } from "../../provider/lifecycle/properties";
import { MemoryRegistry } from "../support/memory-registry";

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const ENDPOINT = {
  __kind: "endpoint",
  __provider: "text",
  managedBy: "chat/dev/ocschat",
  sipAddress: "sip:ocschat@contoso.com",
  poolFqdn: "pcpool.contoso.com",
};
const POOL = {
  __kind: "pool",
  __provider: "text",
  managedBy: "chat/dev/pcpool",
  poolFqdn: "pcpool.contoso.com",
  shape: "multiple",
  servers: ["pc01.contoso.com", "pc02.contoso.com"],
  settings: { defaultChatHistory: 50 },
};
const DOMAIN = { __kind: "sip-domain", managedBy: "chat/dev/contoso", domain: "contoso.com" };

/** What state holds of inputs after a create. */
function outputsOf(inputs: Properties): Properties {
  return { ...inputs, effective: { displayName: "Group Chat" }, revision: "1", incarnation: "i1" };
}

function diff(olds: Properties, news: Properties) {
  return new Lifecycle({ registry: new MemoryRegistry(), operator: "anna@admin01", log() {} }).diff(
    "id",
    outputsOf(olds),
    news,
  );
}

const NOTHING = { changes: false };
// The engine compares the inputs itself.
const AN_UPDATE = { changes: undefined, replaces: [] };

describe("diff", () => {
  it("sees nothing where nothing changed", () => {
    for (const inputs of [ENDPOINT, POOL, DOMAIN]) assert.deepEqual(diff(inputs, { ...inputs }), NOTHING);
  });

  it("sees nothing in another text of the loader, another owner or another policy of adoption", () => {
    assert.deepEqual(diff(ENDPOINT, { ...ENDPOINT, __provider: "another text" }), NOTHING);
    assert.deepEqual(diff(ENDPOINT, { ...ENDPOINT, managedBy: "chat/dev/renamed" }), NOTHING);
    assert.deepEqual(diff(ENDPOINT, { ...ENDPOINT, adopt: "match" }), NOTHING);
  });

  it("sees an update in another value, a new one and one that is left out", () => {
    assert.deepEqual(diff(ENDPOINT, { ...ENDPOINT, poolFqdn: "pcpool2.contoso.com" }), AN_UPDATE);
    assert.deepEqual(diff(ENDPOINT, { ...ENDPOINT, displayName: "Group Chat" }), AN_UPDATE);
    assert.deepEqual(diff({ ...ENDPOINT, displayName: "Group Chat" }, ENDPOINT), AN_UPDATE);
    assert.deepEqual(diff(POOL, { ...POOL, servers: ["pc01.contoso.com"] }), AN_UPDATE);
    assert.deepEqual(diff(POOL, { ...POOL, settings: { defaultChatHistory: 51 } }), AN_UPDATE);
    assert.deepEqual(
      diff(POOL, { ...POOL, settings: { defaultChatHistory: 50, maxFileSizeKB: 1 } }),
      AN_UPDATE,
    );
    assert.deepEqual(diff(DOMAIN, { ...DOMAIN, isDefault: false }), AN_UPDATE);
  });

  it("sees a replacement in another identity, and in one that is not known yet", () => {
    const replaced = (key: string) => ({ changes: undefined, replaces: [key] });
    for (const [inputs, key] of [
      [ENDPOINT, "sipAddress"],
      [POOL, "poolFqdn"],
      [DOMAIN, "domain"],
    ] as const) {
      assert.deepEqual(diff(inputs, { ...inputs, [key]: "another.contoso.com" }), replaced(key));
      assert.deepEqual(diff(inputs, { ...inputs, [key]: UNKNOWN }), replaced(key));
    }
  });

  it("sees an update, and no replacement, in a reference that is not known yet", () =>
    assert.deepEqual(diff(ENDPOINT, { ...ENDPOINT, poolFqdn: UNKNOWN }), AN_UPDATE));

  it("sees an update where a refresh found a record that this resource did not make", () =>
    assert.deepEqual(diff({ ...ENDPOINT, __superseded: true }, ENDPOINT), { changes: true }));

  it("refuses a kind that it does not know", () => {
    assert.throws(() => diff({}, { __kind: "room" }), {
      name: "RegistryError",
      code: "unsupported",
      message:
        "cannot handle a resource of kind 'room': this version of pulumi-persistentchat does not know it; install the version that declared it, or a later one",
    });
  });
});
