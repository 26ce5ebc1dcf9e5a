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

  it("says which user to add, under the canonical form of its address", () => {
    const line = [
      "user",
      "add",
      "OcsChat@Contoso.com",
      "--display-name=",
      "--attributes",
      "a.json",
      "-s",
      "dev",
    ];
    assert.deepEqual(readArguments(line), {
      ask: "user-add",
      user: { sipAddress: "sip:ocschat@contoso.com", displayName: "", attributes: "a.json" },
      options: { registry: undefined, stack: "dev" },
      json: false,
    });
  });

  for (const line of ["status", "plan", "plan --mermaid", "journal", "rehearse --user a@contoso.com"])
    it(`asks a registry for cutover ${line}`, () => {
      const [action = "", ...more] = line.split(" ");
      const request = readArguments(["cutover", action, "contoso", "-s", "dev", ...more]);
      assert.ok(request.ask === "registry" && request.options.stack === "dev" && !request.json);
    });

  it("asks a registry for user restore", () => {
    const request = readArguments("user restore a.json --registry sqlite:x.db --json".split(" "));
    assert.ok(request.ask === "registry" && request.options.registry === "sqlite:x.db" && request.json);
  });

  it("follows the status of a cutover, and tells the plan of any without a registry", () => {
    assert.deepEqual(readArguments("cutover status contoso --follow -s dev".split(" ")), {
      ask: "cutover-follow",
      name: "contoso",
      options: { registry: undefined, stack: "dev" },
    });
    assert.deepEqual(readArguments(["cutover", "plan", "--json"]), {
      ask: "runbook",
      form: "table",
      json: true,
    });
    assert.deepEqual(readArguments(["cutover", "plan", "--mermaid"]), {
      ask: "runbook",
      form: "mermaid",
      json: false,
    });
  });

  it("says which way a step of a cutover goes", () =>
    assert.deepEqual(readArguments(["cutover", "step", "undo"]), { ask: "cutover-step", action: "undo" }));

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

  for (const kind of ["sip-domain", "sip-domains", "pool", "pools", "endpoints", "sip-users", "cutovers"])
    it(`knows the kind '${kind}'`, () => assert.equal(readArguments(["list", kind]).ask, "registry"));

  for (const [line, reason] of [
    ["", /no command/],
    [
      "constructor",
      /'constructor' is no command; the commands are resolve, resolutions, list, history, migrate, user, copy, cutover, comment, diff, adopt, unmanaged, drift, compare, preview, up, recover, doctor, shell-script, simulate-shell/,
    ],
    ["list pools endpoints", /one kind/],
    ["list room", /'room' is no kind of record; the kinds are sip-domain, pool, endpoint, sip-user, cutover/],
    ["list poolss", /no kind/],
    ["resolve", /one SIP URI/],
    ["resolve sip:a@contoso.com sip:b@contoso.com", /one SIP URI/],
    ["resolve contoso.com", /'contoso.com' is not a SIP URI: it has no '@'/],
    ["resolutions all", /no operand/],
    ["history pool", /a kind and a key/],
    ["history pool pcpool", /'pcpool' is not the name of a Persistent Chat pool: it has one label only/],
    ["history endpoint pcpool.contoso.com", /not a SIP URI/],
    ["history cutover Contoso", /'Contoso' is not the name of a cutover: it is not 1 to 63 lower-case/],
    ["user", /user takes 'add' and one SIP URI/],
    ["user add", /user takes 'add' and one SIP URI/],
    ["user remove sip:a@contoso.com", /user takes 'add' and one SIP URI/],
    ["user add sip:a@contoso.com sip:b@contoso.com", /user takes 'add' and one SIP URI/],
    ["user add contoso.com", /'contoso.com' is not a SIP URI/],
    ["user add sip:a@contoso.com --attributes=", /--attributes needs a value/],
    ["list --display-name x", /for user add alone/],
    ["simulate-shell a.json --attributes x.json", /for user add alone/],
    ["user add sip:a@contoso.com --bundle x", /for doctor alone/],
    ["user add sip:a@contoso.com --from x", /for copy alone/],
    ["user restore", /user restore takes the file of a snapshot/],
    ["user restore a.json b.json", /user restore takes the file of a snapshot/],
    ["user restore a.json --display-name x", /--display-name and --attributes are for user add alone/],
    ["cutover", /cutover takes one of status, plan, journal, rehearse, step/],
    ["cutover constructor contoso", /cutover takes one of/],
    ["cutover status", /cutover status takes the name of a cutover/],
    ["cutover journal contoso fabrikam", /cutover journal takes the name of a cutover/],
    ["cutover status Contoso", /'Contoso' is not the name of a cutover/],
    ["cutover plan contoso --follow", /--follow is for cutover status alone/],
    ["cutover status contoso --mermaid", /--mermaid is for cutover plan alone/],
    ["cutover status contoso --follow --json", /say one of them/],
    ["cutover plan --mermaid --json", /say one of them/],
    ["cutover plan --stack dev", /cutover plan without a name takes --json and --mermaid, and nothing else/],
    ["cutover rehearse contoso", /takes --user <sip uri>/],
    ["cutover rehearse contoso --user contoso.com", /'contoso.com' is not a SIP URI/],
    ["list --user sip:a@contoso.com", /--user is for cutover rehearse alone/],
    ["cutover step", /cutover step takes one of before, do, undo, keep/],
    ["cutover step do it", /cutover step takes one of/],
    ["cutover step do --json", /cutover step takes no option/],
    [
      "copy --from sqlite:a.db --to sqlite:b.db --stack dev",
      /copy takes --from, --to and --json, and nothing else/,
    ],
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
