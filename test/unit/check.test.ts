import assert from "node:assert/strict";
import fc from "fast-check";
import { Lifecycle } from "../../provider/lifecycle/lifecycle";
import type { Properties } from "../../provider/lifecycle/properties";
import { MemoryRegistry } from "../support/memory-registry";

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const UNKNOWNS = [
  UNKNOWN,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
];

const DOMAIN: Properties = { __kind: "sip-domain", managedBy: "chat/dev/contoso", domain: "contoso.com" };
const POOL: Properties = {
  __kind: "pool",
  managedBy: "chat/dev/pcpool",
  poolFqdn: "pcpool.contoso.com",
  shape: "multiple",
};
const ENDPOINT: Properties = {
  __kind: "endpoint",
  managedBy: "chat/dev/ocschat",
  sipAddress: "sip:ocschat@contoso.com",
  poolFqdn: "pcpool.contoso.com",
};
const SAMPLES = { DOMAIN, POOL, ENDPOINT };

function check(news: Properties, olds: Properties = {}) {
  const lifecycle = new Lifecycle({ registry: new MemoryRegistry(), operator: "anna@admin01", log() {} });
  return lifecycle.check(olds, news);
}

function accepts(news: Properties, expected: Properties = news, olds: Properties = {}) {
  const { inputs, failures } = check(news, olds);
  assert.deepEqual(failures, []);
  assert.deepEqual(inputs, expected);
}

function rejects(news: Properties, ...reasons: string[]) {
  const { failures } = check(news);
  assert.deepEqual(
    failures,
    reasons.map((reason) => ({ property: "", reason })),
  );
}

function servers(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `pc0${index + 1}.contoso.com`);
}

const LABEL_RULE = "a label has letters, digits and inner hyphens only";
const LONG_LABEL = `${"a".repeat(64)}.com`;
const LONGEST_LABEL = `${"a".repeat(63)}.com`;
const LONGEST_FQDN = `${`${"a".repeat(62)}.`.repeat(3)}${"b".repeat(60)}.com`;

