import assert from "node:assert/strict";
import { attemptsAfter, progressOf, unfinishedBack } from "../../../provider/cutover/progress";
import { STEPS } from "../../../provider/cutover/runbook";
import { BACK, cutover, DONE, HALF_BACK, type Noted, notesOf, PLAN, stepsOf } from "./cutovers";

describe("the attempts of a cutover's stages", () => {
  const migrated = cutover({ stage: "migrate", begun: "migrate", attempts: { migrate: 1, handover: 0 } });

  it("begin with the first turn into the stage", () => {
    assert.deepEqual(attemptsAfter(undefined, "prepare", []), { migrate: 0, handover: 0 });
    assert.deepEqual(attemptsAfter(cutover(), "migrate", []), { migrate: 1, handover: 0 });
    assert.deepEqual(attemptsAfter(migrated, "handover", []), { migrate: 1, handover: 1 });
  });

  it("stay while the stage stays, or is turned back", () => {
    const notes = notesOf(migrated, { "stop-legacy": DONE });
    assert.deepEqual(attemptsAfter(migrated, "migrate", notes), migrated.attempts);
    assert.deepEqual(attemptsAfter(migrated, "prepare", notes), migrated.attempts);
  });

  it("count again once anything of the stage was taken back", () => {
    const back = cutover({ ...migrated, stage: "prepare" });
    assert.deepEqual(
      attemptsAfter(back, "migrate", notesOf(back, { "stop-legacy": DONE })),
      migrated.attempts,
    );
    for (const note of [HALF_BACK, BACK])
      assert.deepEqual(attemptsAfter(back, "migrate", notesOf(back, { "stop-legacy": note })), {
        migrate: 2,
        handover: 0,
      });
  });

  it("do not count what was taken back in an earlier attempt, or a gate", () => {
    const back = cutover({ ...migrated, stage: "prepare", attempts: { migrate: 2, handover: 1 } });
    const earlier = [...notesOf(back, { "stop-legacy": BACK }, 1), ...notesOf(back, { "stop-legacy": DONE })];
    assert.deepEqual(attemptsAfter(back, "migrate", earlier), back.attempts);
    const handedBack = cutover({ ...back, stage: "migrate" });
    const gate = notesOf(handedBack, { "mark-messages": BACK, "start-persistent-chat": DONE });
    assert.deepEqual(attemptsAfter(handedBack, "handover", gate), back.attempts);
  });

  it("count again where the stage only asked: its answers may be old by now", () => {
    const held = cutover({ ...migrated, attempts: { migrate: 1, handover: 1 } });
    for (const noted of [{}, { "check-export": DONE }] as Noted[])
      assert.deepEqual(attemptsAfter(held, "handover", notesOf(held, noted)), { migrate: 1, handover: 2 });
    const prepared = cutover({ ...migrated, stage: "prepare" });
    assert.deepEqual(attemptsAfter(prepared, "migrate", notesOf(prepared, { preflight: DONE })), {
      migrate: 2,
      handover: 0,
    });
  });
});

describe("the progress of a cutover", () => {
  const record = cutover({ stage: "prepare", begun: "handover", attempts: { migrate: 2, handover: 1 } });

  it("is that of the latest attempt, step by step", () => {
    const notes = [...notesOf(record, { export: DONE }), ...notesOf(record, { "stop-legacy": BACK }, 1)];
    const steps = progressOf(PLAN, record.attempts, notes);
    assert.deepEqual(
      steps.map(({ name }) => name),
      PLAN,
    );
    const known = (name: string) => steps.find((step) => step.name === name);
    assert.deepEqual([known("export")?.attempt, known("export")?.note], [2, DONE]);
    assert.deepEqual([known("stop-legacy")?.attempt, known("stop-legacy")?.note], [2, {}]);
    assert.equal(known("release:sip:ocschat@contoso.com")?.attempt, 1);
  });

  it("leaves out what this version does not know", () => {
    assert.deepEqual(progressOf(["dance"], record.attempts, []), []);
  });

  it("tells what is left of a way back, the last step first", () => {
    const steps = stepsOf(record, {
      "stop-legacy": DONE,
      export: HALF_BACK,
      "endpoint:sip:ocschat@contoso.com": BACK,
      "check-export": DONE,
    });
    assert.deepEqual(
      unfinishedBack(record, steps).map(({ name }) => name),
      ["export", "stop-legacy"],
    );
    assert.deepEqual(unfinishedBack({ ...record, stage: "migrate" }, steps), []);
  });
});

describe("the runbook", () => {
  it("has every step once, stage by stage", () => {
    const names = STEPS.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
    const stages = STEPS.map(({ stage }) => stage);
    const order = ["prepare", "migrate", "handover"];
    assert.deepEqual(
      stages,
      stages.toSorted((one, other) => order.indexOf(one) - order.indexOf(other)),
    );
  });
});
