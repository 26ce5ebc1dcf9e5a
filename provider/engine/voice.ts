/** Says on the terminal what the set-up does: one line a step, and one line that moves while a step takes its time. */
export interface Voice {
  say(line: string): void;
  /** Replaces the last progress on a terminal; elsewhere one in half a minute is printed. */
  progress(text: string): void;
}

interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

const REST_MS = 30_000;
const CLEAR_LINE = "\r\u001b[K";

/** `now` counts milliseconds from anywhere. */
export function createVoice(output: Output, now: () => number): Voice {
  const terminal = output.isTTY === true;
  let moving = false;
  let spokeAt = now();
  const clear = () => {
    if (moving) output.write(CLEAR_LINE);
    moving = false;
  };
  const say = (line: string) => {
    clear();
    output.write(`engine: ${line}\n`);
    spokeAt = now();
  };
  return {
    say,
    progress: (text) => {
      if (!terminal) {
        if (now() - spokeAt >= REST_MS) say(text);
        return;
      }
      output.write(CLEAR_LINE + `engine: ${text}`.slice(0, (output.columns ?? 80) - 1));
      moving = true;
    },
  };
}

/** Repeats a progress until the returned function is called, so that its time goes on when nothing else happens. */
export function keepTelling(voice: Voice, text: (seconds: number) => string, everyMs = 1000): () => void {
  let seconds = 0;
  const timer = setInterval(() => {
    seconds += everyMs / 1000;
    voice.progress(text(Math.round(seconds)));
  }, everyMs);
  return () => clearInterval(timer);
}
