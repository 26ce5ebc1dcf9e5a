const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

const works = new Set<() => void>();
let watching = false;

/** Has work done when this process ends, by itself or by a signal, the latest first. The event loop does not turn any more. */
export function atEnd(work: () => void): void {
  watch();
  works.add(work);
}

/** Takes back what `atEnd` was given. */
export function notAtEnd(work: () => void): void {
  works.delete(work);
}

function watch(): void {
  if (watching) return;
  watching = true;
  process.on("exit", doAll);
  for (const signal of SIGNALS) {
    process.once(signal, () => {
      doAll();
      // Mocha's own listener, where there is one, ends the process when it is ready.
      if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
    });
  }
}

function doAll(): void {
  for (const work of [...works].reverse()) {
    works.delete(work);
    try {
      work();
    } catch (error) {
      console.error(error);
    }
  }
}
