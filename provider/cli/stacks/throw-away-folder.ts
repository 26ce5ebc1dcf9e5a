import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { onSignal } from "../../engine/signals";

/**
 * Gives the work a folder of its own, whose path begins with `prefix`; it is removed at the end, whatever that is. A signal that
 * ends this process aborts the work first, and ends the process when the folder is gone.
 */
export async function inThrowAwayFolder<T>(
  prefix: string,
  work: (folder: string, interrupt: AbortSignal) => Promise<T>,
): Promise<T> {
  const interrupt = new AbortController();
  let received: NodeJS.Signals | undefined;
  const stopListening = onSignal((signal) => {
    received ??= signal;
    interrupt.abort();
  });
  // The engine tells the real path of each program.
  const folder = realpathSync(mkdtempSync(prefix));
  try {
    return await work(folder, interrupt.signal);
  } finally {
    // What was killed may still be writing for a moment.
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    stopListening();
    if (received !== undefined) process.kill(process.pid, received);
  }
}