describe("check", () => {
  describe("accepts and normalises", () => {
    it("what is normal already", () => {
      accepts(DOMAIN);
      accepts(POOL);
      accepts(ENDPOINT);
    });

    for (const [given, canonical] of [
      ["ocschat@contoso.com", "sip:ocschat@contoso.com"],
      ["SIP:OcsChat@Contoso.COM", "sip:ocschat@contoso.com"],
      ["sip:ocschat@contoso.com.", "sip:ocschat@contoso.com"],
      ["sip:%6Fcschat@contoso.com", "sip:ocschat@contoso.com"],
      ["sip:ocs%20chat@contoso.com", "sip:ocs%20chat@contoso.com"],
    ])
      it(`the SIP URI ${given}`, () =>
        accepts({ ...ENDPOINT, sipAddress: given }, { ...ENDPOINT, sipAddress: canonical }));

    it("an FQDN in capitals with a trailing dot", () =>
      accepts({ ...DOMAIN, domain: "Contoso.COM." }, { ...DOMAIN, domain: "contoso.com" }));

    it("an FQDN of 253 characters, and one with a label of 63", () => {
      assert.equal(LONGEST_FQDN.length, 253);
      accepts({ ...DOMAIN, domain: LONGEST_FQDN });
      accepts({ ...DOMAIN, domain: LONGEST_LABEL });
    });

    it("lists as sets: sorted, each name once", () =>
      accepts(
        {
          ...POOL,
          servers: ["pc02.contoso.com", "PC01.contoso.com", "pc02.contoso.com."],
          activeServers: ["pc02.contoso.com", "pc01.contoso.com"],
        },
        {
          ...POOL,
          servers: ["pc01.contoso.com", "pc02.contoso.com"],
          activeServers: ["pc01.contoso.com", "pc02.contoso.com"],
        },
      ));

    it("a pool at each of its limits", () => {
      const limits = { servers: servers(8), activeServers: servers(4), displayName: "x".repeat(256) };
      const settings = { defaultChatHistory: 500, maxFileSizeKB: 4294967295, participantUpdateLimit: 0 };
      accepts({ ...POOL, ...limits, port: 65535, settings });
      accepts({ ...POOL, port: 1, settings: { defaultChatHistory: 1, maxFileSizeKB: 0 } });
      accepts({ ...POOL, shape: "single", servers: servers(1), activeServers: servers(1) });
      accepts({ ...POOL, settings: { roomManagementUrl: "https://rooms.contoso.com/manage" } });
    });

    it("settings that say nothing, as no settings", () => accepts({ ...POOL, settings: {} }, POOL));

    it("nothing beside the arguments, the kind and the owner", () => {
      const { inputs } = check({ ...ENDPOINT, __provider: "text" });
      assert.deepEqual(inputs, ENDPOINT);
    });

    for (const adopt of ["fail", "match", "take-over"])
      it(`adopt: "${adopt}"`, () => accepts({ ...ENDPOINT, adopt }));
  });

  describe("rejects", () => {
    const cases: [string, Properties, ...string[]][] = [
      [
        "an address without '@'",
        { ...ENDPOINT, sipAddress: "ocschat" },
        "sipAddress: 'ocschat' is not a SIP URI such as sip:ocschat@contoso.com: it has no '@'",
      ],
      [
        "an address without a user",
        { ...ENDPOINT, sipAddress: "sip:@contoso.com" },
        "sipAddress: 'sip:@contoso.com' is not a SIP URI such as sip:ocschat@contoso.com: nothing stands before the '@'",
      ],
      [
        "a space in an address",
        { ...ENDPOINT, sipAddress: "ocs chat@contoso.com" },
        "sipAddress: 'ocs chat@contoso.com' is not a SIP URI such as sip:ocschat@contoso.com: the part before the '@' has a character that must not stand there",
      ],
      [
        "a wildcard",
        { ...ENDPOINT, sipAddress: "ocs*@contoso.com" },
        "sipAddress: 'ocs*@contoso.com' is not a SIP URI such as sip:ocschat@contoso.com: '*' is a wildcard to the management shell",
      ],
      [
        "a port in an address",
        { ...ENDPOINT, sipAddress: "ocschat@contoso.com:5061" },
        `sipAddress: 'ocschat@contoso.com:5061' is not a SIP URI such as sip:ocschat@contoso.com: its domain is not an FQDN: ${LABEL_RULE}`,
      ],
      [
        "the automatic endpoint of a pool",
        { ...ENDPOINT, sipAddress: "sip:GC-1-PersistentChatService-2@contoso.com" },
        "sipAddress: 'sip:gc-1-persistentchatservice-2@contoso.com' is the automatic endpoint of a pool, which the product makes and removes by itself; declare an address of your own",
      ],
      ["an endpoint without a pool", { ...ENDPOINT, poolFqdn: undefined }, "poolFqdn: it is required"],
      [
        "a pool's name that is no FQDN",
        { ...ENDPOINT, poolFqdn: "pcpool" },
        "poolFqdn: it is not an FQDN: it has one label only, and a domain must follow",
      ],
      [
        "an address that is no text",
        { ...ENDPOINT, sipAddress: 7 },
        "sipAddress: expected string, received number",
      ],
      ["an empty name", { ...DOMAIN, domain: "" }, "domain: '' is not an FQDN: it has an empty label"],
      [
        "an empty label",
        { ...DOMAIN, domain: "contoso..com" },
        "domain: 'contoso..com' is not an FQDN: it has an empty label",
      ],
      [
        "a label of 64 characters",
        { ...DOMAIN, domain: LONG_LABEL },
        `domain: '${LONG_LABEL}' is not an FQDN: a label has more than 63 characters`,
      ],
      [
        "an FQDN of 254 characters",
        { ...DOMAIN, domain: `c${LONGEST_FQDN}` },
        `domain: 'c${LONGEST_FQDN}' is not an FQDN: it has 254 characters, and 253 is the limit`,
      ],
      [
        "an underscore in a name",
        { ...DOMAIN, domain: "con_toso.com" },
        `domain: 'con_toso.com' is not an FQDN: ${LABEL_RULE}`,
      ],
      [
        "a hyphen at the end of a label",
        { ...DOMAIN, domain: "contoso-.com" },
        `domain: 'contoso-.com' is not an FQDN: ${LABEL_RULE}`,
      ],
      [
        "an IP address",
        { ...DOMAIN, domain: "10.0.0.1" },
        "domain: '10.0.0.1' is not an FQDN: its last label is a number",
      ],
      [
        "a default that is neither true nor false",
        { ...DOMAIN, isDefault: "yes" },
        "isDefault: expected boolean, received string",
      ],
      [
        "an empty display name",
        { ...POOL, displayName: "" },
        "displayName: it is empty; leave the argument out instead",
      ],
      [
        "a display name of 257 characters",
        { ...POOL, displayName: "x".repeat(257) },
        "displayName: it has more than 256 characters",
      ],
      [
        "a display name of two lines",
        { ...POOL, displayName: "Group\nChat" },
        "displayName: it has a control character",
      ],
      [
        "white space around a display name",
        { ...ENDPOINT, displayName: " Group Chat" },
        "displayName: it begins or ends with white space",
      ],
      ["a null", { ...ENDPOINT, displayName: null }, "displayName: expected string, received null"],
      ["port 0", { ...POOL, port: 0 }, "port: it must be a whole number from 1 to 65535"],
      ["port 65536", { ...POOL, port: 65536 }, "port: it must be a whole number from 1 to 65535"],
      ["half a port", { ...POOL, port: 5041.5 }, "port: it must be a whole number from 1 to 65535"],
      ["a port as text", { ...POOL, port: "5041" }, "port: it must be a whole number from 1 to 65535"],
      ["a pool without a shape", { ...POOL, shape: undefined }, "shape: it is required"],
      ["an unknown shape", { ...POOL, shape: "stretched" }, 'shape: expected one of "single"|"multiple"'],
      [
        "nine servers",
        { ...POOL, servers: servers(9) },
        "servers: 9 servers are named, and a pool has at most 8",
      ],
      [
        "five active servers",
        { ...POOL, servers: servers(8), activeServers: servers(5) },
        "activeServers: 5 servers are named, and at most 4 are active at a time",
      ],
      [
        "a server that is no FQDN, by its place",
        { ...POOL, servers: ["pc01.contoso.com", "pc 2"] },
        `servers.1: it is not an FQDN: ${LABEL_RULE}`,
      ],
      [
        "one server where a list is meant",
        { ...POOL, servers: "pc01.contoso.com" },
        "servers: expected array, received string",
      ],
      [
        "a single-computer pool of two",
        { ...POOL, shape: "single", servers: servers(2) },
        "servers: 2 servers are named, and a single-computer pool has exactly one; declare a new pool of shape 'multiple'",
      ],
      [
        "a single-computer pool of none",
        { ...POOL, shape: "single", servers: [] },
        "servers: 0 servers are named, and a single-computer pool has exactly one; declare a new pool of shape 'multiple'",
      ],
      [
        "a next hop that is no FQDN",
        { ...POOL, nextHopPool: "fe_pool.contoso.com" },
        `nextHopPool: it is not an FQDN: ${LABEL_RULE}`,
      ],
      [
        "a chat history of 0",
        { ...POOL, settings: { defaultChatHistory: 0 } },
        "settings.defaultChatHistory: it must be a whole number from 1 to 500",
      ],
      [
        "a chat history of 501",
        { ...POOL, settings: { defaultChatHistory: 501 } },
        "settings.defaultChatHistory: it must be a whole number from 1 to 500",
      ],
      [
        "a file size of 2^32",
        { ...POOL, settings: { maxFileSizeKB: 4294967296 } },
        "settings.maxFileSizeKB: it must be a whole number from 0 to 4294967295",
      ],
      [
        "a negative limit of participants",
        { ...POOL, settings: { participantUpdateLimit: -1 } },
        "settings.participantUpdateLimit: it must be a whole number from 0 to 4294967295",
      ],
      [
        "a page that is not on the web",
        { ...POOL, settings: { roomManagementUrl: "file:///rooms" } },
        "settings.roomManagementUrl: it must be an http or https address",
      ],
      [
        "an argument of settings that does not exist",
        { ...POOL, settings: { history: 1 } },
        "settings.history: there is no such argument; there are defaultChatHistory, maxFileSizeKB, participantUpdateLimit, roomManagementUrl",
      ],
      ["settings that are no object", { ...POOL, settings: [] }, "settings: expected object, received array"],
      [
        "an argument that does not exist",
        { ...ENDPOINT, sipUri: "sip:ocschat@contoso.com" },
        "sipUri: there is no such argument; there are sipAddress, poolFqdn, displayName, adopt",
      ],
      [
        "an argument with the name of something that every object inherits",
        { ...DOMAIN, constructor: 1 },
        "constructor: there is no such argument; there are domain, isDefault, adopt",
      ],
      [
        "an unknown policy of adoption",
        { ...DOMAIN, adopt: true },
        'adopt: expected one of "fail"|"match"|"take-over"',
      ],
      [
        "several things at once, each by itself",
        { ...POOL, poolFqdn: "pcpool", port: 0, settings: { maxFileSizeKB: -1 } },
        "poolFqdn: 'pcpool' is not an FQDN: it has one label only, and a domain must follow",
        "port: it must be a whole number from 1 to 65535",
        "settings.maxFileSizeKB: it must be a whole number from 0 to 4294967295",
      ],
    ];
    for (const [what, news, ...reasons] of cases) it(what, () => rejects(news, ...reasons));

    it("an active server that is not a member", () => {
      const { failures } = check({ ...POOL, servers: servers(2), activeServers: ["pc09.contoso.com"] });
      assert.equal(failures.length, 1);
      assert.match(failures[0]?.reason ?? "", /^activeServers: .*not among the pool's servers$/);
    });
  });

  describe("says no value of an argument that does not identify the resource", () => {
    const canary = "Canary_7\u0007";
    for (const [what, sample, identity] of [
      ["SIP domain", { ...DOMAIN, isDefault: true }, "domain"],
      [
        "pool",
        {
          ...POOL,
          displayName: "Pool",
          servers: servers(1),
          activeServers: servers(1),
          nextHopPool: "fepool.contoso.com",
          port: 5041,
          settings: {
            defaultChatHistory: 1,
            maxFileSizeKB: 1,
            participantUpdateLimit: 1,
            roomManagementUrl: "https://rooms.contoso.com",
          },
        },
        "poolFqdn",
      ],
      ["endpoint", { ...ENDPOINT, displayName: "Group Chat" }, "sipAddress"],
    ] as const)
      it(`of a ${what}`, () => {
        const spoil = (value: unknown): unknown => {
          if (Array.isArray(value)) return value.map(spoil);
          if (typeof value !== "object" || value === null) return canary;
          return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, spoil(inner)]));
        };
        const { __kind, managedBy, ...args } = sample as Properties;
        const spoilt = { ...(spoil({ ...args, adopt: "" }) as Properties), [identity]: args[identity] };
        const { failures } = check({ ...spoilt, __kind, managedBy });
        assert.ok(failures.length >= Object.keys(args).length, "every spoilt argument is told");
        for (const { property, reason } of failures) {
          assert.equal(property, "");
          assert.doesNotMatch(reason, /canary/i);
        }
      });
  });

  describe("of what is not known yet", () => {
    for (const unknown of UNKNOWNS)
      it(`passes ${unknown} in place of any argument`, () => {
        accepts({ ...DOMAIN, domain: unknown, isDefault: unknown });
        accepts({
          ...ENDPOINT,
          sipAddress: unknown,
          poolFqdn: unknown,
          displayName: unknown,
          adopt: unknown,
        });
        const names = ["displayName", "servers", "activeServers", "nextHopPool", "port", "settings"];
        const args = Object.fromEntries(names.map((name) => [name, unknown]));
        accepts({ ...POOL, poolFqdn: unknown, shape: unknown, ...args });
      });

    it("passes it inside a longer text, a list and settings", () => {
      accepts({ ...ENDPOINT, sipAddress: `ocschat-${UNKNOWN}@contoso.com` });
      accepts({ ...POOL, servers: ["pc02.contoso.com", UNKNOWN] });
      accepts({ ...POOL, settings: { defaultChatHistory: UNKNOWN, maxFileSizeKB: 1 } });
    });

    it("still normalises what is known", () =>
      accepts(
        { ...ENDPOINT, sipAddress: "OcsChat@contoso.com", poolFqdn: UNKNOWN },
        { ...ENDPOINT, sipAddress: "sip:ocschat@contoso.com", poolFqdn: UNKNOWN },
      ));

    it("still rejects what is known and wrong", () => {
      rejects(
        { ...ENDPOINT, poolFqdn: UNKNOWN, displayName: "" },
        "displayName: it is empty; leave the argument out instead",
      );
      rejects(
        { ...POOL, settings: { defaultChatHistory: 0, maxFileSizeKB: UNKNOWN } },
        "settings.defaultChatHistory: it must be a whole number from 1 to 500",
      );
      rejects(
        { ...POOL, poolFqdn: UNKNOWN, servers: servers(9), activeServers: [UNKNOWN] },
        "servers: 9 servers are named, and a pool has at most 8",
      );
    });

    it("leaves out the rules over arguments that are not all known", () => {
      accepts({ ...POOL, servers: UNKNOWN, activeServers: servers(1) });
      accepts({ ...POOL, shape: UNKNOWN, servers: servers(2) });
    });
  });

  describe("of what was there before", () => {
    it("keeps the owner, so that another logical name is no change", () =>
      accepts({ ...ENDPOINT, managedBy: "chat/dev/renamed" }, ENDPOINT, ENDPOINT));

    it("takes the new owner where there was none", () => {
      const { managedBy, ...before } = ENDPOINT;
      accepts(ENDPOINT, ENDPOINT, before);
    });

    it("never lets the shape of a pool change", () => {
      const { failures } = check({ ...POOL, poolFqdn: "PCPool.contoso.com" }, { ...POOL, shape: "single" });
      assert.deepEqual(failures, [
        {
          property: "",
          reason:
            "shape: the Persistent Chat pool 'pcpool.contoso.com' was made as 'single', and that never changes; declare a new poolFqdn",
        },
      ]);
    });

    it("lets another pool have another shape", () =>
      accepts(
        { ...POOL, poolFqdn: "pcpool2.contoso.com" },
        { ...POOL, poolFqdn: "pcpool2.contoso.com" },
        {
          ...POOL,
          shape: "single",
        },
      ));

    it("does not judge a shape that is not known yet", () =>
      accepts({ ...POOL, shape: UNKNOWN }, { ...POOL, shape: UNKNOWN }, { ...POOL, shape: "single" }));
  });

  describe("of a hand-over in one update", () => {
    const at = (name: string, user: string): Properties => ({
      ...ENDPOINT,
      managedBy: `chat/dev/${name}`,
      sipAddress: `sip:${user}@contoso.com`,
    });
    const PASSES =
      "sipAddress: the legacy endpoint 'sip:u2@contoso.com' passes from the resource 'chat/dev/b' to 'chat/dev/a', which takes two steps: first let 'chat/dev/b' give it up and run 'pulumi up', then let 'chat/dev/a' take it";
    let lifecycle: Lifecycle;
    beforeEach(() => {
      lifecycle = new Lifecycle({ registry: new MemoryRegistry(), operator: "anna@admin01", log() {} });
    });
    const reasons = (olds: Properties, news: Properties) =>
      lifecycle.check(olds, news).failures.map(({ reason }) => reason);

    it("refuses to take what another resource gives up, whichever is checked first", () => {
      assert.deepEqual(reasons(at("a", "u1"), at("a", "u2")), []);
      assert.deepEqual(reasons(at("b", "u2"), at("b", "u3")), [PASSES]);
      lifecycle = new Lifecycle({ registry: new MemoryRegistry(), operator: "anna@admin01", log() {} });
      assert.deepEqual(reasons(at("b", "u2"), at("b", "u3")), []);
      assert.deepEqual(reasons(at("a", "u1"), at("a", "u2")), [PASSES]);
    });

    it("refuses a swap in one sentence", () => {
      assert.deepEqual(reasons(at("a", "u1"), at("a", "u2")), []);
      assert.deepEqual(reasons(at("b", "u2"), at("b", "U1")), [
        "sipAddress: the resources 'chat/dev/a' and 'chat/dev/b' swap the legacy endpoints 'sip:u1@contoso.com' and 'sip:u2@contoso.com', which takes two steps: first let both give theirs up and run 'pulumi up', then let each take the other's",
      ]);
    });

    it("says the same when it is asked again", () => {
      for (let time = 1; time <= 2; time++) {
        assert.deepEqual(reasons(at("a", "u1"), at("a", "u2")), time === 1 ? [] : [PASSES]);
        assert.deepEqual(reasons(at("b", "u2"), at("b", "u3")), [PASSES]);
      }
    });

    it("takes a repeated check, and the check of the replacement, for no move of their own", () => {
      for (let time = 1; time <= 2; time++) {
        assert.deepEqual(reasons(at("a", "u1"), at("a", "u2")), []);
        assert.deepEqual(reasons({}, at("a", "u2")), []);
      }
      assert.deepEqual(reasons({}, at("b", "u1")), []);
      assert.deepEqual(reasons(at("b", "u3"), at("b", "u4")), []);
    });

    it("leaves what a new resource takes to its create, since nothing tells it from a replacement", () => {
      assert.deepEqual(reasons({}, at("new", "u2")), []);
      assert.deepEqual(reasons(at("b", "u2"), at("b", "u3")), []);
      assert.deepEqual(reasons({}, at("new", "u2")), []);
    });

    it("forgets a move that is taken back", () => {
      assert.deepEqual(reasons(at("b", "u2"), at("b", "u3")), []);
      assert.deepEqual(reasons(at("b", "u2"), at("b", "u2")), []);
      assert.deepEqual(reasons(at("a", "u1"), at("a", "u2")), []);
    });

    it("judges neither an address that is not known yet nor a resource of another kind", () => {
      assert.deepEqual(reasons(at("b", "u2"), { ...at("b", ""), sipAddress: UNKNOWN }), []);
      assert.deepEqual(reasons(at("a", "u1"), at("a", "u2")), []);
      const domain = (name: string): Properties => ({ ...DOMAIN, managedBy: "chat/dev/d", domain: name });
      const pool = (name: string): Properties => ({ ...POOL, poolFqdn: name });
      assert.deepEqual(reasons(domain("a.contoso.com"), domain("b.contoso.com")), []);
      assert.deepEqual(reasons(pool("c.contoso.com"), pool("a.contoso.com")), []);
    });

    it("counts a renamed resource by the owner that the record has", () => {
      const renamed = { ...at("new-name", "u3"), sipAddress: "sip:u3@contoso.com" };
      assert.deepEqual(reasons(at("a", "u1"), at("a", "u2")), []);
      assert.deepEqual(reasons(at("b", "u2"), renamed), [PASSES]);
    });
  });

  describe("of anything at all", () => {
    const kinds = fc.constantFrom(...Object.values(SAMPLES));
    const words = fc.oneof(
      fc.string(),
      fc.constantFrom(
        "A@b.C",
        "sip:x@contoso.com.",
        "Contoso.com.",
        "single",
        "multiple",
        "match",
        ...UNKNOWNS,
      ),
    );
    const values = fc.oneof(
      words,
      fc.boolean(),
      fc.integer({ min: -1, max: 70000 }),
      fc.array(words, { maxLength: 9 }),
      fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<unknown>,
    );
    const names = fc.constantFrom(
      ...[
        "domain",
        "isDefault",
        "poolFqdn",
        "shape",
        "displayName",
        "servers",
        "activeServers",
        "nextHopPool",
      ],
      ...["port", "settings", "sipAddress", "adopt", "__proto__", "toString"],
    );
    const args = fc.array(fc.tuple(fc.oneof({ weight: 5, arbitrary: names }, fc.string()), values));
    const someNews = fc.tuple(kinds, args).map(([sample, entries]) => ({
      ...Object.fromEntries(entries),
      ...Object.fromEntries(
        Object.entries(sample).filter(([key]) => key.startsWith("__") || entries.length % 2),
      ),
    }));

    it("never throws, and fails with no property", () => {
      let failed = 0;
      fc.assert(
        fc.property(someNews, someNews, (olds, news) => {
          for (const { property, reason } of check({ ...news }, { ...olds }).failures) {
            failed++;
            assert.equal(property, "");
            assert.match(reason, /^.*: ./s);
          }
        }),
        { numRuns: 500 },
      );
      assert.ok(failed > 100);
    });

    it("answers the same when its own answer is checked again", () => {
      let passed = 0;
      fc.assert(
        fc.property(validOf(words), (news) => {
          const first = check(news);
          if (first.failures.length > 0) return;
          passed++;
          assert.deepEqual(check(first.inputs, first.inputs), first);
          assert.deepEqual(check(first.inputs), first);
        }),
        { numRuns: 500 },
      );
      assert.ok(passed > 100, `${passed} of 500 passed`);
    });
  });
});

