import assert from "node:assert/strict";
import { KINDS } from "../../../provider/registry/records";
import type { Actor } from "../../../provider/registry/registry";
import type { SipAddress } from "../../../provider/registry/sip-address";
import { ADDRESS, ANNA, type Bench, caseForEach, failsWith, leavesAlone, POOL, present } from "../bench";

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
  beforeEach(() => bench.furnish());

  const pool = () => present(bench.registry.get("pool", POOL));

  caseForEach(
    bench,
    ODD_TEXTS,
    (what) => `keeps ${what} in every text field`,
    { one: shown, all: "odd texts" },
    async (text) => {
      const { registry } = bench;
      const by: Actor = { managedBy: text, operator: text };
      const settings = { roomManagementUrl: text };
      const change = bench.manages("pool") ? { displayName: text, settings } : { settings };
      const changed = await registry.update("pool", POOL, change, (await pool()).revision, by);
      if (bench.manages("pool")) assert.equal(changed.record.displayName, text);
      const endpoint = { sipAddress: ADDRESS, poolFqdn: POOL, displayName: text } as const;
      await registry.create("endpoint", endpoint, by);
      // Whoever names users elsewhere leaves out a name that is empty.
      const user = { sipAddress: "sip:u@contoso.com", displayName: text } as const;
      const hasUser = bench.manages("sip-user") || text !== "";
      if (hasUser) await bench.place("sip-user", user, by);

      const stored = await pool();
      if (bench.manages("pool")) assert.equal(stored.record.displayName, text);
      assert.equal(stored.record.settings.roomManagementUrl, text);
      const made = await present(registry.get("endpoint", ADDRESS));
      assert.deepEqual(made.record, endpoint);
      if (hasUser) assert.deepEqual((await present(registry.get("sip-user", user.sipAddress))).record, user);
      assert.equal((await present(registry.resolve(ADDRESS))).displayName, text);
      if (bench.capabilities.ownership) assert.equal(made.managedBy, text);
      if (bench.capabilities.history) {
        const entry = (await registry.history("endpoint", ADDRESS)).at(-1);
        assert.deepEqual(entry?.by, by);
        assert.deepEqual(entry?.to, endpoint);
      }

      assert.equal(await registry.remove("endpoint", ADDRESS, made, by), true);
      if (hasUser) await bench.displace("sip-user", user.sipAddress);
    },
  );

  for (const [what, text] of [
    ["a NUL character", "before\0after"],
    ["half of a surrogate pair", "before\ud83dafter"],
  ] as const)
    it(`refuses ${what}, which no store keeps as it is`, async () => {
      const { registry } = bench;
      const { revision } = await pool();
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

  describe("in keys", () => {
    const endpoint = (sipAddress: SipAddress, displayName: string) =>
      bench.registry.create("endpoint", { sipAddress, poolFqdn: POOL, displayName }, ANNA);

    caseForEach(
      bench,
      ["' OR '1'='1", "%", "sip:%@%", "*", "sip:*@contoso.com", "\0", "", "💬", "x".repeat(10_000)],
      (what) => `takes ${what} for a key that nobody uses`,
      { one: shown, all: "an odd text" },
      async (key) => {
        const { registry } = bench;
        const made = await endpoint(ADDRESS, "Chat");
        await leavesAlone(registry, async () => {
          for (const kind of KINDS) {
            assert.equal(await registry.get(kind, key), undefined);
            if (bench.capabilities.history) assert.deepEqual(await registry.history(kind, key), []);
            if (!bench.manages(kind)) continue;
            assert.equal(await registry.remove(kind, key, { incarnation: key }, ANNA), false);
            await failsWith(registry.update(kind, key, {}, key, ANNA), "not-found");
          }
          assert.equal(await registry.resolve(key as SipAddress), undefined);
        });
        assert.equal(await registry.remove("endpoint", ADDRESS, made, ANNA), true);
      },
    );

    it("keeps addresses apart that differ in a character with a meaning to a database or a directory", async () => {
      const { registry } = bench;
      const addresses = [
        "sip:a_b@contoso.com",
        "sip:axb@contoso.com",
        "sip:a%25b@contoso.com",
        "sip:a'b@contoso.com",
        "sip:(a)b@contoso.com",
        "sip:a=b,c@contoso.com",
        "sip:$a&b;c@contoso.com",
      ] satisfies SipAddress[];
      for (const sipAddress of addresses) await endpoint(sipAddress, sipAddress);
      for (const sipAddress of addresses) {
        assert.equal((await present(registry.resolve(sipAddress))).displayName, sipAddress);
        const { incarnation } = await present(registry.get("endpoint", sipAddress));
        assert.equal(await registry.remove("endpoint", sipAddress, { incarnation }, ANNA), true);
        assert.equal(await registry.resolve(sipAddress), undefined);
      }
      assert.deepEqual(await bench.listed("endpoint"), []);
    });
  });
}
