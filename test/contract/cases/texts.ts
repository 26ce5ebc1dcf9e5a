import assert from "node:assert/strict";
import type { Actor } from "../../../provider/registry/registry";
import type { SipAddress } from "../../../provider/registry/sip-address";
import {
  ADDRESS,
  ANNA,
  type Bench,
  contentsOf,
  failsWith,
  furnish,
  leavesAlone,
  POOL,
  present,
} from "../bench";

const ODD_TEXTS = [
  "",
  " leading and trailing ",
  `it's "quoted" and \`ticked\``,
  "100 % _ of * ? [a-z]",
  "'; DROP TABLE contact; --",
  "Robert'); DELETE FROM history; /*",
  "$1 :name @name ?1 $(whoami) $HOME %PATH%",
  "back\\slash \\u0000 \\n",
  "line\nfeed\ttab\r\n",
  "Größe 聊天 чат 💬 e\u0301 \u200f\u202e",
  "\u0001\u001f\u007f\u0085\u2028\ufeff\uffff",
  "null",
  "[]",
  "x".repeat(100_000),
];

/** A text in printable ASCII, for the name of a case. */
function shown(text: string): string {
  const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(text.slice(0, 40)).replace(/[^ -~]/g, escaped);
}

/** Texts that a store might read as something else. */
export function textCases(bench: Bench): void {
  beforeEach(() => furnish(bench.registry));

  for (const text of ODD_TEXTS)
    it(`keeps ${shown(text)} in every text field`, async () => {
      const { registry } = bench;
      const by: Actor = { managedBy: text, operator: text };
      const { revision } = await present(registry.get("pool", POOL));
      const change = { displayName: text, settings: { roomManagementUrl: text } };
      const pool = await registry.update("pool", POOL, change, revision, by);
      assert.equal(pool.record.displayName, text);
      const endpoint = { sipAddress: ADDRESS, poolFqdn: POOL, displayName: text } as const;
      await registry.create("endpoint", endpoint, by);
      const user = { sipAddress: "sip:u@contoso.com", displayName: text } as const;
      await registry.create("sip-user", user, by);

      const stored = await present(registry.get("pool", POOL));
      assert.equal(stored.record.displayName, text);
      assert.equal(stored.record.settings.roomManagementUrl, text);
      assert.deepEqual((await present(registry.get("endpoint", ADDRESS))).record, endpoint);
      assert.deepEqual((await present(registry.get("sip-user", user.sipAddress))).record, user);
      assert.equal((await present(registry.resolve(ADDRESS))).displayName, text);
      if (registry.capabilities.ownership)
        assert.equal((await present(registry.get("endpoint", ADDRESS))).managedBy, text);
      if (registry.capabilities.history) {
        const [entry] = await registry.history("endpoint", ADDRESS);
        assert.deepEqual(entry?.by, by);
        assert.deepEqual(entry?.to, endpoint);
      }
    });

  for (const [what, text] of [
    ["a NUL character", "before\0after"],
    ["half of a surrogate pair", "before\ud83dafter"],
  ] as const)
    it(`refuses ${what}, which no store keeps as it is`, async () => {
      const { registry } = bench;
      const { revision } = await present(registry.get("pool", POOL));
      await leavesAlone(registry, async () => {
        const endpoint = { sipAddress: ADDRESS, poolFqdn: POOL, displayName: text } as const;
        await failsWith(registry.create("endpoint", endpoint, ANNA), "invalid", "displayName", what);
        const change = { settings: { roomManagementUrl: text } };
        await failsWith(
          registry.update("pool", POOL, change, revision, ANNA),
          "invalid",
          "settings.roomManagementUrl",
        );
      });
    });

  for (const key of ["' OR '1'='1", "%", "sip:%@%", "\0", "", "💬", "x".repeat(10_000)])
    it(`takes the key ${shown(key)} for a key that nobody uses`, async () => {
      const { registry } = bench;
      await registry.create("endpoint", { sipAddress: ADDRESS, poolFqdn: POOL }, ANNA);
      const before = await contentsOf(registry);
      for (const kind of ["sip-domain", "pool", "endpoint", "sip-user"] as const) {
        assert.equal(await registry.get(kind, key), undefined);
        assert.deepEqual(await registry.history(kind, key), []);
        assert.equal(await registry.remove(kind, key, { incarnation: key }, ANNA), false);
        await failsWith(registry.update(kind, key, {}, key, ANNA), "not-found");
      }
      assert.equal(await registry.resolve(key as SipAddress), undefined);
      assert.deepEqual(await contentsOf(registry), before);
    });

  it("keeps addresses apart that differ in a character with a meaning to SQL", async () => {
    const { registry } = bench;
    const addresses = [
      "sip:a_b@contoso.com",
      "sip:axb@contoso.com",
      "sip:a%25b@contoso.com",
      "sip:a'b@contoso.com",
    ];
    for (const sipAddress of addresses as SipAddress[])
      await registry.create("endpoint", { sipAddress, poolFqdn: POOL, displayName: sipAddress }, ANNA);
    for (const sipAddress of addresses as SipAddress[]) {
      assert.equal((await present(registry.resolve(sipAddress))).displayName, sipAddress);
      const { incarnation } = await present(registry.get("endpoint", sipAddress));
      assert.equal(await registry.remove("endpoint", sipAddress, { incarnation }, ANNA), true);
      assert.equal(await registry.resolve(sipAddress), undefined);
    }
  });
}
