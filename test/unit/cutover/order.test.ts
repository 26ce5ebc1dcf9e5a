import assert from "node:assert/strict";
import { assertNext } from "../../../provider/cutover/order";
import type { CutoverStage } from "../../../provider/registry/cutover-record";
import { isRegistryError } from "../../../provider/registry/errors";
import { BACK, BEGUN, cutover, DONE, HALF_BACK, type Noted, notesOf, PLAN } from "./cutovers";

const RELEASE = "release:sip:ocschat@contoso.com";
const ENDPOINT = "endpoint:sip:ocschat@contoso.com";
const record = cutover({ attempts: { migrate: 1, handover: 1 } });
const doneBefore = (name: string): Noted =>
  Object.fromEntries(PLAN.slice(0, PLAN.indexOf(name)).map((step) => [step, DONE]));

describe("the order of a cutover's steps", () => {
  const ask = (stage: CutoverStage, step: string, direction: "before" | "do" | "undo", noted: Noted) =>
    assertNext({ ...record, stage }, { step, attempt: 1 }, direction, notesOf(record, noted));
  const refused = (message: RegExp, ...asked: Parameters<typeof ask>) =>
    assert.throws(
      () => ask(...asked),
      (error: unknown) => {
        assert.ok(isRegistryError(error, "conflict"));
        assert.match(error.message, message);
        return true;
      },
    );

  it("lets the next step begin, and nothing of a stage that was not entered", () => {
    for (const direction of ["before", "do"] as const) {
      ask("migrate", "export", direction, doneBefore("export"));
      ask("handover", RELEASE, direction, doneBefore(RELEASE));
      refused(/stands at 'migrate'; .* --target/, "migrate", RELEASE, direction, doneBefore(RELEASE));
    }
  });

  it("lets no step begin before another one is done", () => {
    const noted = { ...doneBefore("start-persistent-chat"), [ENDPOINT]: BEGUN };
    refused(new RegExp(`'${ENDPOINT}' is not done`), "handover", "start-persistent-chat", "do", noted);
  });

  it("takes back only above the stage, the gate first and the last step before the others", () => {
    const noted = { ...doneBefore("start-persistent-chat"), "start-persistent-chat": BEGUN };
    ask("migrate", "mark-messages", "undo", noted);
    refused(/stands at 'handover'/, "handover", "mark-messages", "undo", noted);
    refused(/'mark-messages' is not taken back/, "migrate", "start-persistent-chat", "undo", noted);
    const asked = { ...noted, "mark-messages": BACK };
    ask("migrate", "start-persistent-chat", "undo", asked);
    refused(/'start-persistent-chat' is not/, "migrate", RELEASE, "undo", asked);
    const half = { ...asked, "start-persistent-chat": BACK, [ENDPOINT]: HALF_BACK };
    refused(new RegExp(`'${ENDPOINT}' is not taken back`), "migrate", RELEASE, "undo", half);
    ask("migrate", RELEASE, "undo", { ...half, [ENDPOINT]: BACK });
    const whole = { ...half, [ENDPOINT]: BACK, [RELEASE]: BACK, "mark-messages": HALF_BACK };
    ask("prepare", "export", "undo", whole);
  });
});
