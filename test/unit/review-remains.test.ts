import assert from "node:assert/strict";
import type { Kind } from "../../provider/registry/records";
import type { Stored } from "../../provider/registry/registry";
import { providersIn, usesDefault } from "../../provider/review/declared";
import { createsOfOthers, missingAll, remainsOf, targetsOf } from "../../provider/review/remains";
import {
  type PendingOperation,
  readState,
  type StackState,
  type StateResource,
} from "../../provider/review/state";
import { kindOfType } from "../../provider/review/urn";

const TYPE = "pulumi-nodejs:dynamic/persistentchat:";
const ROOT = "urn:pulumi:test::chat::pulumi:pulumi:Stack::chat-test";

function resource(type: string, id: string, rest: Partial<StateResource> = {}): StateResource {
  const kind = kindOfType(type);
  const known = { external: false, isCondemned: false, inputs: {}, outputs: {} };
  return { urn: `urn:${id}`, type, name: id, id, ...(kind && { kind }), ...known, ...rest };
}
const endpoint = (id: string, rest: Partial<StateResource> = {}) =>
  resource(`${TYPE}LegacyEndpoint`, id, rest);
const root = resource("pulumi:pulumi:Stack", "", { urn: ROOT });
const record = (key: string, managedBy = `chat/test/${key}`, kind: Kind = "endpoint") =>
  ({ kind, key, managedBy, incarnation: `i-${key}` }) as Stored;
const pending = (urn: string): PendingOperation => ({ urn, name: urn, type: "creating" });

function remains(state: Partial<StackState>, records: Record<string, Stored[] | undefined>) {
  const all = { resources: [], pending: [], ...state };
  const found = remainsOf(all, "chat/test/", (provider = "default") => records[provider]);
  return {
    absent: found.absent.map(({ key }) => key),
    unrecorded: found.unrecorded.map(({ key }) => key),
    targets: targetsOf(all, found),
  };
}

