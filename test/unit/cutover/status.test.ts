import assert from "node:assert/strict";
import type { JournalEntry } from "../../../provider/cutover/notes";
import { type CutoverStatus, statusOf } from "../../../provider/cutover/status";
import { BACK, BEGUN, cutover, DONE, HALF_BACK } from "./cutovers";
import {
  ADDRESS,
  doneUpTo,
  ENDPOINT,
  HANDING_OVER,
  MIGRATING,
  REHEARSAL,
  RELEASE,
  standing,
} from "./standing";

const FAILED = {
  ...BEGUN,
  do: { by: "anna@admin01", begunAt: "2026-11-28T21:00:00.000Z", failure: "cannot do it" },
};
const WINDOW = { opens: "2026-11-28T21:00:00Z", closes: "2026-11-29T05:00:00Z" };

function line(
  step: string,
  event: JournalEntry["event"],
  at: string,
  more: Partial<JournalEntry> = {},
): JournalEntry {
  return {
    at: `2026-11-28T${at}.000Z`,
    by: "anna@admin01",
    step,
    attempt: 1,
    direction: "do",
    event,
    ...more,
  };
}

function stepIn(status: CutoverStatus, name: string) {
  return status.steps?.find((step) => step.name === name);
}

describe("the status of a cutover", () => {
  describe("for a step", () => {
    it("that was not begun says nothing but its name", () =>
      assert.deepEqual(stepIn(standing(MIGRATING, {}), "export"), {
        name: "export",
        stage: "migrate",
        state: "open",
        direction: "before",
      }));

    it("that is done says when, and how long it took", () =>
      assert.deepEqual(stepIn(standing(MIGRATING, { export: DONE }), "export"), {
        name: "export",
        stage: "migrate",
        state: "done",
        direction: "do",
        begunAt: "2026-11-28T21:00:00.000Z",
        doneAt: "2026-11-28T21:01:00.000Z",
        milliseconds: 60_000,
      }));

    it("that runs says since when, against an earlier time, and what it said last", () => {
      const record = cutover({ ...MIGRATING, attempts: { migrate: 3, handover: 0 } });
      const of = (attempt: number) => ({ step: "export", attempt, note: attempt === 1 ? BACK : DONE });
      const journal = [
        line("export", "begun", "21:00:00", { attempt: 3 }),
        line("export", "failed", "21:01:00", { attempt: 3, text: "no" }),
        line("export", "begun", "21:02:00", { attempt: 3 }),
        line("export", "said", "21:03:00", { attempt: 3, text: "room 17 of 80" }),
        line("export", "said", "21:04:00", { attempt: 2, text: "of another attempt" }),
        line("export", "said", "21:04:00", { attempt: 3, direction: "undo", text: "of the way back" }),
        line("stop-legacy", "said", "21:04:30", { attempt: 3, text: "of another step" }),
      ];
      const taken = [{ step: "export", attempt: 3 }];
      const more = [
        of(1),
        {
          ...of(2),
          note: {
            ...DONE,
            do: { ...DONE.do, by: "", begunAt: "2026-11-28T20:58:00Z", doneAt: "2026-11-28T20:58:07Z" },
          },
        },
      ];
      const status = standing(record, { export: BEGUN }, { journal, taken, more });
      assert.deepEqual(stepIn(status, "export"), {
        name: "export",
        stage: "migrate",
        state: "running",
        direction: "do",
        begunAt: "2026-11-28T21:02:00.000Z",
        milliseconds: 180_000,
        expected: 7_000,
        said: "room 17 of 80",
      });
      assert.equal(status.next, undefined);
    });

    it("of the handover is measured by the dress rehearsal", () => {
      const status = standing(HANDING_OVER, { [RELEASE]: BACK, [ENDPOINT]: BEGUN });
      assert.equal(stepIn(status, ENDPOINT)?.expected, 20_000);
      assert.equal(stepIn(standing(HANDING_OVER, { [RELEASE]: BEGUN }), RELEASE)?.expected, 40_000);
      assert.equal(stepIn(standing(HANDING_OVER, { [RELEASE]: HALF_BACK }), RELEASE)?.expected, 50_000);
      assert.equal(stepIn(standing(HANDING_OVER, { [ENDPOINT]: HALF_BACK }), ENDPOINT)?.expected, 30_000);
    });

    it("that failed says why, and waits for a person until somebody is at it again", () => {
      const status = standing(MIGRATING, { ...doneUpTo("stop-legacy"), export: FAILED });
      assert.equal(stepIn(status, "export")?.state, "failed");
      assert.equal(stepIn(status, "export")?.failure, "cannot do it");
      assert.ok(status.waits?.includes("step 'export' failed: cannot do it"));
      assert.deepEqual(status.next, { command: "pulumi up", stage: "migrate", allowed: true });
      const again = standing(MIGRATING, { export: FAILED }, { taken: [{ step: "export", attempt: 1 }] });
      assert.equal(stepIn(again, "export")?.state, "running");
      assert.deepEqual(again.waits, []);
      const another = standing(MIGRATING, { export: FAILED }, { taken: [{ step: "export", attempt: 2 }] });
      assert.equal(stepIn(another, "export")?.state, "failed");
    });

    it("that was cut off is told as one that nobody is at", () => {
      const status = standing(MIGRATING, { ...doneUpTo("stop-legacy"), export: BEGUN });
      assert.equal(stepIn(status, "export")?.state, "left");
      assert.match(
        status.waits?.[0] ?? "",
        /^step 'export' was begun and is not at its end, and nobody is at it/,
      );
      assert.deepEqual(status.next, { command: "pulumi up", stage: "migrate", allowed: true });
    });

    it("of which the job runs on alone runs", () => {
      const noted = { ...doneUpTo("stop-legacy"), export: FAILED };
      const status = standing(MIGRATING, noted, { byThemselves: [{ step: "export", attempt: 1 }] });
      assert.deepEqual(
        [stepIn(status, "export")?.state, stepIn(status, "export")?.byItself],
        ["running", true],
      );
      assert.deepEqual([status.waits, status.next], [[], undefined]);
      const other = standing(MIGRATING, noted, { byThemselves: [{ step: "export", attempt: 2 }] });
      assert.deepEqual(
        [stepIn(other, "export")?.state, stepIn(other, "export")?.byItself],
        ["failed", undefined],
      );
    });

    it("before which the look failed says so", () => {
      const journal = [
        line("export", "begun", "21:00:00", { direction: "before" }),
        line("export", "failed", "21:00:01", { direction: "before", text: "cannot look" }),
      ];
      const { state, direction, failure } = stepIn(standing(MIGRATING, {}, { journal }), "export") ?? {};
      assert.deepEqual(
        { state, direction, failure },
        { state: "failed", direction: "before", failure: "cannot look" },
      );
      const again = [...journal, line("export", "begun", "21:00:02", { direction: "before" })];
      assert.equal(stepIn(standing(MIGRATING, {}, { journal: again }), "export")?.state, "open");
    });

    it("that is taken back says so, but for one that only asked", () => {
      assert.equal(stepIn(standing(MIGRATING, { export: BACK }), "export")?.state, "taken back");
      const asked = standing(MIGRATING, { "mark-messages": BACK });
      assert.equal(stepIn(asked, "mark-messages")?.state, "done");
    });
  });

  describe("for an address", () => {
    const seenOf = (sightings: Parameters<typeof statusOf>[0]["seen"][number]["sightings"]) => [
      { sipAddress: ADDRESS, sightings } as const,
    ];

    it("says who holds it, view by view", () => {
      const user = { kind: "sip-user", displayName: "Group Chat", account: "a1" } as const;
      const pool = { kind: "endpoint", poolFqdn: "pcpool.contoso.com" } as const;
      const seen = seenOf([
        { view: "dc1", ...pool },
        { view: "dc2", ...user },
        { view: "gc1", ...pool },
      ]);
      assert.deepEqual(standing(HANDING_OVER, doneUpTo(ENDPOINT), { seen }).addresses, [
        {
          sipAddress: ADDRESS,
          holders: [
            { kind: "endpoint", poolFqdn: "pcpool.contoso.com", views: ["dc1", "gc1"] },
            { kind: "sip-user", displayName: "Group Chat", views: ["dc2"] },
          ],
        },
      ]);
    });

    it("tells two users of one name apart", () => {
      const user = { kind: "sip-user", displayName: "Group Chat" } as const;
      const seen = seenOf([
        { view: "dc1", ...user, account: "a1" },
        { view: "dc2", ...user, account: "a2" },
      ]);
      assert.equal(standing(HANDING_OVER, {}, { seen }).addresses[0]?.holders.length, 2);
    });

    it("that nobody holds says since when, forward and back", () => {
      const nobody = (noted: Parameters<typeof standing>[1]) =>
        standing(HANDING_OVER, noted, { seen: seenOf([]) }).addresses[0]?.nobodySince;
      assert.equal(nobody({}), undefined);
      assert.equal(nobody({ [RELEASE]: DONE }), "2026-11-28T21:01:00.000Z");
      assert.equal(nobody({ [RELEASE]: DONE, [ENDPOINT]: BACK }), "2026-11-28T21:02:00.000Z");
    });

    it("of which the registry cannot tell says why", () =>
      assert.deepEqual(standing(HANDING_OVER, {}, { seen: seenOf({ problem: "it is down" }) }).addresses, [
        { sipAddress: ADDRESS, holders: [], problem: "it is down" },
      ]));
  });

  describe("for the way back", () => {
    it("is nothing before anything was begun", () =>
      assert.deepEqual(standing(cutover(), {}).back, { steps: 0, milliseconds: 0 }));

    it("takes what the steps that were begun take, and loses nothing", () => {
      assert.deepEqual(standing(MIGRATING, doneUpTo("stop-legacy")).back, { steps: 1, milliseconds: 60_000 });
      // Stopping took a minute, and the rehearsal measured the two of the handover; an export is deleted at once.
      assert.deepEqual(standing(HANDING_OVER, doneUpTo(ENDPOINT)).back, { steps: 4, milliseconds: 140_000 });
      assert.deepEqual(standing(HANDING_OVER, { ...doneUpTo(RELEASE), [RELEASE]: BACK }).back, {
        steps: 2,
        milliseconds: 60_000,
      });
    });

    it("may lose messages from the start of the new services until they are stopped again", () => {
      const started = { ...doneUpTo("mark-messages"), "start-persistent-chat": BEGUN };
      const back = standing(HANDING_OVER, started).back;
      assert.equal(back?.losesSince, "2026-11-28T21:00:00.000Z");
      assert.equal(back?.refused, undefined);
      const run = { by: "anna@admin01", begunAt: "2026-11-28T21:03:00.000Z", failure: "17 new messages" };
      const refused = { ...started, "mark-messages": { ...DONE, undo: run } };
      const goingBack = cutover({ ...HANDING_OVER, stage: "migrate" });
      assert.equal(standing(goingBack, refused).back?.refused, "17 new messages");
      assert.equal(stepIn(standing(goingBack, refused), "mark-messages")?.state, "failed");
      // Whoever went forward again instead is not told of it any more.
      assert.equal(standing(HANDING_OVER, refused).back?.refused, undefined);
      assert.equal(stepIn(standing(HANDING_OVER, refused), "mark-messages")?.state, "done");
      const stopped = { ...refused, "start-persistent-chat": BACK };
      assert.deepEqual(Object.keys(standing(HANDING_OVER, stopped).back ?? {}), ["steps", "milliseconds"]);
    });

    it("is none once the cutover is complete", () => {
      const complete = cutover({ ...HANDING_OVER, stage: "complete", begun: "complete" });
      const status = standing(complete, doneUpTo("start-persistent-chat"));
      assert.equal(status.back, null);
      assert.equal(status.next, undefined);
      assert.deepEqual(status.waits, []);
    });
  });

  describe("for what comes next", () => {
    const outlook = ({ waits, next }: CutoverStatus) => ({ waits, next });

    it("goes on with a stage that is not at its end, and wants a rehearsal early", () =>
      assert.deepEqual(outlook(standing(cutover(), {})), {
        waits: [
          "the handover was never rehearsed, and is refused until it was: persistentchat cutover rehearse contoso --user <sip uri>",
          "stage 'prepare' is not at its end: step 'preflight' is to be done",
        ],
        next: { command: "pulumi up", stage: "prepare", allowed: true },
      }));

    it("is the next stage, which a person begins", () => {
      const prepared = standing(cutover({ rehearsal: REHEARSAL }), { preflight: DONE });
      assert.match(prepared.waits?.join() ?? "", /^everything is prepared: [^;]*$/);
      assert.deepEqual(prepared.next, { command: "pulumi up", stage: "migrate", allowed: true });
      const migrated = standing(MIGRATING, doneUpTo("export"));
      assert.match(migrated.waits?.join() ?? "", /^the border: /);
      assert.deepEqual(migrated.next, { command: "pulumi up", stage: "handover", allowed: true });
      const handedOver = standing(HANDING_OVER, doneUpTo("start-persistent-chat"));
      assert.match(handedOver.waits?.join() ?? "", /^the handover is done: /);
      assert.deepEqual(handedOver.next, { command: "pulumi up", stage: "complete", allowed: true });
    });

    it("is the rehearsal at a border that lacks it alone", () => {
      const held = standing(cutover({ ...MIGRATING, rehearsal: null, hold: true }), doneUpTo("export"));
      assert.deepEqual(held.next, { command: "pulumi up", stage: "handover", allowed: false });
      assert.match(held.waits?.at(-1) ?? "", /somebody holds it at this border/);
      const { next } = standing(cutover({ ...MIGRATING, rehearsal: null }), doneUpTo("export"));
      assert.deepEqual(next, {
        command: "persistentchat cutover rehearse contoso --user <sip uri>",
        allowed: true,
      });
    });

    for (const [what, fields, now, reason] of [
      [
        "a hold",
        { hold: true },
        "2026-11-28T21:05:00Z",
        /somebody holds it at this border; set hold to false/,
      ],
      [
        "the decision that is too late",
        { window: WINDOW },
        "2026-11-29T04:59:00Z",
        /would not fit into the window/,
      ],
      ["a window that is over", { window: WINDOW }, "2026-11-29T05:00:00Z", /the window closed at/],
    ] as const)
      it(`waits for ${what}`, () => {
        const { waits, next } = standing(cutover({ ...MIGRATING, ...fields }), doneUpTo("export"), { now });
        assert.match(waits?.join("\n") ?? "", reason);
        assert.deepEqual(next, { command: "pulumi up", stage: "handover", allowed: false });
      });

    it("are no failures of a stage that was gone back from whole", () => {
      const journal = [line("export", "failed", "21:00:01", { direction: "before", text: "cannot look" })];
      const record = cutover({ ...MIGRATING, stage: "prepare" });
      const past = { preflight: DONE, "check-export": FAILED };
      const { waits } = standing(record, { ...past, "stop-legacy": BACK }, { journal });
      assert.match(waits?.join("; ") ?? "", /^everything is prepared: [^;]*$/);
      const half = standing(record, { ...past, "stop-legacy": FAILED });
      assert.deepEqual(half.waits, [
        "step 'stop-legacy' failed: cannot do it",
        "the way back is not at its end: step 'stop-legacy' is to be taken back",
      ]);
      const undo = { ...FAILED.do, failure: "cannot take it back" };
      const failing = standing(record, { ...past, "stop-legacy": { ...DONE, undo } });
      assert.equal(failing.waits?.[0], "step 'stop-legacy' failed: cannot take it back");
    });

    it("is the stage that a failure says to set, where that is the next step's", () => {
      const failure =
        "cannot use the export; set stage to 'prepare', run 'pulumi up', then set it to 'migrate' again";
      const stale = { ...FAILED, do: { ...FAILED.do, failure } };
      const { next } = standing(HANDING_OVER, { ...doneUpTo("export"), "check-export": stale });
      assert.deepEqual(next, { command: "pulumi up", stage: "prepare", allowed: true });
      const other = standing(HANDING_OVER, { ...doneUpTo("export"), verify: stale });
      assert.deepEqual(other.next, { command: "pulumi up", stage: "handover", allowed: true });
    });

    it("brings a way back to its end first", () => {
      const back = cutover({ ...HANDING_OVER, stage: "migrate" });
      const half = { ...doneUpTo(ENDPOINT), [ENDPOINT]: BACK, [RELEASE]: HALF_BACK };
      assert.deepEqual(outlook(standing(back, half, { taken: [] })), {
        waits: [
          `step '${RELEASE}' was begun and is not at its end, and nobody is at it, as far as is seen from here`,
          `the way back is not at its end: step '${RELEASE}' is to be taken back`,
        ],
        next: { command: "pulumi up", stage: "migrate", allowed: true },
      });
      const all = standing(back, { ...half, [RELEASE]: BACK });
      assert.deepEqual(all.next, { command: "pulumi up", stage: "handover", allowed: true });
    });
  });

  it("has the last moment to decide where the way back was rehearsed", () => {
    const record = cutover({ ...MIGRATING, window: WINDOW });
    assert.equal(standing(record, doneUpTo("stop-legacy")).decideBy, "2026-11-29T04:57:40.000Z");
    assert.equal(standing({ ...record, rehearsal: null }, {}).decideBy, undefined);
    assert.equal(standing(MIGRATING, {}).decideBy, undefined);
  });

  it("is the record alone where the folder is not seen, and never the token of the lease", () => {
    const lease = { token: "t0k3n", holder: "anna@admin01", since: "2026-11-28T20:00:00.000Z" };
    const record = cutover({ ...MIGRATING, lease, window: WINDOW });
    const seen = [{ sipAddress: ADDRESS, sightings: [] } as const];
    const status = statusOf({ record, folder: { problem: "no such folder" }, seen, now: new Date(0) });
    assert.equal(status.folderProblem, "no such folder");
    assert.deepEqual(status.lease, { holder: "anna@admin01", since: lease.since });
    for (const unknown of ["steps", "back", "waits", "next", "decideBy"])
      assert.ok(!(unknown in status), unknown);
    assert.doesNotMatch(JSON.stringify([status, standing(record, {})]), /t0k3n/);
  });
});
