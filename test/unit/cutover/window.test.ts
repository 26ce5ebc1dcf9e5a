import assert from "node:assert/strict";
import fc from "fast-check";
import { parseWindow, type WindowArgs } from "../../../provider/cutover/window";

const problemOf = (args: WindowArgs) => {
  const parsed = parseWindow(args);
  assert.ok("problem" in parsed, JSON.stringify(parsed));
  return parsed.problem;
};

describe("the window of a cutover", () => {
  it("is told by the clocks of a time zone, or with an offset", () => {
    const berlin = { opens: "2026-11-28T22:00", closes: "2026-11-29T06:00", timeZone: "Europe/Berlin" };
    const value = { opens: "2026-11-28T21:00:00Z", closes: "2026-11-29T05:00:00Z" };
    assert.deepEqual(parseWindow(berlin), { value });
    assert.deepEqual(parseWindow({ opens: "2026-11-28T22:00+01:00", closes: "2026-11-29T05:00Z" }), {
      value,
    });
  });

  it("reads its own form again without a change", () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date("1990-01-01"), max: new Date("2090-01-01"), noInvalidDate: true }),
        fc.integer({ min: 1, max: 100_000 }),
        (opens, seconds) => {
          const closes = new Date(opens.getTime() + seconds * 1000);
          const first = parseWindow({ opens: opens.toISOString(), closes: closes.toISOString() });
          assert.ok("value" in first);
          assert.deepEqual(parseWindow(first.value), first);
        },
      ),
    );
  });

  it("is an hour longer or shorter in the night in which clocks are changed", () => {
    const length = (opens: string, closes: string) => {
      const parsed = parseWindow({ opens, closes, timeZone: "Europe/Berlin" });
      assert.ok("value" in parsed);
      return (Date.parse(parsed.value.closes) - Date.parse(parsed.value.opens)) / 3_600_000;
    };
    assert.equal(length("2026-10-24T22:00", "2026-10-25T06:00"), 9);
    assert.equal(length("2026-03-28T22:00", "2026-03-29T06:00"), 7);
    assert.equal(length("2026-11-28T22:00", "2026-11-29T06:00"), 8);
  });

  it("refuses a time that comes twice or never that night, and names both offsets", () => {
    const twice = problemOf({
      opens: "2026-10-25T02:30",
      closes: "2026-10-25T06:00",
      timeZone: "Europe/Berlin",
    });
    assert.deepEqual(twice, {
      path: "opens",
      problem:
        "'2026-10-25T02:30' comes twice in Europe/Berlin, where clocks are changed that night; write it with its offset, +02:00 or +01:00",
    });
    const never = problemOf({
      opens: "2026-03-28T22:00",
      closes: "2026-03-29T02:30",
      timeZone: "Europe/Berlin",
    });
    assert.equal(never.path, "closes");
    assert.match(never.problem, /never comes/);
  });

  it("says what is wrong with anything else", () => {
    const closes = "2026-11-29T06:00Z";
    assert.match(problemOf({ opens: "tonight", closes }).problem, /'tonight' is no time such as/);
    assert.match(problemOf({ opens: "2026-11-28T22:00", closes }).problem, /has no offset/);
    assert.match(
      problemOf({ opens: "2026-11-28T22:00", closes, timeZone: "Berlin" }).problem,
      /'Berlin' is no time zone/,
    );
    assert.deepEqual(problemOf({ opens: closes, closes }), {
      path: "closes",
      problem: "it is not after opens",
    });
  });
});
