import assert from "node:assert/strict";
import type { Kind } from "../../provider/registry/records";
import type { StackState, StateResource } from "../../provider/review/state";
import {
  doubtsIn,
  type KnownStack,
  ownersIn,
  unmanagedIn,
  type Whereabouts,
} from "../../provider/review/unmanaged";
import { kindOfType } from "../../provider/review/urn";

const TYPE = "pulumi-nodejs:dynamic/persistentchat:";

function resource(type: string, id: string, rest: Partial<StateResource> = {}): StateResource {
  const kind = kindOfType(TYPE + type);
  return {
    urn: `urn:${id}`,
    type: TYPE + type,
    name: id,
    id,
    ...(kind && { kind }),
    external: false,
    isCondemned: false,
    inputs: {},
    outputs: {},
    ...rest,
  };
}

function stack(
  name: string,
  resources: StateResource[] | undefined,
  place: Record<string, Whereabouts> = {},
): KnownStack {
  const state: StackState | undefined = resources && { resources, pending: [] };
  return { name, ...(state && { state }), whereabouts: (provider = "default") => place[provider] ?? "here" };
}

const record = (key: string, managedBy?: string, kind: Kind = "endpoint") => ({
  kind,
  key,
  ...(managedBy !== undefined && { managedBy }),
});
const A = "sip:a@contoso.com";
const endpoint = resource("LegacyEndpoint", A);

function judged(records: ReturnType<typeof record>[], stacks: KnownStack[], keepsOwners = true) {
  const { unmanaged, lost, ofOthers } = unmanagedIn(records, "chat", stacks, keepsOwners);
  return {
    unmanaged: unmanaged.map(({ key, reason }) => [key, reason]),
    lost,
    ofOthers: ofOthers.map(({ key }) => key),
  };
}

const NOTHING = { unmanaged: [], lost: [], ofOthers: [] };
const NOT_THERE = [[A, "it is claimed by a stack whose state does not have it in this registry"]];

describe("what no stack manages", () => {
  it("is not what a stack's state has, whoever claims it", () => {
    for (const owner of ["chat/test/a", "chat/test/renamed/with/slashes", "chat/old/a", undefined])
      assert.deepEqual(
        judged([record(A, owner)], [stack("test", [endpoint]), stack("old", [])]),
        NOTHING,
        owner,
      );
  });

  it("is what nobody claims, or a stack that is gone or does not have it", () => {
    assert.deepEqual(judged([record(A)], [stack("test", [])]).unmanaged, [[A, "nobody manages it"]]);
    assert.deepEqual(judged([record(A, "chat/gone/a")], [stack("test", [])]).unmanaged, [
      [A, "it is claimed by a stack that is gone"],
    ]);
    assert.deepEqual(judged([record(A, "chat/test/a")], [stack("test", [])]).unmanaged, NOT_THERE);
  });

  it("is also what is only looked up, waits for its delete, is of another kind or in another registry", () => {
    for (const other of [
      resource("LegacyEndpoint", A, { external: true }),
      resource("LegacyEndpoint", A, { isCondemned: true }),
      resource("SipDomain", A),
      resource("LegacyEndpoint", A, { provider: "lab" }),
    ]) {
      const { unmanaged, lost } = judged(
        [record(A, "chat/test/a")],
        [stack("test", [other], { lab: "elsewhere" })],
      );
      assert.deepEqual(unmanaged, NOT_THERE);
      assert.deepEqual(
        lost.map(({ kind }) => kind),
        other.kind === "sip-domain" ? ["sip-domain"] : [],
      );
    }
  });

  it("is not judged where a stack or its registry could not be read, or the project is another one", () => {
    const sealed = stack("sealed", [endpoint], { default: "unknown" });
    assert.deepEqual(judged([record(A, "chat/sealed/a")], [sealed]), NOTHING);
    assert.deepEqual(judged([], [sealed]).lost, []);
    for (const [owner, stacks] of [
      ["chat/unread/a", [stack("unread", undefined)]],
      ["net/prod/a", [stack("prod", [])]],
      ["anna", []],
    ] as const)
      assert.deepEqual(judged([record(A, owner)], [...stacks]), { ...NOTHING, ofOthers: [A] }, owner);
  });

  it("is what a stack declares in another registry perhaps, but where the record or nothing says whose it is", () => {
    const sealed = stack("sealed", [endpoint], { default: "unknown" });
    const one = [sealed, stack("test", [])];
    assert.deepEqual(judged([record(A)], one).unmanaged, [[A, "nobody manages it"]]);
    assert.deepEqual(judged([record(A, "chat/test/a")], one).unmanaged, NOT_THERE);
    assert.deepEqual(judged([record(A, "chat/sealed/a")], one), NOTHING);
    assert.deepEqual(judged([record(A)], one, false), NOTHING);
  });

  it("is in doubt where a registry has what a stack declares there perhaps, and no other one there", () => {
    const lab = resource("LegacyEndpoint", A, { provider: "lab" });
    const stacks = [
      stack("sealed", [endpoint, lab], { default: "unknown", lab: "unknown" }),
      stack("beside", [endpoint], { default: "elsewhere" }),
      stack("unread", undefined),
    ];
    assert.deepEqual(doubtsIn([record(A)], stacks), [
      { stack: "sealed" },
      { stack: "sealed", provider: "lab" },
    ]);
    assert.deepEqual(doubtsIn([record("sip:b@contoso.com")], stacks), []);
    assert.deepEqual(doubtsIn([record(A)], [...stacks, stack("test", [endpoint])]), []);
  });

  it("is neither what the product makes nor what nobody declares", () => {
    const automatic = "sip:gc-1-persistentchatservice-2@contoso.com";
    const records = [
      record(automatic),
      record("sip:u@contoso.com", undefined, "sip-user"),
      record("c", undefined, "cutover"),
    ];
    assert.deepEqual(judged(records, []), NOTHING);
  });

  it("is not the endpoint of a cutover", () => {
    const step = resource("CutoverEndpoint", A);
    assert.deepEqual(judged([record(A, "chat/test/c-endpoint-a")], [stack("test", [step])]), NOTHING);
  });
});

