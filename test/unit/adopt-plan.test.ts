import assert from "node:assert/strict";
import { importFile } from "../../provider/adopt/import-file";
import { planAdoption } from "../../provider/adopt/plan";
import { programText } from "../../provider/adopt/program";
import type { Kind } from "../../provider/registry/records";
import type { Stored } from "../../provider/registry/registry";
import type { StateResource } from "../../provider/review/state";

const OURS = "chat/test/";

function stored(kind: Kind, key: string, record: object = {}, managedBy?: string): Stored {
  const whole =
    kind === "pool"
      ? { poolFqdn: key, shape: "single", servers: [key], ...record }
      : kind === "endpoint"
        ? { sipAddress: key, ...record }
        : { domain: key, isDefault: false, ...record };
  const fields = { kind, key, record: whole, revision: "7", incarnation: "i7" };
  return { ...fields, ...(managedBy !== undefined && { managedBy }) } as Stored;
}

function resource(kind: Kind | undefined, id: string, name: string, more = {}): StateResource {
  const fields = { urn: "", type: "", external: false, isCondemned: false, outputs: {} };
  return { ...fields, ...(kind && { kind }), id, name, inputs: { managedBy: OURS + name }, ...more };
}

const domain = stored("sip-domain", "contoso.com");
const pool = stored("pool", "pcpool.contoso.com");
const ocschat = stored("endpoint", "sip:ocschat@contoso.com", { poolFqdn: pool.key });
const other = stored("endpoint", "sip:other@contoso.com", { poolFqdn: pool.key });
const ESTATE = [domain, pool, ocschat, other];

const plan = (records: Stored[], resources: StateResource[] = [], patterns: string[] = []) =>
  planAdoption(records, { project: "chat", stack: "test", state: { resources, pending: [] } }, patterns);
const namesOf = ({ adoptions }: ReturnType<typeof plan>) => adoptions.map(({ name }) => name);

