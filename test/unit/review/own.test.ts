import assert from "node:assert/strict";
import { ownPart } from "../../../provider/review/base/own";
import { isChange, type Preview, type Step } from "../../../provider/review/preview";

const POOL = "pulumi-nodejs:dynamic/persistentchat:PersistentChatPool";

function step(name: string, fields: Partial<Step> = {}): Step {
  const type = fields.type ?? POOL;
  return {
    operation: "update",
    urn: `urn:pulumi:test::chat::${type}::${name}`,
    type,
    name,
    dependencies: [],
    changed: [],
    replaces: [],
    ...fields,
  };
}

const preview = (...steps: Step[]): Preview => ({ steps, problems: [] });

describe("a preview of two programs alone", () => {
  it("is without the resources of other providers, and without what depends on them", () => {
    const command = step("run", { type: "command:local:Command" });
    const dynamic = step("other", { type: "pulumi-nodejs:dynamic:Resource" });
    const kept = [
      step("component", { type: "my:index:Team", isComponent: true }),
      step("lab", { type: "pulumi:providers:pulumi-nodejs" }),
      step("pool"),
    ];
    const dependent = step("late", {
      dependencies: [command.urn, dynamic.urn, ...kept.map(({ urn }) => urn)],
    });
    assert.deepEqual(ownPart(preview(command, ...kept, dynamic, dependent)).steps, [
      ...kept,
      { ...dependent, dependencies: kept.map(({ urn }) => urn) },
    ]);
  });

  it("changes nothing by what stays or is only read", () => {
    const operations = ["create", "update", "replace", "delete", "same", "read", "other"] as const;
    assert.deepEqual(
      operations.filter((operation) => isChange(step("pool", { operation }))),
      ["create", "update", "replace", "delete", "other"],
    );
  });
});
