import assert from "node:assert/strict";
import sinon from "sinon";
import { follow } from "../../../provider/cli/cutover/follow";
import type { CutoverStatus } from "../../../provider/cutover/status";
import { RegistryError } from "../../../provider/registry/errors";
import { BEGUN } from "./cutovers";
import { doneUpTo, MIGRATING, standing } from "./standing";

const CLEARED = "\u001b[H\u001b[2J";
const BELL = "\u0007";

describe("a cutover that is followed", () => {
  let clock: sinon.SinonFakeTimers;
  let now: () => Promise<CutoverStatus | undefined>;
  beforeEach(() => {
    clock = sinon.useFakeTimers({ now: new Date("2026-11-28T21:05:00Z") });
    now = () => status();
  });
  afterEach(() => clock.restore());

  const status = async (noted = doneUpTo("stop-legacy"), said?: string) =>
    standing(MIGRATING, noted, {
      now: new Date().toISOString(),
      taken: [{ step: "export", attempt: 1 }],
      journal: said
        ? [
            {
              at: "2026-11-28T21:05:00Z",
              by: "a",
              step: "export",
              attempt: 1,
              direction: "do",
              event: "said",
              text: said,
            },
          ]
        : [],
    });

  function following(isTTY: boolean) {
    const written: string[] = [];
    const interrupt = new AbortController();
    const screen = { isTTY, colours: false, write: (text: string) => written.push(text) };
    const end = follow(() => now(), screen, interrupt.signal);
    const next = async () => {
      await clock.tickAsync(1_000);
      return written.splice(0);
    };
    const stopped = () => {
      interrupt.abort();
      return end;
    };
    const first = async () => {
      await clock.tickAsync(0);
      return written.splice(0);
    };
    return { first, next, stopped, end };
  }

  it("is drawn anew each second on a terminal, and ends at once", async () => {
    const { first, next, stopped } = following(true);
    const [page = ""] = await first();
    assert.ok(page.startsWith(`${CLEARED}cutover`) && page.endsWith("\n"), page);
    assert.match(page, /^clock .* 21:05:00 UTC$/m);
    const later = await next();
    assert.equal(later.length, 1);
    assert.match(later[0] ?? "", /^clock .* 21:05:01 UTC$/m);
    assert.equal(await stopped(), true);
    assert.deepEqual(await next(), []);
  });

  it("rings when a step or the stage changes, and for nothing else", async () => {
    const { first, next, stopped } = following(true);
    const rings = (pages: string[]) => pages.join("").includes(BELL);
    assert.ok(!rings(await first()));
    assert.ok(!rings(await next()));
    now = () => status({ ...doneUpTo("stop-legacy"), export: BEGUN });
    assert.ok(rings(await next()));
    now = () => status({ ...doneUpTo("stop-legacy"), export: BEGUN }, "room 1 of 2");
    assert.ok(!rings(await next()));
    now = async () => ({
      ...(await status({ ...doneUpTo("stop-legacy"), export: BEGUN })),
      stage: "handover",
    });
    assert.ok(rings(await next()));
    await stopped();
  });

  it("is a new page only for a change where there is no terminal", async () => {
    const { first, next, stopped } = following(false);
    const [page = ""] = await first();
    assert.ok(page.startsWith("cutover") && page.endsWith("\n\n"), page);
    assert.deepEqual(await next(), []);
    now = () => status({ ...doneUpTo("stop-legacy"), export: BEGUN }, "room 1 of 2");
    assert.equal((await next()).length, 1);
    assert.deepEqual(await next(), []);
    now = () => status({ ...doneUpTo("stop-legacy"), export: BEGUN }, "room 2 of 2");
    const last = (await next()).join("");
    assert.ok(last.includes("room 2 of 2") && !last.includes(BELL), last);
    await stopped();
  });

  it("tells what it cannot read for a while, once, and goes on", async () => {
    const down = () => Promise.reject(new RegistryError("unavailable", "cannot reach it\u0007"));
    for (const isTTY of [true, false]) {
      now = () => status();
      const { first, next, stopped } = following(isTTY);
      await first();
      now = down;
      const told = (await next()).join("");
      assert.ok(told.includes("cannot look again: cannot reach it\\u{7}\n"), told);
      assert.equal(told.includes("back from here"), isTTY);
      assert.equal((await next()).length, isTTY ? 1 : 0);
      now = () => status();
      assert.match((await next()).join(""), /back from here/);
      await stopped();
    }
  });

  it("fails with what the first look fails with, and with a defect at any time", async () => {
    now = () => Promise.reject(new RegistryError("unavailable", "cannot reach it"));
    await assert.rejects(following(true).end, /cannot reach it/);
    now = () => status();
    const { first, end, next } = following(true);
    await first();
    now = () => Promise.reject(new TypeError("a defect"));
    const failed = assert.rejects(end, /a defect/);
    await next();
    await failed;
  });

  it("ends when there is no such cutover any more", async () => {
    const { first, next, end } = following(true);
    await first();
    now = async () => undefined;
    await next();
    assert.equal(await end, false);
  });
});
