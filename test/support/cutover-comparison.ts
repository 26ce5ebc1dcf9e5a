import assert from "node:assert/strict";
import type { Everything } from "./cutover-workspace";

/** What two exports of the same rooms have in common: the time is in each file. */
export function withoutExports(everything: Everything | undefined): unknown {
  const files = Object.entries(everything?.world.files ?? {}).map(([file, hash]) =>
    file.startsWith("exports") ? file : [file, hash],
  );
  return { ...everything, world: { ...everything?.world, files } };
}

/** Insists that no effect on a world came twice. */
export function assertNothingTwice(effects: readonly string[]): void {
  assert.deepEqual(
    effects.filter((effect, index) => effects.indexOf(effect) !== index),
    [],
  );
}
