import type { ErrorRecord } from "./error-record";
import type { CallText } from "./fault-schema";
import { refusal, typeOf } from "./tags";

/** The reply to an echo: the values as a parameter would get them, each with the name of its .NET type. */
export interface EchoReply {
  ok: boolean;
  values: unknown[];
  types: string[];
  errors: ErrorRecord[];
}

/** Gives values back. The world has no part in it. */
export function echo(p: CallText["p"]): EchoReply {
  const reply: EchoReply = { ok: true, values: [], types: [], errors: [] };
  for (const [name, tag, value] of p) {
    const type = typeOf(tag, value);
    if (type === undefined) {
      reply.ok = false;
      reply.errors.push(refusal(`a value is not of the type that '${tag}' stands for`, name));
    } else {
      reply.values.push(value);
      reply.types.push(type);
    }
  }
  return reply;
}
