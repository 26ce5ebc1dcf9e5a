import { hostname, userInfo } from "node:os";

/** The person or job that this process runs for, such as `anna@admin01`: who the history says has written. */
export function operator(): string {
  return `${userName()}@${hostname()}`;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? "unknown"}`; // a container may run under a user id that has no name
  }
}
