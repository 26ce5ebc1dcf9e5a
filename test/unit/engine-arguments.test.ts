import assert from "node:assert/strict";
import { parseArguments } from "../../provider/engine/arguments";

const args = (...argv: string[]) => parseArguments(argv, {}).args.join(" ");

describe("the arguments of the npm scripts", () => {
  it("work on the stack dev and ask for no consent", () => {
    assert.deepEqual(parseArguments(["up"], {}), {
      command: "up",
      stack: "dev",
      args: ["up", "--stack", "dev", "--yes"],
    });
    assert.equal(args("refresh"), "refresh --stack dev --yes");
    assert.equal(args("destroy"), "destroy --stack dev --yes");
    assert.equal(args("preview"), "preview --stack dev");
    assert.equal(args("cancel"), "cancel --stack dev --yes");
  });

  it("name another stack, in each of the engine's spellings", () => {
    for (const given of [["--stack", "prod"], ["--stack=prod"], ["-s", "prod"], ["-s=prod"]])
      assert.equal(args("preview", "--diff", ...given, "--json"), "preview --stack prod --diff --json");
  });

  it("take the stack of the environment when they name none", () => {
    assert.equal(parseArguments(["up"], { PULUMI_STACK: "staging" }).stack, "staging");
    assert.equal(parseArguments(["up", "-s", "prod"], { PULUMI_STACK: "staging" }).stack, "prod");
  });

  it("pass the rest on, and consent only where the engine accepts it", () => {
    assert.equal(args("up", "--skip-preview", "-p", "4"), "up --stack dev --yes --skip-preview -p 4");
    assert.equal(args("refresh", "--preview-only"), "refresh --stack dev --preview-only");
    assert.equal(args("up", "--yes"), "up --stack dev --yes");
  });

  it("are refused when they make no sense", () => {
    assert.throws(
      () => args(),
      /^UsageError: cannot run '': it is none of up, preview, refresh, destroy, cancel$/,
    );
    assert.throws(() => args("import"), /^UsageError: cannot run 'import'/);
    assert.throws(() => args("up", "--stack"), /^UsageError: cannot run 'up': '--stack' names no stack/);
  });
});
