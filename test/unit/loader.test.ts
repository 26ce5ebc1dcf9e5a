import assert from "node:assert/strict";
import vm from "node:vm";
import { LOADER } from "../../provider/resources/loader";

// State holds this text for as long as a resource lives. Another text would show as a difference on every resource ever
// made, so it is written here once more: whoever changes it has to mean it.
const KEPT_IN_STATE = `exports.handler=()=>{let c,p;const l=()=>p??=import("pulumi-persistentchat/lifecycle").then(m=>m.start(c)),f=k=>async(...a)=>(await l())[k](...a);return{configure(r){c=r.config},check:f("check"),diff:f("diff"),create:f("create"),read:f("read"),update:f("update"),delete:f("delete")}};`;

describe("loader", () => {
  it("is the text that state has had from the first version on", () => assert.equal(LOADER, KEPT_IN_STATE));

  it("has at most 300 bytes, of ASCII", () => {
    assert.ok(Buffer.byteLength(LOADER) <= 300, `${Buffer.byteLength(LOADER)} bytes`);
    assert.match(LOADER, /^[ -~]+$/);
  });

  it("makes a provider whose configure is synchronous, and which loads nothing by itself", () => {
    const exports: { handler?: () => Record<string, unknown> } = {};
    vm.runInNewContext(LOADER, { exports });
    const provider = exports.handler?.();
    assert.deepEqual(Object.keys(provider ?? {}).sort(), [
      ...["check", "configure", "create", "delete", "diff", "read", "update"],
    ]);
    const configure = provider?.configure as (request: object) => unknown;
    assert.equal(configure({ config: {} }), undefined);
  });
});