describe("what a run leaves behind", () => {
  it("is what state has and the registry does not, and the other way round", () => {
    const resources = [root, endpoint("kept"), endpoint("absent"), endpoint("looked-up", { external: true })];
    const records = [
      record("kept"),
      record("made"),
      record("of-two", "chat/two/x"),
      record("alike", "chat/test2/x"),
    ];
    const { absent, unrecorded } = remains(
      { resources },
      { default: [...records, record("kept", undefined, "pool")] },
    );
    assert.deepEqual([absent, unrecorded], [["absent"], ["made", "kept"]]);
  });

  it("is neither what waits for its delete nor the endpoint of a cutover", () => {
    const step = resource(`${TYPE}CutoverEndpoint`, "step");
    const resources = [endpoint("old", { isCondemned: true }), step];
    const { absent, unrecorded } = remains({ resources }, { default: [record("old"), record("step")] });
    assert.deepEqual([absent, unrecorded], [[], []]);
    assert.deepEqual(remains({ resources: [step] }, { default: [] }).absent, []);
  });

  it("is apart from what a cutover made and the registry lost, which no run makes again", () => {
    const steps = ["here", "lost", "removed"].map((id) => resource(`${TYPE}CutoverEndpoint`, id));
    const resources = [...steps, resource(`${TYPE}CutoverEndpointRemoval`, "removed")];
    const lost = (held: Stored[] | undefined) =>
      remainsOf({ resources, pending: [] }, "chat/test/", () => held).lostOfCutovers;
    assert.deepEqual(lost([record("here"), record("lost", "chat/test/lost", "pool")]), ["lost"]);
    assert.deepEqual(lost(undefined), []);
  });

  it("is looked for in the registry of each provider, once where two have the same, and not in one that is not read", () => {
    const resources = [endpoint("a", { provider: "lab" }), endpoint("b", { provider: "sealed" })];
    const same = [record("made")];
    const { absent, unrecorded } = remains({ resources }, { default: same, lab: same, sealed: undefined });
    assert.deepEqual([absent, unrecorded], [["a"], ["made"]]);
  });

  it("is one record in each of two registries that have the same key", () => {
    const resources = [endpoint("a", { provider: "lab" })];
    const other = { ...record("made"), incarnation: "another" };
    const { unrecorded } = remains({ resources }, { default: [record("made")], lab: [record("a"), other] });
    assert.deepEqual(unrecorded, ["made", "made"]);
  });

  it("is one that a provider has not in state, although another one has its key in another registry", () => {
    const resources = [
      endpoint("a"),
      endpoint("b", { provider: "lab" }),
      endpoint("c", { provider: "sealed" }),
    ];
    const made = { ...record("a"), incarnation: "of-lab" };
    const { unrecorded } = remains(
      { resources },
      { default: [record("a"), record("c")], lab: [record("b"), made], sealed: undefined },
    );
    assert.deepEqual(unrecorded, ["a"], "that of a registry that is not read may be the same");
  });

  it("may be in the registries of the providers that resources have, or that were at work", () => {
    const of = (resources: StateResource[], ...operations: PendingOperation[]) => {
      const state = { resources: [root, ...resources], pending: operations };
      return [[...providersIn(state)], usesDefault(state)];
    };
    const creating = (type: string, provider?: string) => ({
      ...pending(`urn:pulumi:test::chat::${type}::x`),
      ...(provider && { provider }),
    });
    const lab = endpoint("a", { provider: "lab" });
    assert.deepEqual(of([]), [[undefined], true]);
    assert.deepEqual(of([lab]), [[undefined, "lab"], false]);
    assert.deepEqual(of([lab, endpoint("b")]), [[undefined, "lab"], true]);
    assert.deepEqual(of([lab], creating(`${TYPE}LegacyEndpoint`)), [[undefined, "lab"], true]);
    assert.deepEqual(of([], creating(`${TYPE}LegacyEndpoint`, "lab")), [[undefined, "lab"], false]);
    assert.deepEqual(of([lab], creating("aws:s3/bucket:Bucket", "aws")), [[undefined, "lab"], false]);
    const urn = `urn:pulumi:test::chat::${TYPE}LegacyEndpoint::x`;
    const provider = "urn:pulumi:test::chat::pulumi:providers:pulumi-nodejs::lab::id";
    const operations = [{ resource: { urn, provider }, type: "creating" }];
    const read = readState(JSON.stringify({ deployment: { pending_operations: operations } }));
    assert.deepEqual([...providersIn(read)], [undefined, "lab"]);
  });

  it("tells which of its keys a program keeps a secret", () => {
    const hidden = { "4dabf18193072939515e22adb298388d": "x" };
    const resources = [endpoint("a", { inputs: { sipAddress: hidden } }), endpoint("b")];
    const { absent } = remainsOf({ resources, pending: [] }, "chat/test/", () => []);
    assert.deepEqual(
      absent.map(({ isKeySecret }) => isKeySecret),
      [true, false],
    );
  });

  it("has read again what is unsure and in state, and nothing else", () => {
    const resources = [root, endpoint("kept"), endpoint("absent"), endpoint("updated")];
    const state = { resources, pending: [pending("urn:updated"), pending("urn:created")] };
    const { targets } = remains(state, { default: [record("kept"), record("updated")] });
    assert.deepEqual(targets, [ROOT, "urn:updated", "urn:absent"]);
    assert.deepEqual(remains({ pending: [pending("urn:created")] }, { default: [] }).targets, []);
  });

  it("is not known of a registry that has nothing of what state has", () => {
    const step = resource(`${TYPE}CutoverEndpoint`, "step");
    const resources = [root, endpoint("one"), endpoint("two"), endpoint("lab", { provider: "lab" }), step];
    const state = { resources, pending: [] };
    assert.equal(missingAll(state, undefined, [record("others"), record("lab"), record("step")]), 2);
    assert.equal(missingAll(state, undefined, [record("two")]), 0);
    assert.equal(missingAll(state, "lab", []), 1);
    assert.equal(missingAll({ resources: [root, step], pending: [] }, undefined, []), 0);
    const removed = { ...pending("urn:lab"), type: "deleting" };
    assert.equal(missingAll({ resources, pending: [removed] }, "lab", []), 0, "its removal was under way");
  });

  it("is for other providers to say of what they were creating, and not for the registry", () => {
    const of = (types: string, type = "creating") => ({
      ...{ urn: `urn:pulumi:test::chat::${types}::x`, name: types, type },
    });
    const others = ["aws:s3/bucket:Bucket", `${TYPE}PersistentChatPool$command:local:Command`];
    const own = [
      `my:Estate$${TYPE}LegacyEndpoint`,
      "my:Estate$persistentchat:index:GroupChatCutover$command:local:Command",
    ];
    const found = createsOfOthers({
      pending: [...others, ...own].map((types) => of(types)).concat(of("aws:s3/bucket:Bucket", "updating")),
    });
    assert.deepEqual(
      found.map(({ name }) => name),
      others,
    );
  });
});
