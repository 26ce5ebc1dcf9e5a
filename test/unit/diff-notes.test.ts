import assert from "node:assert/strict";
import { type Circumstances, notesOn } from "../../provider/cli/stacks/diff/notes";
import type { Program } from "../../provider/cli/stacks/diff/program";
import type { Step } from "../../provider/review/preview";

const head: Program = {
  folder: "/chat",
  project: "chat",
  main: "/chat/index.js",
  stackFile: undefined,
  extension: ".yaml",
};
const COMMIT = "0123456789abcdef0123456789abcdef01234567";

const notes = (some: Partial<Circumstances>) =>
  notesOn({
    base: "main",
    commit: COMMIT,
    before: head,
    head,
    seen: [],
    problems: [],
    unsettled: [],
    ...some,
  });

describe("the notes on a comparison", () => {
  it("say with which commit the program is compared, and nothing that does not matter", () => {
    assert.match(
      notes({}).join("\n"),
      /^This compares the program with that of main \(0123456789\)\. [^\n]*$/,
    );
    assert.match(notes({ base: COMMIT }).join("\n"), /that of 0123456789\. /);
  });

  it("lead to a folder that the base lacks, where its program does not find a module", () => {
    const problems = [{ message: "Error: Cannot find module 'pulumi-persistentchat'" }];
    assert.match(notes({ failed: "base", problems }).join("\n"), /is named with --link\.$/);
    assert.doesNotMatch(notes({ failed: "head", problems }).join("\n"), /--link/);
    assert.doesNotMatch(notes({ failed: "base", problems: [{ message: "no" }] }).join("\n"), /--link/);
  });

  it("name what is known on neither side, in an order that is always the same", () => {
    const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
    const step = (name: string, before: string, after: string): Step => ({
      ...{ operation: "same", urn: name, type: "pulumi-nodejs:dynamic/persistentchat:LegacyEndpoint", name },
      ...{ kind: "endpoint", dependencies: [], changed: [], replaces: [] },
      ...{ before: { poolFqdn: before }, after: { poolFqdn: after } },
    });
    const steps = [
      step("b", UNKNOWN, `${UNKNOWN}.contoso.com`),
      step("a", UNKNOWN, UNKNOWN),
      step("known", "pc", UNKNOWN),
      step("now", UNKNOWN, "pc"),
    ];
    assert.deepEqual(notes({ seen: [{ steps, problems: [] }] }).slice(1), [
      "Arguments that only an update makes known are not compared: poolFqdn of LegacyEndpoint a, poolFqdn of LegacyEndpoint b.",
    ]);
  });

  it("name no more than there is room for", () => {
    const steps = Array.from({ length: 50 }, (_, index): Step => {
      const name = `${index}`.repeat(10_000);
      const type = "command:local:Command";
      return { operation: "create", urn: name, type, name, dependencies: [], changed: [], replaces: [] };
    });
    const said = notes({ seen: [{ steps, problems: [] }] }).join("\n");
    assert.ok(said.length < 3_000);
    assert.match(said, /left out: Command 0.*… and 40 more\.$/);
  });
});
