import assert from "node:assert/strict";
import { useShellWorkspaces } from "../support/shell-workspace";
import { BRANCH, call, type Fault, HEADQUARTERS, NEW } from "../support/test-world";

const ADDRESS = "sip:chat@contoso.test";
const GERMAN =
  'Der Active Directory-Vorgang ist auf "dc01.contoso.test" fehlgeschlagen. Der Vorgang kann nicht wiederholt werden: "Unzureichende Zugriffsrechte"';
const EVERY = { cmdlet: "*", occurrence: "every" } as const;

const endpoint = (name: string, pool = HEADQUARTERS) =>
  `new LegacyEndpoint("${name}", { sipAddress: "${name}@contoso.test", poolFqdn: "${pool}" });`;
const TOPOLOGY = `
  new SipDomain("contoso", { domain: "contoso.test", isDefault: true });
  new PersistentChatPool("pool", { poolFqdn: "${HEADQUARTERS}", shape: "multiple" });
`;

describe("a management shell that", function () {
  this.timeout(120_000);
  const newWorkspace = useShellWorkspaces();

  /** Each in its turn: `--parallel 1` leaves no two calls to the faults at once. */
  const lateUp = async (names: readonly string[], errors: readonly RegExp[], ...faults: Fault[]) => {
    const { workspace, world } = await newWorkspace({ parameters: { callTimeout: 1 } });
    workspace.program(names.map((name) => endpoint(name)).join("\n"));
    world.faults(...faults);
    const { output } = await workspace.upFails("--continue-on-error", "--parallel", "1");
    const told = [...output.matchAll(/^ +error: (cannot create legacy endpoint .*)$/gm)].map(
      ([, text = ""]) => text,
    );
    assert.equal(told.length, errors.length, output);
    for (const error of errors)
      assert.ok(
        told.some((text) => error.test(text)),
        `${error}\n${output}`,
      );
    await workspace.up();
    assert.deepEqual(
      world.led(),
      names.map((name) => `sip:${name}@contoso.test -> ${HEADQUARTERS}`),
    );
    assert.equal(world.read().lastSequence, names.length);
  };

  it("hangs, or does a call when nobody waits for it any more, is told so, and the next update converges", () =>
    Promise.all([
      lateUp(
        ["answered", "hung"],
        [/it was not done at its deadline, and was stopped.*it was not there.*\[unavailable\]$/],
        { kind: "effect-after-timeout", cmdlet: NEW, occurrence: 1, ms: 300 }, // waited for, and seen
        { kind: "hang", cmdlet: NEW, occurrence: 2 },
      ),
      lateUp(
        ["deaf", "silent"],
        [
          /the process ended with exit code 1 before it answered.*it was not there.*\[unavailable\]$/,
          /no answer came within 1 s and more.*it was not there.*\[unavailable\]$/,
        ],
        { kind: "effect-after-timeout", cmdlet: NEW, occurrence: 1, ms: 2_000, answers: false },
        { kind: "hang", cmdlet: NEW, occurrence: 2, ignoresDeadline: true },
      ),
      deniedInGerman(),
    ]).then(() => undefined));

  /** What it says is told in full and once; then somebody takes the address between our look and our write, and keeps it. */
  async function deniedInGerman(): Promise<void> {
    const { workspace, world } = await newWorkspace();
    workspace.program(endpoint("chat"));
    world.faults(
      { kind: "access-denied", cmdlet: "write", occurrence: "every" },
      { kind: "localised", ...EVERY },
    );
    const denied = await workspace.upFails();
    const errors = denied.output.split("\n").filter((line) => /^ +error: cannot create/.test(line));
    assert.deepEqual(errors, [
      `    error: cannot create legacy endpoint '${ADDRESS}': cannot run '${NEW}' in the management shell '${process.execPath}': ${GERMAN} [unavailable]`,
    ]);
    assert.deepEqual(world.contacts(), []);

    const theirs = { SipAddress: ADDRESS, PersistentChatPoolFqdn: BRANCH, DisplayName: "Theirs" };
    world.faults({ kind: "second-administrator", cmdlet: NEW, does: call(NEW, theirs) });
    const taken = await workspace.upFails();
    assert.ok(
      taken.output.includes(
        `cannot create legacy endpoint '${ADDRESS}': it exists and nobody manages it; to take it into this stack add adopt: "match" (when it is as declared) or adopt: "take-over" (whatever it is) [already-exists]`,
      ),
      taken.output,
    );
    assert.deepEqual(world.led(), [`${ADDRESS} -> ${BRANCH}`]);
  }

  it("shows nothing, or cuts its lists off, never looks like one whose objects are gone", async () => {
    const { workspace, world } = await newWorkspace();
    workspace.program(TOPOLOGY + endpoint("chat"));
    await workspace.up();
    const now = () => ({
      world: world.seen(),
      state: workspace
        .recorded()
        .map(({ urn }) => urn)
        .sort(),
    });
    const before = now();
    assert.equal(before.state.length, 5);
    const previewed = ["refresh", "--preview-only"];

    workspace.program(TOPOLOGY + endpoint("chat") + endpoint("more"));
    world.faults({ kind: "empty", ...EVERY });
    const results = await Promise.all([
      workspace.upFails(),
      workspace.fails(...previewed),
      workspace.persistentchat(["list", "endpoint", "--stack", "test"]),
    ]);
    for (const { code, output } of results) {
      assert.notEqual(code, 0);
      assert.match(
        output,
        /cannot use the management shell .*it cannot read the central management store .*SSH with a key\) is the usual cause.*\[unavailable\]/,
      );
    }

    world.faults({ kind: "empty", helloIsFine: true, ...EVERY });
    // Each resource for itself, since the first one that fails ends a run.
    const refused = ["contoso", "pool", "chat"].map((name) =>
      workspace.fails(...previewed, "--target", workspace.resource(name).urn),
    );
    for (const { output } of await Promise.all(refused))
      assert.match(
        output,
        /(that cannot be; .*gets empty lists|the topology document cannot be read).*\[unavailable\]/,
      );

    world.faults({ kind: "truncated", keeps: 0, ...EVERY });
    const { output } = await workspace.fails("refresh", "--yes", "--skip-preview");
    assert.match(output, /the list of 'Get-Cs\w+' is cut off.*\[unavailable\]/);
    assert.deepEqual(now(), before);
  });
});
