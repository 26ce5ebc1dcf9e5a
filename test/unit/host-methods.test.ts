import assert from "node:assert/strict";
import { type HostMethods, refusing, toHostMethods } from "../../provider/lifecycle/host";
import { PartialFailure } from "../../provider/lifecycle/partial-failure";
import { RegistryError } from "../../provider/registry/errors";

const DEFECT = "this is a defect of pulumi-persistentchat, please report it: ";
const unavailable = new RegistryError("unavailable", "cannot open the registry: the disk is full");

/** Methods over a lifecycle that throws whatever is given. */
function throwing(thrown: unknown): HostMethods {
  const fail = () => {
    throw thrown;
  };
  return toHostMethods({ check: fail, diff: fail, create: fail, update: fail, read: fail, delete: fail });
}

/** Methods over a lifecycle that answers whatever is given. */
function answering(answer: object): HostMethods {
  const give = () => answer as never;
  const later = async () => answer as never;
  return toHostMethods({
    check: give,
    diff: give,
    create: later,
    update: later,
    read: later,
    delete: async () => {},
  });
}

/** The calls of a host other than check, which answers in its own way. */
const CALLS: [string, (methods: HostMethods) => Promise<unknown>][] = [
  ["diff", (methods) => methods.diff("id", {}, {})],
  ["create", (methods) => methods.create({})],
  ["update", (methods) => methods.update("id", {}, {})],
  ["read", (methods) => methods.read("id", {})],
  ["delete", (methods) => methods.delete("id", {})],
];

async function caught(call: Promise<unknown>): Promise<Error> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof Error, "an Error is thrown");
  return error;
}

describe("host methods", () => {
  for (const [name, call] of CALLS) {
    describe(name, () => {
      const cases: [string, unknown, string][] = [
        ["an error of ours", unavailable, "cannot open the registry: the disk is full [unavailable]"],
        ["a text", "out of order", `${DEFECT}out of order`],
        ["undefined", undefined, `${DEFECT}undefined`],
        ["an object", { errno: 5 }, `${DEFECT}{ errno: 5 }`],
        [
          "an error with a numeric code",
          Object.assign(new Error("ended"), { code: 14, stack: "Error: ended\n    at here" }),
          `${DEFECT}Error: ended\n    at here`,
        ],
        [
          "an error of several lines",
          Object.assign(new Error("one\ntwo"), { stack: "Error: one\ntwo" }),
          `${DEFECT}Error: one\ntwo`,
        ],
      ];
      for (const [what, thrown, message] of cases)
        it(`turns ${what} into one plain error`, async () => {
          const error = await caught(call(throwing(thrown)));
          assert.equal(error.message, message);
          assert.equal("code" in error, false);
          // The host prints `${error}: ${error.stack}` beside the message.
          assert.equal(`${error}: ${error.stack}`, `${error.message}: `);
        });
    });
  }

  for (const [name, call] of CALLS.filter(([name]) => name === "create" || name === "update"))
    it(`lets a partial failure of ${name} through`, async () => {
      const partial = new PartialFailure("id", { a: 1 }, { __provider: "text" }, unavailable);
      const error = await caught(call(throwing(partial)));
      assert.equal(error, partial);
      assert.deepEqual(partial.properties, { a: 1, __provider: "text" });
      assert.deepEqual(partial.reasons, ["cannot open the registry: the disk is full [unavailable]"]);
    });

  it("answer whatever check throws with one failure and the inputs as they came", async () => {
    const news = { domain: "contoso.com" };
    for (const [thrown, reason] of [
      [unavailable, "resource: cannot open the registry: the disk is full [unavailable]"],
      ["text", `resource: ${DEFECT}text`],
      [undefined, `resource: ${DEFECT}undefined`],
    ] as const)
      assert.deepEqual(await throwing(thrown).check({}, news), {
        inputs: news,
        failures: [{ property: "", reason }],
      });
  });

  it("let nothing pass that the transport refuses", async () => {
    const untidy = { a: undefined, deep: { list: [{ b: undefined, c: 1 }] } };
    const tidy = { deep: { list: [{ c: 1 }] } };
    const methods = answering({ inputs: untidy, failures: [], outs: untidy, props: untidy });
    const { inputs } = await methods.check({}, {});
    assert.deepStrictEqual(inputs, tidy);
    for (const [, call] of CALLS.filter(([name]) => name !== "delete"))
      assert.deepStrictEqual(await call(methods), {
        inputs: tidy,
        failures: [],
        outs: tidy,
        props: tidy,
      });
  });

  describe("of a provider that could not be set up", () => {
    it("say why, each of them", async () => {
      const methods = refusing(unavailable);
      const sentence = "cannot open the registry: the disk is full [unavailable]";
      for (const [, call] of CALLS) assert.equal((await caught(call(methods))).message, sentence);
      assert.deepEqual((await methods.check({}, {})).failures, [
        { property: "", reason: `resource: ${sentence}` },
      ]);
    });
  });
});
