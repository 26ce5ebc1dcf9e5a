import assert from "node:assert/strict";
import { readDrift } from "../../provider/review/drift";
import { SECRET } from "../../provider/review/preview";

const TYPE = "pulumi-nodejs:dynamic/persistentchat:";
const urn = (type: string, name: string) => `urn:pulumi:test::chat::${type}::${name}`;
const LOADER = { __kind: "endpoint", __provider: "exports.handler=()=>{}", managedBy: "chat/test/chat" };

interface Said {
  op?: string;
  type?: string;
  name?: string;
  id?: string;
  provider?: string;
  from?: object;
  to?: object;
  outputs?: object;
  detailedDiff?: object;
}

function step({ op = "update", type = `${TYPE}LegacyEndpoint`, name = "chat", ...said }: Said) {
  const side = (inputs: object | undefined) =>
    inputs && {
      id: said.id ?? "sip:a@contoso.com",
      type,
      provider: said.provider,
      inputs,
      outputs: said.outputs,
    };
  return {
    op,
    urn: urn(type, name),
    oldState: side({ ...LOADER, ...said.from }),
    newState: op === "delete" ? { type } : side({ ...LOADER, ...said.to }),
    detailedDiff: said.detailedDiff,
  };
}

const document = (steps: object[], changeSummary: object) =>
  JSON.stringify({ steps, changeSummary, duration: 1 });
const moved = { from: { poolFqdn: "p1.contoso.com" }, to: { poolFqdn: "p2.contoso.com" } };
const found = (steps: object[], changeSummary: object = { update: steps.length }) =>
  readDrift(7, document(steps, changeSummary), false);

describe("a refresh without writing", () => {
  it("tells the field that differs, with both values, and where", () => {
    const { resources, stack, project, unlisted } = found([step(moved)]);
    assert.deepEqual([project, stack, unlisted], ["chat", "test", 0]);
    assert.deepEqual(resources, [
      {
        urn: urn(`${TYPE}LegacyEndpoint`, "chat"),
        type: `${TYPE}LegacyEndpoint`,
        name: "chat",
        kind: "endpoint",
        key: "sip:a@contoso.com",
        isKeySecret: false,
        gone: false,
        fields: [{ path: "poolFqdn", recorded: "p1.contoso.com", live: "p2.contoso.com" }],
      },
    ]);
  });

  it("tells a value that one side does not have, a nested one, and a list as a whole", () => {
    const from = { servers: ["s1", "s2"], settings: { defaultChatHistory: 10 }, displayName: "Chat" };
    const to = { servers: ["s1", "s3"], settings: { defaultChatHistory: 11 } };
    const [resource] = found([step({ from, to, detailedDiff: { "servers[1]": {} } })]).resources;
    assert.deepEqual(resource?.fields, [
      { path: "servers", recorded: ["s1", "s2"], live: ["s1", "s3"] },
      { path: "settings.defaultChatHistory", recorded: 10, live: 11 },
      { path: "displayName", recorded: "Chat" },
    ]);
  });

  it("shows no secret, and that it differs all the same", () => {
    const both = { displayName: SECRET, settings: { roomManagementUrl: SECRET }, nextHopPool: SECRET };
    const detailedDiff = { displayName: {}, "settings.roomManagementUrl": {} };
    const [resource] = found([step({ from: both, to: both, detailedDiff })]).resources;
    assert.deepEqual(resource?.fields, [
      { path: "displayName", recorded: SECRET, live: SECRET },
      { path: "settings.roomManagementUrl", recorded: SECRET, live: SECRET },
    ]);
    const half = { from: { displayName: SECRET }, to: { displayName: "in clear" } };
    assert.deepEqual(found([step(half)]).resources[0]?.fields, [
      { path: "displayName", recorded: SECRET, live: SECRET },
    ]);
    assert.equal(found([step({ ...moved, from: { sipAddress: SECRET } })]).resources[0]?.isKeySecret, true);
  });

  it("tells what is gone, and what another provider has, without their fields", () => {
    const gone = step({ op: "delete", ...moved });
    const other = step({ type: "random:index:Id", name: "other", ...moved });
    const { resources } = found([other, gone], { update: 1, delete: 1 });
    assert.deepEqual(
      resources.map(({ name, kind, gone, fields }) => ({ name, kind, gone, fields })),
      [
        { name: "chat", kind: "endpoint", gone: true, fields: [] },
        { name: "other", kind: undefined, gone: false, fields: [] },
      ],
    );
  });

  it("is in the order of kinds and keys, whatever order the engine has", () => {
    const steps = ["sip:b@contoso.com", "sip:a@contoso.com"].map((id) => step({ id, name: id, ...moved }));
    const pool = step({ type: `${TYPE}PersistentChatPool`, id: "p.contoso.com", ...moved });
    assert.deepEqual(
      found([...steps, pool]).resources.map(({ key }) => key),
      ["p.contoso.com", "sip:a@contoso.com", "sip:b@contoso.com"],
    );
  });

  it("counts what the engine does not list, and tells the records among which that may be", () => {
    const same = step({
      op: "refresh",
      outputs: { incarnation: "i1" },
      provider: "urn:pulumi:test::chat::pulumi:providers:pulumi-nodejs::lab::id",
    });
    const { resources, unlisted, others } = found([same], { same: 3, update: 2 });
    assert.deepEqual([resources, unlisted], [[], 2]);
    assert.deepEqual(
      others.map(({ resource, outputs }) => [resource.key, resource.provider, outputs.incarnation]),
      [["sip:a@contoso.com", "lab", "i1"]],
    );
  });

  it("tells a record from its former copy that waits for its delete, and is gone", () => {
    const copy = step({ op: "delete", id: "sip:old@contoso.com" });
    const condemned = { ...copy, oldState: { ...copy.oldState, delete: true } };
    const { resources, others } = found([step({ op: "refresh" }), condemned], { same: 1, delete: 1 });
    assert.deepEqual(
      [resources, others.map(({ resource }) => resource)].map((some) => some.map(({ key }) => key)),
      [["sip:old@contoso.com"], ["sip:a@contoso.com"]],
    );
  });

  it("finds nothing where nothing differs, or there is nothing", () => {
    const same = document([step({ op: "refresh" })], { same: 1 });
    assert.deepEqual(readDrift(0, same, false).resources, []);
    assert.deepEqual(readDrift(0, JSON.stringify({ duration: 1 }), true).resources, []);
  });

  describe("is not read", () => {
    const same = document([step({ op: "refresh" })], { same: 1 });
    const drifted = document([step(moved)], { update: 1 });
    const failed = (code: number) =>
      [
        code,
        JSON.stringify({ changeSummary: { same: 1 }, diagnostics: [{ message: "no", severity: "error" }] }),
      ] as const;
    const cases: Record<string, readonly [number | undefined, string]> = {
      "where a signal ended the engine": [undefined, same],
      "where the engine failed": [1, same],
      "where it failed after something that differs": [255, drifted],
      "where there is no document": [0, ""],
      "where it is cut off": [0, same.slice(0, -10)],
      "where it is something else": [0, "[]"],
      "where it says nothing of the resources": [0, '{"duration":1}'],
      "where nothing differs and the code says so": [7, same],
      "where something differs and the code does not say so": [0, drifted],
      "where more differs than is counted": [
        7,
        document([step(moved), step({ ...moved, name: "b" })], { update: 1 }),
      ],
      "where it tells a failure, and the code does not": failed(0),
      "where it tells a failure beside drift": failed(7),
    };
    for (const [name, [code, text]] of Object.entries(cases))
      it(name, () => assert.throws(() => readDrift(code, text, false), Error));
  });
});
