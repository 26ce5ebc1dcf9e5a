import assert from "node:assert/strict";
import sinon from "sinon";
import { definitionOf } from "../../../provider/cutover/progress";
import { assertTurn, decideBy } from "../../../provider/cutover/stage-rules";
import { wayBackOf } from "../../../provider/cutover/way-back";
import {
  CUTOVER_STAGES,
  type CutoverRecord,
  type CutoverStage,
  stageIndex,
} from "../../../provider/registry/cutover-record";
import { isRegistryError } from "../../../provider/registry/errors";
import { BACK, BEGUN, cutover, DONE, HALF_BACK, type Noted, PLAN, stepsOf } from "./cutovers";

const MINUTE = 60_000;
const WINDOW = { opens: "2026-11-28T21:00:00Z", closes: "2026-11-29T05:00:00Z" };
const REHEARSAL = {
  at: "2026-11-25T10:00:00Z",
  by: "anna@admin01",
  sipAddress: "sip:test@contoso.com",
  release: MINUTE,
  endpoint: MINUTE,
  lookUp: MINUTE,
  removal: 2 * MINUTE,
  restore: 3 * MINUTE,
} as const;
const ALL_DONE: Noted = Object.fromEntries(PLAN.map((name) => [name, DONE]));

/** The notes of a cutover that is done as far as its stage. */
function doneUpTo(stage: CutoverStage): Noted {
  const done = PLAN.filter(
    (name) => stageIndex(definitionOf(name)?.stage ?? "complete") <= stageIndex(stage),
  );
  return Object.fromEntries(done.map((name) => [name, DONE]));
}

const prepared = cutover();
const migrated = cutover({
  stage: "migrate",
  begun: "migrate",
  attempts: { migrate: 1, handover: 0 },
  rehearsal: REHEARSAL,
});
const handedOver = cutover({
  ...migrated,
  stage: "handover",
  begun: "handover",
  attempts: { migrate: 1, handover: 1 },
});

