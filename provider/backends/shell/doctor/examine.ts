import type { Hello } from "../session/replies";
import type { ShellSession } from "../session/session";
import { ShellUnusable } from "../session/shell-errors";
import type { Finding } from "./finding";
import { helloFindings } from "./hello-findings";
import { readFindings, unread } from "./read-findings";

/** What there is to know of a management shell. */
export interface Examination {
  /** Whether cmdlets can be called there at all. */
  usable: boolean;
  /** What the shell said of itself, where it came so far. */
  hello?: Hello;
  findings: Finding[];
}

/** Looks at the shell, and reads what it shows, changing nothing. Whatever fails there is a finding. */
export async function examine(session: ShellSession): Promise<Examination> {
  try {
    const hello = await session.hello();
    const own = helloFindings(hello, session.name, Date.now());
    return { usable: true, hello, findings: [...own, ...(await readFindings(session))] };
  } catch (error) {
    if (!(error instanceof ShellUnusable)) throw error;
    const { hello, message } = error;
    const own = hello
      ? helloFindings(hello, session.name, Date.now())
      : [{ topic: "shell", name: "shell", status: "no", found: message } as const];
    return { usable: false, hello, findings: [...own, ...unread("the shell cannot be used")] };
  }
}
