import { Notes } from "../../provider/cutover/notes";

// One of several processes that write to one folder at once: lines of a journal, and whole notes of one step.

const [, , folder = "", by = ""] = process.argv;
const notes = new Notes(folder);
const about = { at: "2026-01-02T03:04:05.678Z", by, step: "export", attempt: 1 };
process.stdin.once("end", () => {
  for (let count = 0; count < 200; count += 1) {
    const text = `${count} ${by.repeat((count * 37) % 9_000)}`;
    notes.record({ ...about, direction: "do", event: "said", text });
    notes.write({ step: "export", attempt: 1 }, { before: { at: about.at, image: by.repeat(20_000) } });
  }
});
process.stdin.resume();
