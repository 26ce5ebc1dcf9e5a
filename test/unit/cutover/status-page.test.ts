import assert from "node:assert/strict";
import { statusPage } from "../../../provider/cli/cutover/status-page";
import { statusOf } from "../../../provider/cutover/status";
import { BEGUN, cutover, DONE } from "./cutovers";
import {
  ADDRESS,
  type Circumstances,
  doneUpTo,
  ENDPOINT,
  HANDING_OVER,
  MIGRATING,
  RELEASE,
  standing,
} from "./standing";

const WINDOW = { opens: "2026-11-28T20:00:00Z", closes: "2026-11-29T05:00:00Z" };
const LEASE = { token: "t0k3n", holder: "anna@admin01", since: "2026-11-28T20:15:00.000Z" };
const SEEN = [{ sipAddress: ADDRESS, sightings: [] }] as const;
const PLAIN = { colours: false };

/** While the endpoint is made, with a line of progress. */
const MAKING: Circumstances = {
  now: "2026-11-28T21:03:13.000Z",
  seen: SEEN,
  taken: [{ step: ENDPOINT, attempt: 1 }],
  journal: [
    {
      at: "2026-11-28T21:01:01.000Z",
      by: "anna@admin01",
      step: ENDPOINT,
      attempt: 1,
      direction: "do",
      event: "said",
      text: "seen in dc1 \u001b[2J\u202e",
    },
  ],
};

