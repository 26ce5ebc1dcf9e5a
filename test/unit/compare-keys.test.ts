import assert from "node:assert/strict";
import { comparisonJson, comparisonText } from "../../provider/cli/stacks/compare/shown";
import { isAlike } from "../../provider/review/compare/comparison";
import { MapError } from "../../provider/review/compare/domain-map";
import { declaredIn, withoutDeclaredSecrets } from "../../provider/review/compare/environment";
import { markdownSection } from "../../provider/review/compare/page";
import { compared, item } from "../support/compared-items";

const ENCRYPTED = {
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  ciphertext: "v1:x",
};

describe("the keys of two environments", () => {
  it("are those of one thing where a state has it twice, and that is as the program has it by now", () => {
    const twice = [
      item("pool", "p.x", { port: 1 }, { name: "renamed" }),
      item("pool", "P.x", { port: 2 }, { name: "old" }),
    ];
    const one = item("pool", "p.x", { port: 1 }, { name: "renamed" });
    for (const [left, right] of [
      [twice, [one]],
      [[one], twice],
    ] as const) {
      const found = compared([...left], [...right]);
      assert.deepEqual([isAlike(found), found.same, found.renamed], [true, 1, []]);
    }
    assert.deepEqual(
      compared([], twice).onlyRight.map(({ name }) => name),
      ["renamed"],
    );
  });

  it("are not shown where one of them keeps it a secret", () => {
    const canary = "canary.contoso.com";
    const hidden = (fields: object = {}) =>
      item("pool", canary, fields, { isKeySecret: true as const, name: "hidden" });
    const found = [
      compared(
        [hidden({ port: 1, nextHopPool: "[secret]" })],
        [item("pool", canary, { nextHopPool: "[secret]" })],
      ),
      compared([item("pool", canary)], [hidden({ port: 1 })]),
      compared([hidden()], []),
      compared([], [hidden()]),
    ];
    for (const one of found) {
      const told = `${comparisonText("As declared", one, "l", "r")} ${markdownSection("As declared", one, "l", "r")}`;
      assert.equal((told + JSON.stringify(comparisonJson(one))).includes("canary"), false, told);
      assert.match(told, /pool whose key is secret/);
    }
    assert.throws(
      () => compared([hidden(), item("pool", "canary.contoso.test")], [], "contoso.com=contoso.test"),
      (error: Error) => error instanceof MapError && !error.message.includes("canary"),
    );
    const [declared] = declaredIn({
      resources: [
        {
          ...{
            urn: "u",
            type: "t",
            name: "hidden",
            kind: "pool",
            id: canary,
            external: false,
            isCondemned: false,
          },
          inputs: { poolFqdn: ENCRYPTED },
          outputs: {},
        },
      ],
      pending: [],
    });
    assert.equal(declared?.isKeySecret, true);
    const [recorded, other] = withoutDeclaredSecrets([item("pool", canary), item("pool", "p.x")], [hidden()]);
    assert.deepEqual([recorded?.isKeySecret, other?.isKeySecret], [true, undefined]);
  });
});
