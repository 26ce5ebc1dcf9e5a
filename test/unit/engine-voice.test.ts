import assert from "node:assert/strict";
import sinon from "sinon";
import { createVoice, keepTelling } from "../../provider/engine/voice";

describe("what the set-up says", () => {
  const record = (isTTY: boolean) => {
    const written: string[] = [];
    let now = 0;
    const voice = createVoice({ isTTY, columns: 20, write: (text) => written.push(text) }, () => now);
    const at = (time: number) => {
      now = time;
    };
    return { voice, written, at };
  };

  it("is a line a step, and progress twice a minute, where there is no terminal", () => {
    const { voice, written, at } = record(false);
    voice.say("begins");
    for (const time of [1_000, 29_999, 30_000, 31_000, 60_000]) {
      at(time);
      voice.progress(`at ${time}`);
    }
    assert.deepEqual(written, ["engine: begins\n", "engine: at 30000\n", "engine: at 60000\n"]);
  });

  it("moves in one line of a terminal, which never wraps and leaves no trace", () => {
    const { voice, written } = record(true);
    voice.progress("one of many more packages");
    voice.progress("two");
    voice.say("done");
    assert.deepEqual(written, [
      "\r\u001b[Kengine: one of many",
      "\r\u001b[Kengine: two",
      "\r\u001b[K",
      "engine: done\n",
    ]);
  });

  it("goes on each second until it is stopped", () => {
    const clock = sinon.useFakeTimers();
    try {
      const texts: string[] = [];
      const stop = keepTelling(
        { say: assert.fail, progress: (text) => texts.push(text) },
        (seconds) => `${seconds} s`,
      );
      clock.tick(3_500);
      stop();
      clock.tick(5_000);
      assert.deepEqual(texts, ["1 s", "2 s", "3 s"]);
    } finally {
      clock.restore();
    }
  });
});
