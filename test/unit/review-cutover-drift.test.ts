import assert from "node:assert/strict";
import type { Stored } from "../../provider/registry/registry";
import { cutoverDrift, cutoverEndpoints } from "../../provider/review/cutover-drift";
import type { StateResource } from "../../provider/review/state";
import { kindOfType } from "../../provider/review/urn";

const TYPE = "pulumi-nodejs:dynamic/persistentchat:";
const ADDRESS = "sip:ocschat@contoso.com";
const OWNER = "chat/test/contoso-endpoint";
const INPUTS = { sipAddress: ADDRESS, poolFqdn: "p1.contoso.com", displayName: "Chat", managedBy: OWNER };
const HIDDEN = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "x" };

function resource(type: string, rest: Partial<StateResource> = {}): StateResource {
  const kind = kindOfType(TYPE + type);
  return {
    ...{ urn: `urn:${type}`, type: TYPE + type, name: "contoso-endpoint", id: ADDRESS },
    ...(kind && { kind }),
    ...{ external: false, isCondemned: false, inputs: INPUTS, outputs: INPUTS },
    ...rest,
  };
}
const made = resource("CutoverEndpoint");
const standing = (...resources: StateResource[]) =>
  cutoverEndpoints({ resources, pending: [] }).map(({ id }) => id);
const live = (record: object, managedBy: string | undefined = OWNER) =>
  ({ kind: "endpoint", key: ADDRESS, managedBy, record }) as Stored<"endpoint">;

describe("the endpoint that a cutover made", () => {
  it("is to be there, unless it was taken back or a resource declares it by now", () => {
    assert.deepEqual(standing(made), [ADDRESS]);
    assert.deepEqual(standing(made, resource("CutoverEndpointRemoval")), []);
    assert.deepEqual(standing(made, resource("LegacyEndpoint")), []);
    assert.deepEqual(standing(made, resource("LegacyEndpoint", { provider: "lab" })), [ADDRESS]);
    assert.deepEqual(standing(made, resource("CutoverEndpointRemoval", { provider: "lab" })), [ADDRESS]);
    assert.deepEqual(standing({ ...made, isCondemned: true }), []);
  });

  it("is told where it is gone", () => {
    const { urn, type } = made;
    assert.deepEqual(cutoverDrift(made, undefined), {
      ...{ urn, type, name: "contoso-endpoint", kind: "endpoint", key: ADDRESS, isKeySecret: false },
      ...{ managedBy: OWNER, gone: true, fields: [], isOfCutover: true },
    });
    const hidden = resource("CutoverEndpoint", {
      provider: "lab",
      inputs: { ...INPUTS, sipAddress: HIDDEN },
    });
    const { isKeySecret, provider } = cutoverDrift(hidden, undefined) ?? assert.fail("none");
    assert.deepEqual([isKeySecret, provider], [true, "lab"]);
  });

  it("is told where it leads elsewhere, or has another name than it was given", () => {
    const fields = (record: object, inputs: object = INPUTS, managedBy?: string) =>
      cutoverDrift({ ...made, inputs: { ...inputs } }, live(record, managedBy))?.fields;
    const as = { poolFqdn: "p1.contoso.com", displayName: "Chat" };
    assert.equal(fields(as), undefined);
    assert.deepEqual(fields({ ...as, poolFqdn: "p2.contoso.com" }), [
      { path: "poolFqdn", recorded: "p1.contoso.com", live: "p2.contoso.com" },
    ]);
    assert.deepEqual(fields({ poolFqdn: as.poolFqdn }), [{ path: "displayName", recorded: "Chat" }]);
    const { displayName: _, ...unnamed } = INPUTS;
    assert.equal(fields({ ...as, displayName: "By hand" }, unnamed), undefined, "it was given none");
    assert.equal(fields({ ...as, displayName: "Before" }, INPUTS, "chat/test/other"), undefined);
    assert.equal(fields({ ...as, displayName: "By hand" }, { ...INPUTS, displayName: HIDDEN }), undefined);
  });
});
