import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { decodePercent } from "../../../registry/percent-encoding";

/** Who has locked a stack, as far as the lock tells. */
export interface Lock {
  /** Absent where the lock does not tell. */
  holder?: { user: string; host: string; pid: number; at: string };
}

/** What is known of the process that holds a lock. `elsewhere`: it is of another machine. */
export type Holder = "running" | "ended" | "elsewhere" | "unknown";

/** What a lock is judged by. */
export interface Machine {
  hostname: string;
  isEngineRunning(pid: number): boolean;
}

const content = z.object({
  pid: z.int(),
  username: z.string(),
  hostname: z.string(),
  timestamp: z.string(),
});

/**
 * The folder in which a backend of files keeps its state, for its address as the engine tells it; `undefined` for any other
 * backend. A relative one counts from the folder of the project.
 */
export function stateFolderOf(url: string, projectFolder: string, home: string): string | undefined {
  const path = /^file:\/\/([^?]*)/.exec(url)?.[1];
  if (path === undefined) return undefined;
  // The engine, too, takes the whole path for encoded, and not only what it was told of it.
  return decodePercent(
    resolve(
      projectFolder,
      path.replace(/^~/, () => home),
    ),
  );
}

/** The locks of a stack in a backend of files; `fullName` is with organization and project. `undefined` where there is no backend. */
export function locksIn(stateFolder: string, fullName: string): Lock[] | undefined {
  const kept = join(stateFolder, ".pulumi");
  if (!existsSync(kept)) return undefined;
  const folder = join(kept, "locks", ...fullName.split("/"));
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
  return files.sort().flatMap((name) => {
    try {
      return [lockOf(readFileSync(join(folder, name), "utf8"))];
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return []; // it was let go meanwhile
      throw error;
    }
  });
}

function lockOf(text: string): Lock {
  try {
    const { pid, username, hostname, timestamp } = content.parse(JSON.parse(text));
    return { holder: { user: username, host: hostname, pid, at: timestamp } };
  } catch {
    return {}; // it is being written, or of another version
  }
}

/** The locks that the engine names when it is kept out; `undefined` where it is not kept out. */
export function locksNamedIn(lines: readonly string[]): Lock[] | undefined {
  if (!lines.some((line) => line.includes("the stack is currently locked"))) return undefined;
  const named = lines.flatMap((line) => {
    const [, user, host, pid, at] = /: created by (.*)@(\S+) \(pid (\d+)\) at (\S+)$/.exec(line) ?? [];
    return user !== undefined && host && at ? [{ holder: { user, host, pid: Number(pid), at } }] : [];
  });
  return named.length > 0 ? named : [{}];
}

/** What has become of whoever holds a lock. */
export function judged({ holder }: Lock, { hostname, isEngineRunning }: Machine): Holder {
  if (holder === undefined) return "unknown";
  if (holder.host !== hostname) return "elsewhere";
  return isEngineRunning(holder.pid) ? "running" : "ended";
}

/** Whether a process of this machine is an engine, as far as the system tells what it is. */
export function isEngineRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // It is there, and somebody else's.
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  try {
    return isEngineIn(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return true;
  }
}

/** Whether what Linux tells of a process is of an engine that has not ended. */
export function isEngineIn(stat: string): boolean {
  const [, name = "", state = ""] = /^\d+ \((.*)\) (\S)/s.exec(stat) ?? [];
  // A number is given to another process some time after; and one that nobody reaps has ended all the same.
  return name.includes("pulumi") && !["Z", "X"].includes(state);
}