describe("the page of a cutover", () => {
  it("has everything at one glance", () => {
    const record = cutover({ ...HANDING_OVER, window: WINDOW, lease: LEASE, hold: true });
    const page = statusPage(standing(record, { ...doneUpTo(RELEASE), [ENDPOINT]: BEGUN }, MAKING), PLAIN);
    assert.deepEqual(page.split("\n"), [
      "cutover    contoso",
      "clock      2026-11-28 21:03:13 UTC",
      "stage      handover, held at the border",
      "window     2026-11-28 20:00:00 to 2026-11-29 05:00:00 UTC, closes in 7 h 56 min",
      "decide by  2026-11-29 04:57:40 UTC, in 7 h 54 min",
      "           stage, hold and window are those of the last 'pulumi up' that was not refused",
      "lease      anna@admin01, since 2026-11-28 20:15:00 UTC",
      "pool       pcpool.contoso.com",
      "folder     /cutover",
      "",
      "sip:ocschat@contoso.com  nobody for 02:13",
      "",
      "STEP                              STAGE     STATE    BEGUN                TOOK   EXPECTED",
      "preflight                         prepare   done     2026-11-28 21:00:00  01:00",
      "stop-legacy                       migrate   done     2026-11-28 21:00:00  01:00",
      "export                            migrate   done     2026-11-28 21:00:00  01:00",
      "check-export                      handover  done     2026-11-28 21:00:00  01:00",
      "release:sip:ocschat@contoso.com   handover  done     2026-11-28 21:00:00  01:00  00:40",
      "endpoint:sip:ocschat@contoso.com  handover  running  2026-11-28 21:00:00  03:13  00:20",
      "mark-messages                     handover",
      "start-persistent-chat             handover",
      "",
      "running         endpoint:sip:ocschat@contoso.com for 03:13 of about 00:20; it says: seen in dc1 \\u{1b}[2J\\u{202e}",
      "back from here  3 min, loses nothing; set stage to 'prepare', then: pulumi up",
      "next            wait for the step that runs",
    ]);
  });

  it("says of a job that runs on alone that the next run finds it", () => {
    const byThemselves = [{ step: "export", attempt: 1 }];
    const page = statusPage(standing(MIGRATING, { export: BEGUN }, { byThemselves }), PLAIN);
    assert.match(
      page,
      /^running +export for 05:00; it runs on by itself, and the next 'pulumi up' finds it again$/m,
    );
    assert.match(page, /^next +wait for the step that runs$/m);
  });

  it("has a line that turns red once going back loses messages", () => {
    const harmless = standing(HANDING_OVER, doneUpTo("mark-messages"));
    assert.equal(statusPage(harmless, { colours: true }), statusPage(harmless, PLAIN));
    const harmful = standing(HANDING_OVER, { ...doneUpTo("mark-messages"), "start-persistent-chat": BEGUN });
    const line =
      "back from here  3 min, may lose messages written since 2026-11-28 21:00:00 UTC; the way back counts them; set stage to 'prepare', then: pulumi up";
    assert.ok(statusPage(harmful, PLAIN).split("\n").includes(line));
    assert.ok(statusPage(harmful, { colours: true }).split("\n").includes(`\u001b[31m${line}\u001b[0m`));
  });

  it("repeats what the way back said when it was asked", () => {
    const undo = { by: "anna@admin01", begunAt: "2026-11-28T21:03:00.000Z", failure: "17 new messages" };
    const goingBack = cutover({ ...HANDING_OVER, stage: "migrate" });
    const noted = { ...doneUpTo("start-persistent-chat"), "mark-messages": { ...DONE, undo } };
    assert.match(
      statusPage(standing(goingBack, noted), PLAIN),
      /^back from here {2}3 min, 17 new messages; set/m,
    );
  });

  it("tells who holds an address in which views, and an hour as one", () => {
    const sightings = [
      { view: "dc1", kind: "endpoint", poolFqdn: "pcpool.contoso.com" },
      { view: "gc1", kind: "endpoint", poolFqdn: "pcpool.contoso.com" },
      { view: "dc2", kind: "sip-user", displayName: "Group Chat", account: "a" },
    ] as const;
    const page = (seen: Circumstances["seen"], now?: string) =>
      statusPage(standing(HANDING_OVER, doneUpTo(RELEASE), { seen, now }), PLAIN);
    const held = page([{ sipAddress: ADDRESS, sightings }]);
    assert.match(
      held,
      /^sip:ocschat@contoso.com {2}pool pcpool.contoso.com, as dc1, gc1 show\n {25}user 'Group Chat', as dc2 shows$/m,
    );
    assert.match(page(SEEN, "2026-11-28T22:03:14Z"), /^sip:ocschat@contoso.com {2}nobody for 1:02:14$/m);
    const unknown = page([{ sipAddress: ADDRESS, sightings: { problem: "it is down" } }]);
    assert.match(unknown, /^sip:ocschat@contoso.com {2}not known: it is down$/m);
  });

  for (const [what, record, noted, last] of [
    ["go on", MIGRATING, {}, "next            leave stage at 'migrate': pulumi up"],
    ["hand over", MIGRATING, doneUpTo("export"), "next            set stage to 'handover', then: pulumi up"],
    [
      "wait",
      cutover({ ...MIGRATING, hold: true }),
      doneUpTo("export"),
      "next            when that is settled, set stage to 'handover', then: pulumi up",
    ],
    [
      "rehearse",
      cutover({ ...MIGRATING, rehearsal: null }),
      doneUpTo("export"),
      "next            persistentchat cutover rehearse contoso --user <sip uri>",
    ],
    [
      "do nothing",
      cutover({ ...HANDING_OVER, stage: "complete", begun: "complete" }),
      doneUpTo("start-persistent-chat"),
      "next            nothing",
    ],
  ] as const)
    it(`ends with the command to ${what}`, () =>
      assert.equal(statusPage(standing(record, noted), PLAIN).split("\n").at(-1), last));

  it("says that nobody has the lease, and what was begun above the stage", () => {
    const page = statusPage(standing(cutover({ begun: "migrate" }), {}), PLAIN);
    assert.match(page, /^stage {4}prepare, 'migrate' was begun$/m);
    assert.match(page, /^lease {4}nobody has it$/m);
    assert.match(page, /^back from here {2}nothing is to be taken back$/m);
  });

  it("says of a window whether it opens, closes or is over", () => {
    const page = (now: string) => statusPage(standing(cutover({ window: WINDOW }), {}, { now }), PLAIN);
    assert.match(page("2026-11-28T19:30:00Z"), /^window .* UTC, opens in 30 min$/m);
    assert.match(page("2026-11-28T20:00:00Z"), /^window .* UTC, closes in 9 h 0 min$/m);
    assert.match(page("2026-11-29T05:10:00Z"), /^window .* UTC, closed 10 min ago$/m);
  });

  it("shows the record alone where the folder is not seen", () => {
    const folder = { problem: "no such folder" };
    const page = statusPage(statusOf({ record: MIGRATING, folder, seen: SEEN, now: new Date(0) }), PLAIN);
    assert.deepEqual(page.split("\n").slice(-4), [
      "sip:ocschat@contoso.com  nobody",
      "",
      "not shown  the steps, the way back and what comes next: no such folder",
      "next       ask for the status on a host that sees the folder",
    ]);
  });
});
