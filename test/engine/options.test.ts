import assert from "node:assert/strict";
import { POOLS } from "../support/topology";
import { figures, type Result, Workspace } from "../support/workspace";

type Address = `sip:${string}@contoso.com`;

// One program before and one after, for all options at once: each run of the engine costs seconds.
describe("options of the engine", function () {
  this.timeout(120_000);
  let workspace: Workspace;
  let earlier: Record<string, Record<string, unknown>>;
  let up: Result;

  before(async () => {
    workspace = await Workspace.create();
    workspace.program(`${POOLS}
      const endpoint = (name, args, opts) => new LegacyEndpoint(
        name, { sipAddress: "sip:" + name + "@contoso.com", poolFqdn: p1.poolFqdn, ...args }, opts);
      endpoint("guarded", {}, { protect: true });
      endpoint("kept", {}, { retainOnDelete: true });
      endpoint("steady", {}, { ignoreChanges: ["poolFqdn"] });
      endpoint("renewed", { displayName: "One" }, { replaceOnChanges: ["displayName"] });
      endpoint("former", { sipAddress: "sip:renamed@contoso.com" });
      endpoint("transformed", {}, { transforms: [
        ({ props, opts }) => ({ props: { ...props, displayName: "From a transform" }, opts }),
      ] });
      const anchor = endpoint("anchor", {});
      endpoint("follower", {}, { deletedWith: anchor });
    `);
    await workspace.up();
    earlier = Object.fromEntries(
      ["guarded", "steady", "renewed", "former"].map((name) => [name, workspace.resource(name).outputs]),
    );
    workspace.program(`${POOLS}
      const endpoint = (name, args, opts) => new LegacyEndpoint(
        name, { sipAddress: "sip:" + name + "@contoso.com", poolFqdn: p1.poolFqdn, ...args }, opts);
      endpoint("guarded", {}, { protect: true });
      endpoint("steady", { poolFqdn: p2.poolFqdn }, { ignoreChanges: ["poolFqdn"] });
      endpoint("renewed", { displayName: "Two" }, { replaceOnChanges: ["displayName"] });
      endpoint("latter", { sipAddress: "sip:renamed@contoso.com" }, { aliases: [{ name: "former" }] });
      endpoint("transformed", {}, { transforms: [
        ({ props, opts }) => ({ props: { ...props, displayName: "From a transform" }, opts }),
      ] });
    `);
    up = await workspace.up();
  });

  after(() => workspace?.dispose());

  const stored = (key: Address) => workspace.registry((registry) => registry.get("endpoint", key));
  const actions = async (key: Address) =>
    (await workspace.registry((registry) => registry.history("endpoint", key))).map(({ action }) => action);

  it("touches what the options let it, and nothing else", () => {
    assert.deepEqual(figures(up), { deleted: 3, replaced: 1, unchanged: 8 });
  });

  it("retainOnDelete leaves the record where it is", async () => {
    assert.equal(
      workspace.recorded().some(({ urn }) => urn.endsWith("::kept")),
      false,
    );
    assert.deepEqual(await actions("sip:kept@contoso.com"), ["create"]);
    assert.equal((await stored("sip:kept@contoso.com"))?.managedBy, "chat/test/kept");
  });

  it("ignoreChanges keeps a field from being written", async () => {
    assert.equal((await stored("sip:steady@contoso.com"))?.record.poolFqdn, "p1.contoso.com");
    assert.equal(workspace.resource("steady").outputs.revision, earlier.steady?.revision);
  });

  it("replaceOnChanges replaces, and the record outlives it", async () => {
    const live = await stored("sip:renewed@contoso.com");
    assert.equal(live?.record.displayName, "Two");
    assert.notEqual(live.incarnation, earlier.renewed?.incarnation);
    assert.equal(workspace.resource("renewed").outputs.incarnation, live.incarnation);
    assert.equal((await actions("sip:renewed@contoso.com")).includes("remove"), false);
  });

  it("aliases rename without touching the record", async () => {
    assert.deepEqual(await actions("sip:renamed@contoso.com"), ["create"]);
    assert.equal(workspace.resource("latter").outputs.incarnation, earlier.former?.incarnation);
    assert.equal((await stored("sip:renamed@contoso.com"))?.managedBy, "chat/test/former");
  });

  it("transforms are applied before anything else", async () => {
    const live = await stored("sip:transformed@contoso.com");
    assert.equal(live?.record.displayName, "From a transform");
    assert.equal(workspace.resource("transformed").outputs.displayName, "From a transform");
  });

  it("deletedWith asks for no delete of its own", async () => {
    assert.deepEqual(await actions("sip:anchor@contoso.com"), ["create", "remove"]);
    assert.deepEqual(await actions("sip:follower@contoso.com"), ["create"]);
    assert.equal(
      workspace.recorded().some(({ urn }) => urn.endsWith("::follower")),
      false,
    );
  });

  it("protect refuses the delete", async () => {
    workspace.program(POOLS);
    const { output } = await workspace.fails("up", "--yes");
    assert.match(output, /resource "\S+::guarded" cannot be deleted/);
    assert.equal((await stored("sip:guarded@contoso.com"))?.incarnation, earlier.guarded?.incarnation);
  });
});
