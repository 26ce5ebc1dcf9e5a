import assert from "node:assert/strict";
import { readArguments } from "../../provider/cli/arguments";
import { UsageError } from "../../provider/cli/command";

describe("the command line", () => {
  it("is read into a command, a registry and a form", () => {
    const request = readArguments(["list", "--registry", "sqlite:x.db", "--json"]);
    assert.equal(request.ask, "registry");
    if (request.ask !== "registry") return;
    assert.deepEqual(request.options, { registry: "sqlite:x.db", stack: undefined });
    assert.equal(request.json, true);
  });

  it("takes options before, between and after the operands", () => {
    for (const args of [
      ["-s", "dev", "history", "pool", "pc.contoso.com"],
      ["history", "--stack=dev", "pool", "pc.contoso.com"],
      ["history", "pool", "pc.contoso.com", "--stack", "dev"],
    ]) {
      const request = readArguments(args);
      assert.ok(request.ask === "registry" && request.options.stack === "dev", args.join(" "));
    }
  });

  it("asks for help or the version whatever else it says", () => {
    assert.deepEqual(readArguments(["--help"]), { ask: "help" });
    assert.deepEqual(readArguments(["resolve", "-h"]), { ask: "help" });
    assert.deepEqual(readArguments(["--version"]), { ask: "version" });
  });

  it("asks for the script of the management shell without a registry", () =>
    assert.deepEqual(readArguments(["shell-script", "--json"]), { ask: "shell-script", json: true }));

  it("says how far a shell is looked at", () => {
    const request = { ask: "doctor", options: { registry: undefined, stack: "dev" } };
    const plain = { selfTest: false, bundle: undefined, json: false };
    assert.deepEqual(readArguments(["doctor", "-s", "dev"]), { ...request, ...plain });
    const full = { selfTest: true, bundle: "x.json", json: true };
    const line = "doctor -s dev --self-test --bundle x.json --json";
    assert.deepEqual(readArguments(line.split(" ")), { ...request, ...full });
  });

  it("says what a simulated shell is given", () => {
    const line = "simulate-shell world.json --init contoso --latency 5 --start 6 --import 7";
    assert.deepEqual(readArguments(line.split(" ")), {
      ask: "simulate",
      simulation: { world: "world.json", init: "contoso", latencyMs: 5, startMs: 6, importMs: 7 },
    });
  });

  for (const kind of ["sip-domain", "sip-domains", "pool", "pools", "endpoints", "sip-users"])
    it(`knows the kind '${kind}'`, () => assert.equal(readArguments(["list", kind]).ask, "registry"));

  for (const [line, reason] of [
    ["", /no command/],
    [
      "constructor",
      /'constructor' is no command; the commands are resolve, resolutions, list, history, migrate, copy, doctor, shell-script, simulate-shell/,
    ],
    ["list pools endpoints", /one kind/],
    ["list room", /'room' is no kind of record; the kinds are sip-domain, pool, endpoint, sip-user/],
    ["list poolss", /no kind/],
    ["resolve", /one SIP URI/],
    ["resolve sip:a@contoso.com sip:b@contoso.com", /one SIP URI/],
    ["resolve contoso.com", /'contoso.com' is not a SIP URI: it has no '@'/],
    ["resolutions all", /no operand/],
    ["history pool", /a kind and a key/],
    ["history pool pcpool", /'pcpool' is not the name of a Persistent Chat pool: it has one label only/],
    ["history endpoint pcpool.contoso.com", /not a SIP URI/],
    ["list --registry", /argument missing/],
    ["list --registry=", /need a value/],
    ["list --stack=", /need a value/],
    ["list --registry sqlite:a.db --stack dev", /say one of them/],
    ["list --colour", /Unknown option '--colour'/],
    ["list --json=yes", /does not take an argument/],
    ["list --latency 5", /for simulate-shell alone/],
    ["doctor extra", /no operand/],
    ["doctor --from sqlite:a.db", /for copy alone/],
    ["doctor --registry sqlite:a.db --stack dev", /say one of them/],
    ["doctor --bundle=", /--bundle needs a value/],
    ["list --self-test", /for doctor alone/],
    ["shell-script --bundle x.json", /for doctor alone/],
    ["simulate-shell a.json --self-test", /for doctor alone/],
    ["shell-script extra", /nothing else/],
    ["shell-script --stack dev", /nothing else/],
    ["simulate-shell", /the file of a world/],
    ["simulate-shell a.json b.json", /the file of a world/],
    ["simulate-shell a.json --latency soon", /--latency takes milliseconds/],
    ["simulate-shell a.json --json", /and nothing else/],
  ] as const)
    it(`refuses '${line}'`, () =>
      assert.throws(
        () => readArguments(line.split(" ").filter(Boolean)),
        (error) => error instanceof UsageError && reason.test(error.message),
      ));
});
