import assert from "node:assert/strict";
import { callersFolder } from "../../provider/registry/project-folder";

describe("the folder of whoever calls an npm script", () => {
  const clone = "/home/anna/clone";

  it("is where it was called, inside the clone", () => {
    const folder = `${clone}/examples/cutover`;
    assert.equal(callersFolder(clone, { INIT_CWD: folder }), folder);
  });

  it("is the clone where it was called elsewhere, or not by npm", () => {
    for (const INIT_CWD of ["/home/anna", `${clone}-2/examples`, clone])
      assert.equal(callersFolder(clone, { INIT_CWD }), clone);
    assert.equal(callersFolder(clone, {}), clone);
  });
});
