import { setTimeout as pause } from "node:timers/promises";
import type { CutoverStatus } from "../../cutover/status";
import { isRegistryError } from "../../registry/errors";
import { printable } from "../../registry/printable";
import { statusPage } from "./status-page";

/** Milliseconds between two looks. */
const LOOK_AGAIN = 1_000;
const CLEARED = "\u001b[H\u001b[2J";
const BELL = "\u0007";

/** Where the pages go. */
export interface Screen {
  write(text: string): unknown;
  isTTY: boolean;
  colours: boolean;
}

/**
 * Shows how a cutover stands until the signal: on a terminal anew every second, with a bell when a step or the stage has
 * changed; elsewhere a page for each change. Gives whether there still is such a cutover. What cannot be read for a while is
 * told and looked at again; the first look fails with it.
 */
export async function follow(
  read: () => Promise<CutoverStatus | undefined>,
  screen: Screen,
  signal: AbortSignal,
): Promise<boolean> {
  let shown: { page: string; change: string; bell: string } | undefined;
  while (!signal.aborted) {
    try {
      const status = await read();
      if (status === undefined) return false;
      const next = {
        page: statusPage(status, screen),
        change: whatMatters(status),
        bell: whatRings(status),
      };
      const rings = screen.isTTY && shown !== undefined && shown.bell !== next.bell;
      if (screen.isTTY || shown?.change !== next.change)
        screen.write(
          `${screen.isTTY ? CLEARED : ""}${next.page}\n${rings ? BELL : ""}${screen.isTTY ? "" : "\n"}`,
        );
      shown = next;
    } catch (error) {
      if (shown === undefined || !isRegistryError(error)) throw error;
      const problem = `cannot look again: ${printable(error.message)}`;
      if (screen.isTTY) screen.write(`${CLEARED}${shown.page}\n\n${problem}\n`);
      else if (shown.change !== problem) screen.write(`${problem}\n\n`);
      shown = { ...shown, change: problem };
    }
    await pause(LOOK_AGAIN, undefined, { signal }).catch(() => {});
  }
  return true;
}

/** What of a status is another page where there is no terminal: all but what only the time changes. */
function whatMatters({
  stage,
  hold,
  lease,
  window,
  addresses,
  folderProblem,
  steps,
  back,
  next,
}: CutoverStatus): string {
  const far = steps?.map(({ name, state, direction, byItself, said, failure }) => ({
    name,
    state,
    direction,
    byItself,
    said,
    failure,
  }));
  return JSON.stringify({ stage, hold, lease, window, addresses, folderProblem, far, back, next });
}

function whatRings({ stage, steps }: CutoverStatus): string {
  return JSON.stringify({ stage, far: steps?.map(({ state, direction }) => ({ state, direction })) });
}
