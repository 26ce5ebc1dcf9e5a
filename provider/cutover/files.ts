import {
  closeSync,
  fstatSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";

const LINE_FEED = 0x0a;

/** Writes a file, all or nothing, also when the machine stops. */
export function writeWhole(path: string, text: string): void {
  const [file, temporary] = openTemporary(path);
  try {
    try {
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  keepName(dirname(path));
}

/** Adds a line. Lines of several processes stay whole, and so does the one after a line that was cut off. */
export function appendLine(path: string, line: string): void {
  const file = openSync(path, "a+", 0o600);
  try {
    const { size } = fstatSync(file);
    const last = Buffer.alloc(1);
    const cutOff = size > 0 && readSync(file, last, 0, 1, size - 1) === 1 && last[0] !== LINE_FEED;
    // In one write, so that nothing comes between.
    writeFileSync(file, `${cutOff ? "\n" : ""}${line}\n`);
  } finally {
    closeSync(file);
  }
}

/** The text of a file, if there is one. */
export function textIfThere(path: string): string | undefined {
  return ifThere(() => readFileSync(path, "utf8"));
}

/** The names in a folder; one that is not there has none. */
export function namesIn(folder: string): string[] {
  return ifThere(() => readdirSync(folder)) ?? [];
}

/** A file that nobody else writes: processes on two hosts that see one folder may have the same number. */
function openTemporary(path: string): [file: number, temporary: string] {
  for (let count = 0; ; count += 1) {
    const temporary = `${path}.${process.pid}-${count}.new`;
    try {
      return [openSync(temporary, "wx", 0o600), temporary];
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

/** Without this a machine that stops may forget the new name of a file, though not its contents. */
function keepName(folder: string): void {
  if (process.platform === "win32") return; // a folder cannot be opened there
  const file = openSync(folder, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function ifThere<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
