import assert from "node:assert/strict";
import { join } from "node:path";
import sinon from "sinon";
import { loadDriver } from "../../provider/backends/sqlite/sqlite-driver";
import { storeFailure } from "../../provider/backends/sqlite/sqlite-errors";
import { isRegistryError } from "../../provider/registry/errors";

/** In a folder that can be written: nothing but the result code tells what is wrong. */
const PATH = join(__dirname, "registry.db");

describe("loadDriver", () => {
  afterEach(() => sinon.restore());

  it("gives the SQLite of Node", () => {
    assert.equal(typeof loadDriver().DatabaseSync, "function");
  });

  it("names the version of Node that has one where this one has not", () => {
    assert.throws(
      () => loadDriver(() => undefined),
      (error) => isRegistryError(error, "unsupported") && error.message.includes("Node 22.13"),
    );
  });

  it("keeps the warning about SQLite from the terminal, and no other", () => {
    const emitWarning = sinon.stub(process, "emitWarning");
    loadDriver((id) => {
      process.emitWarning(
        "SQLite is an experimental feature and might change at any time",
        "ExperimentalWarning",
      );
      process.emitWarning("something else", "ExperimentalWarning");
      return { id };
    });
    sinon.assert.calledOnceWithExactly(
      emitWarning,
      "something else" as never,
      "ExperimentalWarning" as never,
    );
    assert.equal(process.emitWarning, emitWarning);
  });

  it("leaves warnings as they were where the load fails", () => {
    const { emitWarning } = process;
    const fail = () => {
      throw new Error("no");
    };
    assert.throws(() => loadDriver(fail), /no/);
    assert.equal(process.emitWarning, emitWarning);
  });
});

describe("storeFailure", () => {
  const failure = (properties: object) =>
    storeFailure("read Persistent Chat pool 'p'", PATH, Object.assign(new Error("text"), properties));

  for (const [errcode, code, cause] of [
    [3, "unavailable", "permission"],
    [8, "unavailable", "read-only"],
    [10, "unavailable", "disk"],
    [778, "unavailable", "disk"],
    [11, "unavailable", "damaged"],
    [267, "unavailable", "damaged"],
    [13, "unavailable", "disk is full"],
    [14, "unavailable", "cannot be opened"],
    [1555, "invalid", "rule"],
    [26, "unavailable", "not an SQLite database"],
    [999, "unavailable", "as SQLite puts it"],
  ] as const)
    it(`tells what result code ${errcode} means`, () => {
      const error = failure({ errcode, errstr: "as SQLite puts it" });
      assert.equal(error.code, code);
      assert.ok(error.message.startsWith(`cannot read Persistent Chat pool 'p' in the registry '${PATH}': `));
      assert.ok(error.message.includes(cause), error.message);
      assert.ok(error.cause instanceof Error);
    });

  for (const [system, code, cause] of [
    ["EACCES", "unavailable", "permission"],
    ["EPERM", "unavailable", "permission"],
    ["EROFS", "unavailable", "read-only"],
    ["ENOTDIR", "unavailable", "is a file"],
    ["ENOSPC", "unavailable", "disk is full"],
    ["EMFILE", "unavailable", "text"],
  ] as const)
    it(`tells what ${system} means`, () => {
      const error = failure({ code: system });
      assert.equal(error.code, code);
      assert.ok(error.message.includes(cause), error.message);
    });
});
