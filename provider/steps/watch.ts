/** Milliseconds between two looks at the parent. */
const LOOK_AGAIN = 200;
/** Milliseconds between two signs of life, each of which shows whether anybody reads. */
const SIGN_OF_LIFE = 5_000;
/** White space, which counts for nothing before a value of JSON. */
const NOTHING = " ";

/** Looks whether whoever started this process is there. Never resolves where nobody is. */
export type CallerCheck = () => Promise<void>;

/**
 * Calls `onGone` once when whoever started this process is gone, or wants it to end: by a signal, by the end of its parent, or
 * because nobody reads its output any more, as when a session of ssh drops. Standard input tells nothing: it ends with the
 * document. Resolves when it is known that somebody reads, with what looks at once: between two looks of its own time passes.
 */
export async function watchCaller(self: NodeJS.Process, onGone: () => void): Promise<CallerCheck> {
  let over = false;
  const gone = () => {
    if (over) return;
    over = true;
    onGone();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) self.on(signal, gone);
  // Others may have had the process end at once, with whatever exit code.
  self.stdout.removeAllListeners("error").on("error", gone);
  self.stderr.removeAllListeners("error").on("error", gone);
  const parent = self.ppid;
  const look = () => {
    if (self.ppid !== parent || (self.platform === "win32" && !isThere(self, parent))) gone();
  };
  setInterval(look, LOOK_AGAIN).unref();
  setInterval(() => self.stdout.write(NOTHING), SIGN_OF_LIFE).unref();
  await new Promise<void>((resolve) => {
    self.stdout.write(NOTHING, (error) => {
      if (!error) resolve();
    });
  });
  return () => {
    look();
    return over ? new Promise(() => {}) : Promise.resolve();
  };
}

/** On Windows a process keeps the number of its parent when that is gone. */
function isThere(self: NodeJS.Process, pid: number): boolean {
  try {
    return self.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
