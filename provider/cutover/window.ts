import { Temporal } from "temporal-polyfill";
import type { CutoverWindow } from "../registry/cutover-record";

/** When stages may be entered, as a program says it. */
export interface WindowArgs {
  /** `2026-11-28T22:00` by the clocks of `timeZone`, or with an offset, as `2026-11-28T22:00+01:00`. */
  opens: string;
  /** The end, in the same form. */
  closes: string;
  /** IANA name such as `Europe/Berlin`; needed for times without an offset. */
  timeZone?: string | undefined;
}

/** A window in UTC, or what is wrong with it, as a path and words that follow it. */
export function parseWindow(
  args: WindowArgs,
): { value: CutoverWindow } | { problem: { path: string; problem: string } } {
  const times: Partial<CutoverWindow> = {};
  for (const path of ["opens", "closes"] as const) {
    const time = parseTime(args[path], args.timeZone);
    if ("problem" in time) return { problem: { path, problem: time.problem } };
    times[path] = time.value;
  }
  const { opens = "", closes = "" } = times;
  if (Date.parse(closes) > Date.parse(opens)) return { value: { opens, closes } };
  return { problem: { path: "closes", problem: "it is not after opens" } };
}

/**
 * The moment that a text means. In the night in which clocks are changed some times come twice and some never: those are
 * refused, since either guess is an hour off.
 */
function parseTime(text: string, timeZone: string | undefined): { value: string } | { problem: string } {
  try {
    // Without seconds fraction, as the record is compared and shown.
    return { value: Temporal.Instant.from(text).toString({ smallestUnit: "second" }) };
  } catch {
    // it has no offset
  }
  let local: Temporal.PlainDateTime;
  try {
    local = Temporal.PlainDateTime.from(text);
  } catch {
    return { problem: `'${text}' is no time such as 2026-11-28T22:00` };
  }
  if (timeZone === undefined)
    return { problem: `'${text}' has no offset; add one, such as +01:00, or give timeZone` };
  const possible = (["earlier", "later"] as const).map((disambiguation) => {
    try {
      return local.toZonedDateTime(timeZone, { disambiguation });
    } catch {
      return undefined;
    }
  });
  const [earlier, later] = possible;
  if (!earlier || !later) return { problem: `'${timeZone}' is no time zone such as Europe/Berlin` };
  if (earlier.equals(later)) return { value: earlier.toInstant().toString({ smallestUnit: "second" }) };
  const comesTwice = earlier.toPlainDateTime().equals(local);
  const why = comesTwice ? "comes twice" : "never comes";
  return {
    problem: `'${text}' ${why} in ${timeZone}, where clocks are changed that night; write it with its offset, ${earlier.offset} or ${later.offset}`,
  };
}
