import assert from "node:assert/strict";
import { readState, registrySettingOf } from "../../provider/review/state";

const PROVIDER = "pulumi:providers:pulumi-nodejs";
const POOL = "pulumi-nodejs:dynamic/persistentchat:PersistentChatPool";
const urn = (type: string, name: string) => `urn:pulumi:test::chat::${type}::${name}`;
const provider = (name: string) => ({
  urn: urn(PROVIDER, name),
  type: PROVIDER,
  inputs: { "persistentchat:registry": `sqlite:${name}.db` },
});
const pool = (name: string) => ({
  urn: urn(POOL, name),
  type: POOL,
  id: name,
  provider: `${urn(PROVIDER, name)}::id`,
});

describe("the state of a stack", () => {
  for (const name of ["default", "default_3_259_0", "default_3_259_0_alpha_1"])
    it(`has the registry of the settings by the engine's own provider, which is called ${name}`, () => {
      const resources = [provider("default_lab"), provider("defaults"), provider(name), pool(name)];
      const state = readState(JSON.stringify({ deployment: { resources } }));
      assert.deepEqual(registrySettingOf(state), { registry: `sqlite:${name}.db` });
      assert.equal(state.resources.at(-1)?.provider, undefined);
    });

  it("has that of a program's own provider, whatever that is called", () => {
    for (const name of ["default_lab", "defaults", "default_3_259_0lab", "lab"]) {
      const resources = [provider("default"), provider(name), pool(name)];
      const state = readState(JSON.stringify({ deployment: { resources } }));
      const used = state.resources.at(-1)?.provider;
      assert.equal(used, name);
      assert.deepEqual(registrySettingOf(state, used), { registry: `sqlite:${name}.db` });
    }
  });
});
