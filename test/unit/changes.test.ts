import assert from "node:assert/strict";
import fc from "fast-check";
import { changedRecord, newRecord } from "../../provider/registry/changes";
import { isRegistryError } from "../../provider/registry/errors";
import { poolProblems } from "../../provider/registry/pool-rules";
import type { ChangeOf, NewRecordOf, PoolRecord } from "../../provider/registry/records";
import { fqdn } from "../support/grammar";

const servers = fc.array(
  fc.constantFrom(..."abcdefghij").map((letter) => `${letter}.example`),
  { maxLength: 12 },
);
const counter = fc.nat(1000);

const change: fc.Arbitrary<ChangeOf<"pool">> = fc.record(
  {
    displayName: fc.string(),
    servers,
    activeServers: servers,
    nextHopPool: fqdn,
    port: counter,
    poolState: fc.constantFrom("Normal", "FailedOver"),
    settings: fc.record(
      {
        defaultChatHistory: counter,
        maxFileSizeKB: counter,
        participantUpdateLimit: counter,
        roomManagementUrl: fc.webUrl(),
      },
      { requiredKeys: [], noNullPrototype: true },
    ),
  },
  { requiredKeys: [], noNullPrototype: true },
);

const said: fc.Arbitrary<NewRecordOf<"pool">> = fc
  .tuple(fqdn, fc.constantFrom("single" as const, "multiple" as const), change)
  .map(([poolFqdn, shape, rest]) => ({ poolFqdn, shape, ...rest }));

/** What `work` gives, or `undefined` where it refuses with the code that it may refuse with. */
function unlessInvalid<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    assert.ok(isRegistryError(error, "invalid"), String(error));
    assert.match(error.message, /^cannot (create|update) Persistent Chat pool '[^']+': \w+: /);
    return undefined;
  }
}

function assertSound(pool: PoolRecord): void {
  assert.deepEqual(poolProblems(pool), []);
  for (const list of [pool.servers, pool.activeServers]) assert.deepEqual(list, [...new Set(list)].sort());
}

describe("newRecord", () => {
  it("makes a sound pool or refuses", () => {
    fc.assert(
      fc.property(said, (fields) => {
        const record = unlessInvalid(() => newRecord("pool", fields));
        if (record) assertSound(record);
      }),
    );
  });

  it("keeps what is said", () => {
    fc.assert(
      fc.property(said, (fields) => {
        const record = unlessInvalid(() => newRecord("pool", fields));
        if (!record) return;
        const { servers: _, activeServers: __, settings = {}, ...plain } = fields;
        assert.deepEqual({ ...record, ...plain }, record);
        assert.deepEqual({ ...record.settings, ...settings }, record.settings);
      }),
    );
  });

  it("leaves its argument alone", () => {
    fc.assert(
      fc.property(said, (fields) => {
        const before = structuredClone(fields);
        unlessInvalid(() => newRecord("pool", fields));
        assert.deepEqual(fields, before);
      }),
    );
  });

  it("refuses texts that no store keeps, wherever they stand", () => {
    const address = "sip:a@contoso.com" as const;
    for (const text of ["\0", "a\0b", "\ud800", "a\udfffb"]) {
      const refused = (work: () => unknown, field: RegExp) =>
        assert.throws(work, (error) => isRegistryError(error, "invalid") && field.test(error.message));
      refused(
        () => newRecord("sip-user", { sipAddress: address, displayName: text }),
        /: displayName: it has/,
      );
      refused(
        () => newRecord("endpoint", { sipAddress: address, poolFqdn: "a.example", displayName: text }),
        /: displayName: /,
      );
      const pool = { poolFqdn: "a.example", shape: "multiple" } as const;
      refused(() => newRecord("pool", { ...pool, servers: ["b.example", text] }), /: servers\.\d: /);
      refused(
        () => newRecord("pool", { ...pool, settings: { roomManagementUrl: text } }),
        /: settings\.roomManagementUrl: /,
      );
    }
    assert.equal(newRecord("sip-user", { sipAddress: address, displayName: "💬" }).displayName, "💬");
  });
});

