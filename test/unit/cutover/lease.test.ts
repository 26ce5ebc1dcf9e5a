import assert from "node:assert/strict";
import { leaseFor } from "../../../provider/cutover/lease";
import { isRegistryError } from "../../../provider/registry/errors";
import { cutover } from "./cutovers";

const HELD = { token: "t1", holder: "anna@admin01", since: "2026-11-28T21:00:00Z" };
const FRESH = { token: "t2", holder: "ben@admin02", since: "2026-11-28T23:00:00Z" };

describe("the lease of a cutover", () => {
  const ask = (
    token: string | undefined,
    operator: string,
    breakLease?: string,
    held: typeof HELD | null = HELD,
  ) => leaseFor(cutover({ lease: held }), { token, operator, breakLease }, () => FRESH);

  it("is new where nobody holds one", () => {
    assert.equal(ask(undefined, "ben@admin02", undefined, null), FRESH);
  });

  it("stays with whoever shows its token, or lost it and is the same person", () => {
    assert.equal(ask("t1", "anna@admin01"), HELD);
    assert.equal(ask("t1", "ben@admin02"), HELD);
    assert.equal(ask(undefined, "anna@admin01"), HELD);
  });

  it("stays with whoever broke one and was cut off before state had the new token", () => {
    assert.equal(ask("t0", "anna@admin01", "ben@admin02"), HELD);
  });

  it("keeps everybody else out, and says who holds it", () => {
    for (const token of [undefined, "t0"])
      assert.throws(
        () => ask(token, "ben@admin02"),
        (error: unknown) => {
          assert.ok(isRegistryError(error, "conflict"));
          assert.match(error.message, /anna@admin01 has had its lease since 2026-11-28T21:00:00Z/);
          return true;
        },
      );
    // A token of a lease that was broken is none, also for the same person.
    assert.throws(() => ask("t0", "anna@admin01"));
  });

  it("is broken only by its holder's name", () => {
    assert.equal(ask(undefined, "ben@admin02", "anna@admin01"), FRESH);
    assert.throws(() => ask(undefined, "ben@admin02", "carol@admin03"));
  });
});