describe("what is adopted", () => {
  it("is everything that nobody manages, with all that a record has", () => {
    const { adoptions, leftOut, unmatched } = plan(ESTATE);
    assert.deepEqual([leftOut, unmatched], [[], []]);
    assert.deepEqual(
      adoptions.map(({ name, managedBy, given, unmanaged }) => ({ name, managedBy, given, unmanaged })),
      [
        ["contoso", { domain: "contoso.com", isDefault: false }],
        ["pcpool", { poolFqdn: "pcpool.contoso.com", shape: "single", servers: ["pcpool.contoso.com"] }],
        ["ocschat", { sipAddress: "sip:ocschat@contoso.com", poolFqdn: "pcpool.contoso.com" }],
        ["other", { sipAddress: "sip:other@contoso.com", poolFqdn: "pcpool.contoso.com" }],
      ].map(([name, given]) => ({ name, managedBy: `${OURS}${name}`, given, unmanaged: [] })),
    );
  });

  for (const [patterns, names] of [
    [["pcpool*"], ["pcpool"]],
    [["*@contoso.com"], ["contoso", "pcpool", "ocschat", "other"]],
    [["SIP:OCSChat@contoso.com"], ["contoso", "pcpool", "ocschat"]],
    [
      ["ocschat@contoso.com", "contoso.com"],
      ["contoso", "pcpool", "ocschat"],
    ],
    [["contoso?com"], []],
    [["c.*"], []],
  ] as const)
    it(`is what ${patterns.join(" and ")} name, and what that needs`, () => {
      const found = plan(ESTATE, [], [...patterns]);
      assert.deepEqual(namesOf(found), names);
      assert.deepEqual(found.unmatched, names.length === 0 ? patterns : []);
    });

  it("is without what the product makes, what others manage, and what this stack has", () => {
    const records = [
      domain,
      stored("pool", "pcpool.contoso.com", {}, "chat/prod/pcpool"),
      ocschat,
      stored("endpoint", "sip:gc-1-persistentchatservice-2@contoso.com", { poolFqdn: pool.key }),
      stored("endpoint", "sip:step@contoso.com", { poolFqdn: pool.key }, `${OURS}cutover-endpoint`),
    ];
    const found = plan(records, [
      resource("sip-domain", "contoso.com", "main"),
      resource(undefined, "sip:step@contoso.com", "cutover-endpoint"),
    ]);
    assert.deepEqual(namesOf(found), ["ocschat"]);
    assert.deepEqual(found.leftOut, [
      { kind: "sip-domain", key: "contoso.com", reason: "this stack has it already" },
      { kind: "pool", key: "pcpool.contoso.com", reason: "it is managed by 'chat/prod/pcpool'" },
      {
        kind: "endpoint",
        key: "sip:gc-1-persistentchatservice-2@contoso.com",
        reason: "it is the automatic endpoint of a pool, which the product makes and removes by itself",
      },
      {
        kind: "endpoint",
        key: "sip:step@contoso.com",
        reason: "it belongs to the resource 'cutover-endpoint' of this stack",
      },
    ]);
    // There is no variable of the pool to refer to.
    assert.match(programText(found), /^\tpoolFqdn: "pcpool\.contoso\.com",$/m);
  });

  it("has the SIP domain of each endpoint looked up that others manage, where the program declares any", () => {
    const theirs = stored("sip-domain", "contoso.com", {}, "chat/prod/contoso");
    const fabrikam = stored("sip-domain", "fabrikam.com");
    const own = resource("endpoint", "sip:own@tailspin.com", "contoso");
    const tailspin = stored("sip-domain", "tailspin.com", {}, "chat/prod/tailspin");
    assert.deepEqual(plan([theirs, tailspin, ocschat], [own]).lookups, []);
    const found = plan([theirs, tailspin, fabrikam, ocschat], [own]);
    assert.deepEqual(found.lookups, [
      { name: "contoso-com", domain: "contoso.com" },
      { name: "tailspin", domain: "tailspin.com" },
    ]);
    assert.match(
      programText(found),
      /^import \{ LegacyEndpoint, SipDomain \} from .*\n\nSipDomain\.get\("contoso-com", "contoso\.com"\);$/m,
    );
    const lookedUp = resource("sip-domain", "contoso.com", "theirs", { external: true });
    assert.deepEqual(plan([theirs, ocschat], [lookedUp]).lookups, []);
    assert.deepEqual(plan([fabrikam, ocschat]).lookups, []);
  });

  it("is the default only where the stack declares no other one", () => {
    const records = [stored("sip-domain", "contoso.com", { isDefault: true })];
    const other = (more: object) => [resource("sip-domain", "own.com", "own", more)];
    const [adoption] = plan(records, other({ inputs: { isDefault: true } })).adoptions;
    assert.deepEqual(adoption?.given, { domain: "contoso.com" });
    assert.deepEqual(adoption?.unmanaged, [
      {
        path: "isDefault",
        problem: "this stack declares 'own.com' ('own') as the default, and there is one only",
      },
    ]);
    for (const more of [{}, { inputs: { isDefault: true }, provider: "lab" }])
      assert.equal(plan(records, other(more)).adoptions[0]?.given.isDefault, true);
  });

  it("is not taken for this stack's by what it only looks up, or has in another registry", () => {
    const found = plan(ESTATE, [
      resource("sip-domain", "contoso.com", "looked-up", { external: true, inputs: {} }),
      resource("pool", "pcpool.contoso.com", "elsewhere", { provider: "lab" }),
    ]);
    assert.equal(found.adoptions.length, 4);
  });

  it("keeps the names under which it belongs to this stack already, but one that state gives to another", () => {
    const records = [
      stored("sip-domain", "contoso.com", {}, `${OURS}main`),
      stored("sip-domain", "fabrikam.com", {}, `${OURS}main`),
      stored("pool", "pcpool.contoso.com", {}, `${OURS}taken`),
    ];
    const found = plan(records, [resource("endpoint", "sip:x@contoso.com", "taken", { inputs: {} })]);
    assert.deepEqual(namesOf(found), ["main", "fabrikam", "pcpool"]);
  });

  it("is told apart from what no program can declare, whole or in part", () => {
    const found = plan([
      stored("sip-domain", "localhost"),
      stored("pool", "pcpool.contoso.com", { shape: "multiple", servers: [], port: 5041 }),
      stored("endpoint", "sip:ocschat@contoso.com", { poolFqdn: pool.key, displayName: " tab\t" }),
      stored("endpoint", "sip:stray@contoso.com", { poolFqdn: "" }),
    ]);
    assert.deepEqual(
      found.adoptions.map(({ given, unmanaged }) => [given, unmanaged.map(({ path }) => path)]),
      [
        [{ poolFqdn: "pcpool.contoso.com", shape: "multiple", port: 5041 }, ["servers"]],
        [{ sipAddress: "sip:ocschat@contoso.com", poolFqdn: "pcpool.contoso.com" }, ["displayName"]],
      ],
    );
    assert.deepEqual(found.leftOut, [
      {
        kind: "sip-domain",
        key: "localhost",
        reason:
          "no program can declare it: domain: 'localhost' is not an FQDN: it has one label only, and a domain must follow",
      },
      {
        kind: "endpoint",
        key: "sip:stray@contoso.com",
        reason: "no program can declare it: poolFqdn: it is not an FQDN: it has an empty label",
      },
    ]);
  });
});

describe("the file for the import", () => {
  const entries = (records: Stored[], forgets: boolean) =>
    (
      JSON.parse(importFile(plan(records).adoptions, forgets)) as {
        resources: { outputs: Record<string, unknown> }[];
      }
    ).resources;

  it("marks what was taken over where the registry forgets it at the end", () => {
    const taken = { ...ocschat, adopted: true };
    const marks = (records: Stored[], forgets: boolean) =>
      entries(records, forgets).map(({ outputs }) => outputs.__adopted);
    assert.deepEqual(marks([taken, other], true), [true, undefined]);
    assert.deepEqual(marks([taken, other], false), [undefined, undefined]);
  });

  it("has as a secret what a program may have said once, and left out", () => {
    const [entry] = entries(
      [{ ...ocschat, record: { ...ocschat.record, displayName: "a\tb" } } as Stored],
      false,
    );
    assert.deepEqual(entry?.outputs.effective, {
      displayName: {
        "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
        plaintext: '"a\\tb"',
      },
    });
  });
});
