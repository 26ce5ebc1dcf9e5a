import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";

/** Resolves when a condition holds; fails after a minute. For what nothing announces: a file that appears, a process that ends. */
export async function until(what: string, condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!condition()) {
    assert.ok(Date.now() < deadline, `waited for a minute: ${what}`);
    await pause(10);
  }
}
