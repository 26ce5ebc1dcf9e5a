import type { Arguments, Cmdlet } from "../session/cmdlets";
import type { CallReply } from "../session/replies";
import type { ShellSession } from "../session/session";
import { CmdletFailed, ShellError } from "../session/shell-errors";

const DEADLINE = 120_000;

/** What one cmdlet showed: names and numbers, and no value. */
export interface Evidence {
  cmdlet: Cmdlet;
  /** The names of the parameters that it was given. */
  parameters: string[];
  /** What it gave; absent where no answer came, which `failure` then names. */
  reply?: CallReply;
  failure?: string;
}

/** Has every cmdlet that reads run once, and no property of what it gives sent. */
export async function gatherEvidence(session: ShellSession): Promise<Evidence[]> {
  const read = <C extends Cmdlet>(cmdlet: C, given: Arguments<C> = {}) => evidenceOf(session, cmdlet, given);
  return [
    await read("Get-CsSipDomain"),
    await read("Get-CsService", { PersistentChatServer: true }),
    await read("Get-CsPool"),
    await read("Get-CsTopology", { AsXml: true }),
    await read("Get-CsPersistentChatEndpoint"),
    await read("Get-CsPersistentChatState"),
    await read("Get-CsPersistentChatConfiguration"),
    await read("Get-CsUserReplicatorConfiguration"),
    // Of people no more than that there is one.
    await read("Get-CsUser", { ResultSize: 1 }),
    await read("Get-CsAdUser", { ResultSize: 1 }),
  ];
}

async function evidenceOf<C extends Cmdlet>(
  session: ShellSession,
  cmdlet: C,
  given: Arguments<C>,
): Promise<Evidence> {
  const evidence = { cmdlet, parameters: Object.keys(given) };
  try {
    return { ...evidence, reply: await session.call(cmdlet, given, { deadline: DEADLINE, select: [] }) };
  } catch (error) {
    if (error instanceof CmdletFailed) return { ...evidence, reply: error.reply };
    if (error instanceof ShellError) return { ...evidence, failure: error.constructor.name };
    throw error;
  }
}