describe("what a registry lost", () => {
  it("is what the state of a stack has there, by stack and name", () => {
    const pool = resource("PersistentChatPool", "p.contoso.com", { name: "pool", provider: "lab" });
    const { lost } = judged([], [stack("one", [endpoint]), stack("two", [pool])]);
    assert.deepEqual(lost, [
      { stack: "one", name: A, kind: "endpoint", key: A },
      { stack: "two", name: "pool", kind: "pool", key: "p.contoso.com" },
    ]);
    assert.deepEqual(judged([], [stack("one", [endpoint], { default: "elsewhere" })]).lost, []);
  });

  it("is also what a cutover made and did not take back, as no run makes it again", () => {
    const step = resource("CutoverEndpoint", A);
    const lost = { stack: "test", name: A, kind: "endpoint", key: A, isOfCutover: true };
    assert.deepEqual(judged([], [stack("test", [step])]).lost, [lost]);
    const removal = resource("CutoverEndpointRemoval", A);
    assert.deepEqual(judged([], [stack("test", [step, removal])]).lost, []);
  });

  it("says whose key is a secret of the program", () => {
    const sipAddress = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
    const { lost } = judged([], [stack("test", [{ ...endpoint, inputs: { sipAddress } }])]);
    assert.deepEqual(
      lost.map(({ isKeySecret }) => isKeySecret),
      [true],
    );
  });

  it("has the owners that stacks tell of, where they have it in this registry, or may have", () => {
    const at = (id: string, provider?: string) =>
      resource("LegacyEndpoint", id, { ...(provider && { provider }) });
    const lab = stack("test", [at("here"), at("there", "lab"), at("where", "secret")], {
      lab: "elsewhere",
      secret: "unknown",
    });
    assert.deepEqual(
      [...ownersIn("chat", [lab, stack("unread", undefined)])],
      [
        ["endpoint where", "chat/test/where"],
        ["endpoint here", "chat/test/here"],
      ],
    );
    const perhaps = stack("sealed", [at("here")], { default: "unknown" });
    assert.equal(ownersIn("chat", [lab, perhaps]).get("endpoint here"), "chat/test/here");
  });
});
