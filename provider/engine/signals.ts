import { constants } from "node:os";

const SIGNALS: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];

/** How signals reach this process. */
export interface Signals {
  /** As of `onSignal`. */
  onSignal(listener: (signal: NodeJS.Signals) => void): () => void;
  /** As of `atTerminal`. */
  atTerminal: boolean;
}

/** Calls the listener at each signal that asks this process to end, until the returned function is called. */
export function onSignal(listener: (signal: NodeJS.Signals) => void): () => void {
  for (const signal of SIGNALS) process.on(signal, listener);
  return () => {
    for (const signal of SIGNALS) process.off(signal, listener);
  };
}

/** Whether this process sits at a terminal, which sends its interrupts to our children too. */
export function atTerminal(): boolean {
  return [process.stdin, process.stdout, process.stderr].some((stream) => stream.isTTY);
}

/** The exit code that a shell tells of a process that a signal ended. */
export function exitCodeOf(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}
