import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { z } from "zod";

/** A process, so that another one that got its number later is not taken for it. */
export const processMark = z.object({
  host: z.string(),
  pid: z.number(),
  /** When it began, in ticks since this start of the machine, whose id comes first; empty where the system does not tell. */
  began: z.string(),
});
export type ProcessMark = z.infer<typeof processMark>;

interface Stat {
  group: number;
  began: string;
  zombie: boolean;
}

/** The mark of a process of this machine. */
export function markOf(pid: number): ProcessMark {
  return { host: hostname(), pid, began: statOf(pid)?.began ?? "" };
}

/** Whether the process of a mark may still be there: of another machine, and where the system does not tell, it may. */
export function mayBeThere(mark: ProcessMark): boolean {
  return mark.host !== hostname() || mark.began === "" || statOf(mark.pid)?.began === mark.began;
}

/**
 * Whether anything is left of the group that a process led, which may have ended itself. Where the system does not tell,
 * nothing is.
 */
export function groupIsLeft(leader: ProcessMark): boolean {
  if (leader.host !== hostname() || leader.began === "") return false;
  const [machine] = leader.began.split(" ");
  // A number that names a group is given to no process, so that a leader of another beginning leads another group.
  const now = statOf(leader.pid);
  if (now !== undefined && now.began !== leader.began) return false;
  return pids().some((pid) => {
    const stat = statOf(pid);
    return stat?.group === leader.pid && !stat.zombie && stat.began.startsWith(`${machine} `);
  });
}

/** Ends a process and all that it started: on Windows its descendants, elsewhere the group that it leads. */
export function endTree(pid: number): void {
  if (process.platform === "win32") {
    spawnSync("taskkill", ["/T", "/F", "/PID", String(pid)], { stdio: "ignore", windowsHide: true });
    return;
  }
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // there is nothing left
  }
}

function pids(): number[] {
  return readdirSync("/proc").map(Number).filter(Number.isInteger);
}

/** Nothing for a process that is not there, and where the system has no such files. */
function statOf(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name of the program comes second, in brackets, and may have anything in it.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const machine = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return { zombie: fields[0] === "Z", group: Number(fields[2]), began: `${machine} ${fields[19]}` };
  } catch {
    return undefined;
  }
}
