// Which processes run. A number alone says little: after a process has ended, its number goes to another one.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * A process, told from every other by when it began.
 * @typedef {{ pid: number, began: string }} KnownProcess
 */

/**
 * When a process began, in whatever form the system tells it; undefined where there is none of that number, or only what is
 * left of one that has ended.
 * @param {number} pid
 * @returns {string | undefined}
 */
export function beginOf(pid) {
  return process.platform === "linux" ? beginOnLinux(pid) : beginElsewhere(pid);
}

/** @param {KnownProcess} known */
export function isRunning({ pid, began }) {
  return beginOf(pid) === began;
}

/** @param {number} pid */
function beginOnLinux(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name, in brackets, may hold anything; state is the first field after it, the time of the begin the twentieth.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** @param {number} pid */
function beginElsewhere(pid) {
  try {
    const line = execFileSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], { encoding: "utf8" }).trim();
    const [, state, began] = /^(\S+)\s+(.+)$/.exec(line) ?? [];
    return state?.startsWith("Z") ? undefined : began;
  } catch {
    return undefined;
  }
}
