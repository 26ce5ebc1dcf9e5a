import assert from "node:assert/strict";
import {
  compareVersions,
  formatVersion,
  isSupported,
  parseVersion,
  type Version,
} from "../../provider/engine/version";

const parsed = (text: string) => parseVersion(text) as Version;

describe("the version of an engine", () => {
  it("is read from what the engine prints", () => {
    assert.deepEqual(parseVersion("v3.259.0\n"), { numbers: [3, 259, 0], preRelease: "" });
    assert.deepEqual(parseVersion("3.260.1-alpha.1+g12ab"), { numbers: [3, 260, 1], preRelease: "alpha.1" });
  });

  it("is undefined for anything else", () => {
    for (const text of ["", "v3.259", "version 3.259.0", "3.259.0.1", "v3.x.0"])
      assert.equal(parseVersion(text), undefined);
  });

  it("is ordered by its numbers, a pre-release before its release", () => {
    const inOrder = ["2.0.0", "3.9.9", "3.255.0-beta.1", "3.255.0", "3.255.1", "3.1000.0"];
    const sorted = [...inOrder].reverse().map(parsed).sort(compareVersions).map(formatVersion);
    assert.deepEqual(sorted, inOrder);
  });

  it("is supported from 3.255.0 on, within version 3", () => {
    for (const text of ["3.255.0", "3.259.0", "3.1000.2-dev.0"]) assert.ok(isSupported(parsed(text)), text);
    for (const text of ["3.254.9", "3.255.0-rc.1", "2.300.0", "4.0.0"])
      assert.ok(!isSupported(parsed(text)), text);
  });
});