describe("the stage of a cutover", () => {
  let clock: sinon.SinonFakeTimers;
  beforeEach(() => {
    clock = sinon.useFakeTimers({ now: new Date("2026-11-28T22:00:00Z"), toFake: ["Date"] });
  });
  afterEach(() => clock.restore());

  function turn(record: CutoverRecord, wanted: CutoverStage, noted = doneUpTo(record.stage)): void {
    const steps = stepsOf(record, noted);
    assertTurn(record, wanted, { now: new Date(), steps, wayBack: wayBackOf(steps, record) });
  }

  function refused(record: CutoverRecord, wanted: CutoverStage, message: RegExp, noted?: Noted): void {
    assert.throws(
      () => turn(record, wanted, noted),
      (error: unknown) => {
        assert.ok(isRegistryError(error, "conflict"));
        assert.match(error.message, message);
        return true;
      },
    );
  }

  it("goes forward one stage at a time, and back as far as one likes", () => {
    turn(prepared, "migrate");
    turn(migrated, "handover");
    turn(handedOver, "complete");
    turn(handedOver, "migrate");
    turn(handedOver, "prepare");
    turn(migrated, "prepare");
    for (const stage of CUTOVER_STAGES) turn(cutover({ stage }), stage, {});
    refused(prepared, "handover", /it stands at 'prepare'; turn one stage after the other/);
    refused(prepared, "complete", /one stage after the other/);
    refused(migrated, "complete", /one stage after the other/);
  });

  it("has no way back from complete", () => {
    for (const stage of ["prepare", "migrate", "handover"] as const)
      refused(cutover({ ...handedOver, stage: "complete" }), stage, /no way leads back/);
  });

  it("goes forward only from a stage whose steps are done", () => {
    const { export: _, ...missing } = ALL_DONE;
    refused(migrated, "handover", /step 'export' of 'migrate' is not done/, missing);
    refused(migrated, "handover", /step 'export'/, { ...ALL_DONE, export: BEGUN });
    refused(handedOver, "complete", /'start-persistent-chat'/, {
      ...ALL_DONE,
      "start-persistent-chat": BEGUN,
    });
    turn(migrated, "prepare", missing);
  });

  describe("in the middle of a way back", () => {
    const turnedBack = cutover({ ...handedOver, stage: "migrate" });
    const back = (noted: Noted): Noted => ({ ...ALL_DONE, ...noted });

    it("does not turn round, and names the step that is next", () => {
      const half = back({
        "mark-messages": BACK,
        "start-persistent-chat": BACK,
        "endpoint:sip:ocschat@contoso.com": HALF_BACK,
      });
      refused(turnedBack, "handover", /step 'endpoint:sip:ocschat@contoso.com' is not taken back yet/, half);
      turn(turnedBack, "prepare", half);
    });

    it("turns round where nothing was taken back yet, as after a gate that said no", () => {
      turn(turnedBack, "handover", back({ "mark-messages": HALF_BACK }));
    });

    it("turns round at any time and without being held, since it enters nothing", () => {
      clock.setSystemTime(new Date("2026-11-30T09:00:00Z"));
      const monday = { ...turnedBack, window: WINDOW, hold: true };
      turn(monday, "handover", back({ "mark-messages": HALF_BACK }));
      turn({ ...monday, stage: "prepare" }, "migrate", back({ "mark-messages": HALF_BACK }));
      refused(monday, "handover", /somebody holds it/, {
        preflight: DONE,
        "stop-legacy": DONE,
        export: DONE,
      });
    });

    it("goes forward again once it is at its end", () => {
      const whole = back({
        "mark-messages": BACK,
        "start-persistent-chat": BACK,
        "endpoint:sip:ocschat@contoso.com": BACK,
        "release:sip:ocschat@contoso.com": BACK,
      });
      turn(turnedBack, "handover", whole);
      turn(turnedBack, "handover", { ...whole, "mark-messages": HALF_BACK });
    });
  });

  describe("within a window", () => {
    it("is entered from its opening to its end", () => {
      const windowed = cutover({ window: WINDOW });
      for (const [now, isOpen] of [
        ["2026-11-28T20:59:59.999Z", false],
        ["2026-11-28T21:00:00Z", true],
        ["2026-11-29T04:59:59.999Z", true],
        ["2026-11-29T05:00:00Z", false],
      ] as const) {
        clock.setSystemTime(new Date(now));
        if (isOpen) turn(windowed, "migrate");
        else
          refused(
            windowed,
            "migrate",
            new Date(now) < new Date(WINDOW.opens)
              ? /the window opens at 2026-11-28T21:00:00Z; wait, or set another window$/
              : /the window closed at 2026-11-29T05:00:00Z; set another window$/,
          );
      }
    });

    it("goes back, and goes on with what was entered, at any time", () => {
      clock.setSystemTime(new Date("2026-12-05T12:00:00Z"));
      turn({ ...handedOver, window: WINDOW }, "migrate");
      turn({ ...handedOver, window: WINDOW }, "prepare");
      turn({ ...handedOver, window: WINDOW }, "handover", {});
      turn({ ...handedOver, window: WINDOW }, "complete");
    });

    it("is handed over only as long as the way back fits in", () => {
      const plan = [...PLAN, "stop-persistent-chat"];
      const windowed = { ...migrated, plan, window: WINDOW };
      const noted = { preflight: DONE, "stop-legacy": DONE, export: DONE, "stop-persistent-chat": DONE };
      // Each service starts as long as it stopped, the new ones stop as long as they did, and the rest was rehearsed.
      const wayBack = (1 + 1 + 1 + 2 + 3) * MINUTE;
      clock.setSystemTime(new Date(Date.parse(WINDOW.closes) - wayBack));
      turn(windowed, "handover", noted);
      clock.tick(1);
      refused(windowed, "handover", /the way back, which takes 8 min, would not fit/, noted);
    });
  });

  it("is decided by the end of the window less the way back", () => {
    assert.deepEqual(decideBy({ ...migrated, window: WINDOW }, 7 * MINUTE), new Date("2026-11-29T04:53:00Z"));
    assert.equal(decideBy(migrated, 7 * MINUTE), undefined);
  });

  it("counts the restore of a backup as long as the backup took", () => {
    const plan = ["back-up-target", "import"];
    const importing = (undo: string) => ({
      "back-up-target": DONE,
      import: { ...DONE, do: { by: "anna@admin01", begunAt: "", ...DONE.do, values: { undo } } },
    });
    const wayBack = (undo: string) =>
      wayBackOf(stepsOf({ ...migrated, plan }, importing(undo)), { ...migrated, plan });
    assert.deepEqual([wayBack("restore"), wayBack("leave")], [MINUTE, 0]);
  });

  it("counts no waiting for queues, which the way back of Compliance has not", () => {
    const plan = ["stop-legacy", "drain-compliance"];
    const drained = (doneAt: string) => {
      const noted = { ...DONE, do: { by: "anna@admin01", begunAt: "2026-11-28T21:00:00Z", doneAt } };
      const steps = stepsOf({ ...migrated, plan }, { "stop-legacy": DONE, "drain-compliance": noted });
      return wayBackOf(steps, migrated);
    };
    assert.equal(drained("2026-11-28T22:00:00Z"), 2 * MINUTE);
    assert.equal(drained("2026-11-28T21:00:10Z"), MINUTE + 10_000);
  });

  it("is held at the border by a person, and wants a rehearsal", () => {
    refused({ ...migrated, hold: true }, "handover", /somebody holds it at this border; set hold to false/);
    refused({ ...migrated, rehearsal: null }, "handover", /persistentchat cutover rehearse contoso/);
    turn({ ...migrated, hold: true }, "prepare");
  });
});