/** Arguments that mostly pass, in all sorts of spellings. */
function validOf(words: fc.Arbitrary<string>): fc.Arbitrary<Properties> {
  const label = fc.stringMatching(/^[A-Za-z0-9]([A-Za-z0-9-]{0,5}[A-Za-z0-9])?$/);
  const fqdn = fc
    .tuple(label, fc.constantFrom(".contoso.com", ".Contoso.COM."))
    .map((parts) => parts.join(""));
  const address = fc
    .tuple(
      fc.constantFrom("", "sip:", "SIP:"),
      fc.stringMatching(/^([a-fA-F0-9.&=+$,;?/-]|%4[1-9a-f]){1,8}$/),
      fqdn,
    )
    .map(([scheme, user, domain]) => `${scheme}${user}@${domain}`);
  const managedBy = fc.constant("chat/dev/x");
  const displayName = fc.option(words, { nil: undefined });
  return fc.oneof(
    fc.record({
      __kind: fc.constant("endpoint"),
      managedBy,
      sipAddress: address,
      poolFqdn: fqdn,
      displayName,
    }),
    fc.record({ __kind: fc.constant("sip-domain"), managedBy, domain: fqdn }),
    fc.record({
      __kind: fc.constant("pool"),
      managedBy,
      poolFqdn: fqdn,
      shape: fc.constantFrom("multiple", UNKNOWN),
      servers: fc.array(fqdn, { maxLength: 8 }),
      nextHopPool: fqdn,
      settings: fc.record({ defaultChatHistory: fc.integer({ min: 1, max: 500 }) }, { requiredKeys: [] }),
    }),
  );
}
