import type { AddressView } from "../../cutover/holdings";
import { minutes } from "../../cutover/stage-rules";
import type { CutoverStatus } from "../../cutover/status";
import type { StepView } from "../../cutover/step-view";
import { table } from "../table";
import { awayFrom, moment, stopwatch } from "../times";

const BACK = "back from here";
const RED = "\u001b[31m";
const PLAIN = "\u001b[0m";

type Row = [label: string, text: string];

/** How a cutover stands, as one page. In colours the line of the way back is red once it loses anything. */
export function statusPage(status: CutoverStatus, { colours }: { colours: boolean }): string {
  const page = [heading(status), addresses(status), steps(status), outlook(status)]
    .filter((part) => part !== "")
    .join("\n\n");
  if (!colours || status.back?.losesSince === undefined) return page;
  return page.replace(new RegExp(`^${BACK}.*$`, "m"), (line) => `${RED}${line}${PLAIN}`);
}

function heading(status: CutoverStatus): string {
  const { name, stage, begun, hold, window, decideBy, lease, poolFqdn, folder } = status;
  const now = new Date(status.now);
  const notes = [
    ...(begun === stage ? [] : [`'${begun}' was begun`]),
    ...(hold ? ["held at the border"] : []),
  ];
  return aligned([
    ["cutover", name],
    ["clock", `${moment(status.now)} UTC`],
    ["stage", [stage, ...notes].join(", ")],
    ...(window ? [windowRow(window, now)] : []),
    ...(decideBy === undefined
      ? []
      : [["decide by", `${moment(decideBy)} UTC, ${awayFrom(now, decideBy)}`] satisfies Row]),
    // What the program says by now may be something else, where a turn was refused.
    ["", "stage, hold and window are those of the last 'pulumi up' that was not refused"],
    ["lease", lease ? `${lease.holder}, since ${moment(lease.since)} UTC` : "nobody has it"],
    ["pool", poolFqdn],
    ["folder", folder],
  ]);
}

function windowRow({ opens, closes }: NonNullable<CutoverStatus["window"]>, now: Date): Row {
  const isBefore = now < new Date(opens);
  const [what, when] = isBefore ? ["opens", opens] : [now < new Date(closes) ? "closes" : "closed", closes];
  return ["window", `${moment(opens)} to ${moment(closes)} UTC, ${what} ${awayFrom(now, when)}`];
}

function addresses({ addresses: views, now }: CutoverStatus): string {
  return aligned(
    views.flatMap((view): Row[] =>
      holdersOf(view, new Date(now)).map((text, index) => [index === 0 ? view.sipAddress : "", text]),
    ),
  );
}

function holdersOf({ holders, nobodySince, problem }: AddressView, now: Date): string[] {
  if (problem !== undefined) return [`not known: ${problem}`];
  if (holders.length === 0)
    return [
      nobodySince === undefined
        ? "nobody"
        : `nobody for ${stopwatch(now.getTime() - Date.parse(nobodySince))}`,
    ];
  return holders.map(({ kind, displayName, poolFqdn, views }) => {
    const name = displayName === undefined ? "" : ` '${displayName}'`;
    const who = kind === "sip-user" ? `user${name}` : `pool ${poolFqdn}`;
    return `${who}, as ${views.join(", ")} show${views.length === 1 ? "s" : ""}`;
  });
}

function steps({ steps: views }: CutoverStatus): string {
  if (views === undefined || views.length === 0) return "";
  return table(
    ["STEP", "STAGE", "STATE", "BEGUN", "TOOK", "EXPECTED"],
    views.map((view) => [
      view.name,
      view.stage,
      stateWords(view),
      view.begunAt === undefined ? "" : moment(view.begunAt),
      view.milliseconds === undefined ? "" : stopwatch(view.milliseconds),
      view.expected === undefined ? "" : stopwatch(view.expected),
    ]),
  );
}

function stateWords({ state, direction }: StepView): string {
  if (state === "open") return "";
  if (state === "done" || state === "taken back") return state;
  const words = { before: "looking before", do: "", undo: "way back" }[direction];
  return [state, ...(words ? [`(${words})`] : [])].join(" ");
}

function outlook(status: CutoverStatus): string {
  if (status.folderProblem !== undefined)
    return aligned([
      ["not shown", `the steps, the way back and what comes next: ${status.folderProblem}`],
      ["next", "ask for the status on a host that sees the folder"],
    ]);
  const { steps: views = [], waits = [] } = status;
  return aligned([
    ...views.filter(({ state }) => state === "running").map((view): Row => ["running", runningWords(view)]),
    [BACK, backWords(status)],
    ...waits.map((wait, index): Row => [index === 0 ? "waits for you" : "", wait]),
    ["next", nextWords(status)],
  ]);
}

function runningWords({ name, direction, milliseconds, expected, byItself, said }: StepView): string {
  const what = direction === "undo" ? `way back of ${name}` : name;
  const time = milliseconds === undefined ? "" : ` for ${stopwatch(milliseconds)}`;
  const measured = expected === undefined ? "" : ` of about ${stopwatch(expected)}`;
  const alone = byItself ? "; it runs on by itself, and the next 'pulumi up' finds it again" : "";
  return `${what}${time}${measured}${alone}${said === undefined ? "" : `; it says: ${said}`}`;
}

function backWords({ back }: CutoverStatus): string {
  if (!back) return "no way leads back, it is complete";
  if (back.steps === 0) return "nothing is to be taken back";
  const losses =
    back.losesSince === undefined
      ? "loses nothing"
      : (back.refused ??
        `may lose messages written since ${moment(back.losesSince)} UTC; the way back counts them`);
  return `${minutes(Math.max(back.milliseconds, 1))}, ${losses}; set stage to 'prepare', then: pulumi up`;
}

function nextWords({ next, stage, steps: views = [] }: CutoverStatus): string {
  if (next === undefined)
    return views.some(({ state }) => state === "running") ? "wait for the step that runs" : "nothing";
  if (next.stage === undefined) return next.command;
  if (next.stage === stage) return `leave stage at '${stage}': ${next.command}`;
  const when = next.allowed ? "" : "when that is settled, ";
  return `${when}set stage to '${next.stage}', then: ${next.command}`;
}

function aligned([first, ...rest]: readonly Row[]): string {
  return first === undefined ? "" : table(first, rest);
}
