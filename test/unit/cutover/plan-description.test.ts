import assert from "node:assert/strict";
import { mermaidOf } from "../../../provider/cli/cutover/mermaid";
import { cutoverPlan, generalPlan } from "../../../provider/cli/cutover/plan";
import { describePlan } from "../../../provider/cutover/plan-description";
import { STEPS } from "../../../provider/cutover/runbook";
import { MemoryRegistry } from "../../support/memory-registry";
import { BACK, cutover, DONE, notesOf, stepsOf } from "./cutovers";
import { ENDPOINT, HANDING_OVER, MIGRATING, RELEASE } from "./standing";

describe("the plan of a cutover", () => {
  it("is the runbook where none is named", () => {
    const { name, steps, irrevocable } = describePlan();
    assert.equal(name, undefined);
    assert.deepEqual(
      steps.map((step) => step.name),
      STEPS.map((step) => step.name),
    );
    assert.ok(steps.every((step) => step.purpose !== "" && step.back !== ""));
    assert.deepEqual(
      irrevocable.map(({ from }) => from),
      ["import", "copy-files", "start-persistent-chat", "complete"],
    );
  });

  it("is that of one cutover, with what was measured, and nothing that it does not have", () => {
    const record = cutover({ ...HANDING_OVER, attempts: { migrate: 2, handover: 1 } });
    const noted = { "stop-legacy": DONE };
    const notes = [...notesOf(record, noted), ...notesOf(record, { export: BACK }, 1)];
    const { name, steps, irrevocable } = describePlan({ record, notes, steps: stepsOf(record, noted) });
    assert.equal(name, "contoso");
    const measured = steps.map(({ name, milliseconds, backMilliseconds }) => [
      name,
      milliseconds,
      backMilliseconds,
    ]);
    assert.deepEqual(
      measured.filter(([, ...known]) => known.some((time) => time !== undefined)),
      [
        ["stop-legacy", 60_000, 60_000],
        ["export", 60_000, 120_000],
        [RELEASE, 40_000, 50_000],
        [ENDPOINT, 20_000, 30_000],
      ],
    );
    assert.deepEqual(
      irrevocable.map(({ from }) => from),
      ["start-persistent-chat", "complete"],
    );
  });

  it("is told in the order in time, and its way back in the reverse one", () => {
    const [forward = "", back = "", never = ""] = generalPlan("table").text.split("\n\n");
    const names = (text: string, column: number) =>
      text
        .split("\n")
        .slice(1)
        .map((line) => line.split(/ {2,}/)[column]);
    const order = STEPS.map((step) => step.name);
    assert.deepEqual(names(forward, 1), order);
    assert.deepEqual(names(back, 0), order.toReversed());
    assert.match(
      back,
      /^mark-messages +before all others: count the messages since, which going back loses$/m,
    );
    assert.match(back, /^export +delete the exported file, if it is still the one that was written$/m);
    assert.match(back, /^back-up-source +none: the backup is kept$/m);
    assert.match(never, /^complete +no way leads back$/m);
    assert.doesNotMatch(forward, /TAKES/);
  });

  it("has durations in its tables where there are any", async () => {
    const registry = new MemoryRegistry();
    await registry.create("cutover", { ...MIGRATING, folder: "/not/there" }, { operator: "anna@admin01" });
    const { text } = await cutoverPlan("contoso", registry, "table");
    assert.match(text, /^handover {2}release:sip:ocschat@contoso.com +00:40 {2}have the well-known user/m);
    assert.match(text, /^release:sip:ocschat@contoso.com +00:50 {2}give the address back/m);
  });

  it("is a flowchart with a frame for each stage and dotted ways back", () => {
    const plan = describePlan({ record: HANDING_OVER, notes: [], steps: stepsOf(HANDING_OVER, {}) });
    const [first] = plan.steps;
    assert.ok(first);
    first.name = 'pre"flight#';
    assert.deepEqual(mermaidOf(plan).split("\n"), [
      "flowchart TD",
      "  subgraph prepare",
      '    s0["pre#quot;flight#35;"]',
      "  end",
      "  subgraph migrate",
      '    s1["stop-legacy"]',
      '    s2["export"]',
      "  end",
      "  subgraph handover",
      '    s3["check-export"]',
      '    s4["release:sip:ocschat@contoso.com"]',
      '    s5["endpoint:sip:ocschat@contoso.com"]',
      '    s6["mark-messages"]',
      '    s7["start-persistent-chat"]',
      "  end",
      '  complete(["complete: no way leads back"])',
      ...[0, 1, 2, 3, 4, 5, 6].map((index) => `  s${index} --> s${index + 1}`),
      "  s7 --> complete",
      '  before(["as before the cutover"])',
      '  s6 -. "count the messages since, which going back loses" .-> s7',
      '  s7 -. "stop and disable them" .-> s5',
      '  s5 -. "remove the legacy endpoint, and wait until it is seen nowhere" .-> s4',
      '  s4 -. "give the address back to the user, and wait until it is seen everywhere" .-> s2',
      '  s2 -. "delete the exported file, if it is still the one that was written" .-> s1',
      '  s1 -. "give startup types and states back as recorded, Channel before Lookup" .-> before',
    ]);
  });
});
