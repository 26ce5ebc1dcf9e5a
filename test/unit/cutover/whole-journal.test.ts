import assert from "node:assert/strict";
import type { JournalEntry } from "../../../provider/cutover/notes";
import { wholeJournal } from "../../../provider/cutover/whole-journal";
import type { CutoverRecord } from "../../../provider/registry/cutover-record";
import type { Change } from "../../../provider/registry/registry";
import { cutover } from "./cutovers";
import { REHEARSAL } from "./standing";

const LEASE = { token: "t0k3n", holder: "anna@admin01", since: "" };

function change(at: string, from?: CutoverRecord, to?: CutoverRecord): Change<"cutover"> {
  const by = { operator: "anna@admin01", managedBy: "chat/prod/contoso" };
  return { sequence: 1, at, action: "update", by, from, to, revision: "1", incarnation: "i" };
}

const text = (from?: CutoverRecord, to?: CutoverRecord) =>
  wholeJournal([], [change("2026-11-28T21:00:00.000Z", from, to)]).map((line) => line.text);

describe("the journal of a cutover", () => {
  it("is in the order in time, by whatever writer, with a turn before what it lets begin", () => {
    const line = (at: string, event: JournalEntry["event"]): JournalEntry => {
      return { at, by: "bert@admin02", step: "export", attempt: 1, direction: "do", event };
    };
    const [first, second, third] = [
      "2026-11-28T21:00:00.000Z",
      "2026-11-28T21:00:00.5Z",
      "2026-11-28T21:00:01.000Z",
    ] as const;
    const lines = wholeJournal(
      [line(third, "done"), line(second, "begun"), line(second, "said")],
      [change(second, cutover(), cutover({ stage: "migrate" })), change(first, undefined, cutover())],
    );
    assert.deepEqual(
      lines.map(({ at, event }) => [at, event]),
      [
        [first, "turned"],
        [second, "turned"],
        [second, "begun"],
        [second, "said"],
        [third, "done"],
      ],
    );
    assert.equal(lines[0]?.by, "anna@admin01");
  });

  it("tells a turn of the stage, the lease, a hold and a rehearsal, and never a token", () => {
    const held = cutover({ lease: LEASE });
    assert.deepEqual(text(undefined, held), [
      "the cutover begins with stage 'prepare'; anna@admin01 takes the lease",
    ]);
    assert.deepEqual(text(held, cutover({ lease: { ...LEASE, token: "other", holder: "bert@admin02" } })), [
      "bert@admin02 takes the lease",
    ]);
    assert.deepEqual(text(held, cutover({ stage: "complete" })), [
      "the stage is turned from 'prepare' to 'complete'; the lease is given back",
    ]);
    assert.deepEqual(text(cutover(), cutover({ hold: true })), ["the handover is held"]);
    assert.deepEqual(text(cutover({ hold: true }), cutover()), ["the handover is held no more"]);
    assert.deepEqual(text(cutover(), cutover({ rehearsal: REHEARSAL })), [
      "the handover was rehearsed with sip:test@contoso.com",
    ]);
    assert.deepEqual(text(cutover({ rehearsal: REHEARSAL }), cutover({ rehearsal: REHEARSAL, hold: true })), [
      "the handover is held",
    ]);
    assert.deepEqual(text(held, undefined), ["the cutover is forgotten"]);
    assert.deepEqual(text(held, { ...held, plan: [] }), []);
  });
});