describe("changedRecord", () => {
  const changed = fc.tuple(said, change).map(([fields, next]) => {
    const record = unlessInvalid(() => newRecord("pool", fields));
    return record && { record, next };
  });

  it("keeps a pool sound or refuses, and leaves its arguments alone", () => {
    fc.assert(
      fc.property(changed, (start) => {
        if (!start) return;
        const before = structuredClone(start);
        const after = unlessInvalid(() => changedRecord("pool", start.record, start.next));
        assert.deepEqual(start, before);
        if (after) assertSound(after);
      }),
    );
  });

  it("finds nothing to do the second time", () => {
    fc.assert(
      fc.property(changed, (start) => {
        const after = start && unlessInvalid(() => changedRecord("pool", start.record, start.next));
        if (after) assert.equal(changedRecord("pool", after, start.next), undefined);
      }),
    );
  });

  it("changes the fields that are named, and with the servers those that are active", () => {
    fc.assert(
      fc.property(changed, (start) => {
        const after = start && unlessInvalid(() => changedRecord("pool", start.record, start.next));
        if (!after) return;
        const { servers: _, activeServers: __, settings: ___, ...plain } = start.next;
        const { servers, activeServers, settings, ...rest } = after;
        const { servers: oldServers, activeServers: oldActive, settings: oldSettings, ...old } = start.record;
        assert.deepEqual(rest, { ...old, ...plain });
        assert.deepEqual(settings, { ...oldSettings, ...start.next.settings });
        if (start.next.servers === undefined) assert.deepEqual(servers, oldServers);
        if (start.next.servers === undefined && start.next.activeServers === undefined)
          assert.deepEqual(activeServers, oldActive);
      }),
    );
  });

  it("finds nothing to do where nothing is said", () => {
    fc.assert(
      fc.property(said, (fields) => {
        const record = unlessInvalid(() => newRecord("pool", fields));
        if (record) assert.equal(changedRecord("pool", record, {}), undefined);
        if (record) assert.equal(changedRecord("pool", record, { port: undefined, settings: {} }), undefined);
      }),
    );
  });

  it("keeps a pool answering when all its servers are replaced", () => {
    const pool = newRecord("pool", { poolFqdn: "p.example", shape: "multiple", servers: ["a.example"] });
    const after = changedRecord("pool", pool, { servers: ["b.example", "c.example"] });
    assert.deepEqual(after?.activeServers, ["b.example", "c.example"]);
  });

  it("does not wake a server that was put on standby", () => {
    const pool = newRecord("pool", {
      poolFqdn: "p.example",
      shape: "multiple",
      servers: ["a.example", "b.example"],
      activeServers: ["a.example"],
    });
    const after = changedRecord("pool", pool, { servers: ["a.example", "b.example", "c.example"] });
    assert.deepEqual(after?.activeServers, ["a.example"]);
  });

  it("leaves a pool whose servers are all on standby on standby", () => {
    const pool = newRecord("pool", { poolFqdn: "p.example", shape: "single", activeServers: [] });
    assert.deepEqual(changedRecord("pool", pool, { port: 1, servers: ["p.example"] }), { ...pool, port: 1 });
  });

  it("changes the other kinds field by field", () => {
    const endpoint = { sipAddress: "sip:a@contoso.com", poolFqdn: "a.example" } as const;
    assert.deepEqual(changedRecord("endpoint", endpoint, { poolFqdn: "b.example" }), {
      ...endpoint,
      poolFqdn: "b.example",
    });
    assert.equal(changedRecord("endpoint", endpoint, { poolFqdn: "a.example" }), undefined);
    const domain = { domain: "contoso.com", isDefault: true };
    assert.deepEqual(changedRecord("sip-domain", domain, { isDefault: false }), {
      ...domain,
      isDefault: false,
    });
  });
});
