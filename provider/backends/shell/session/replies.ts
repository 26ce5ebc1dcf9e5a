import { z } from "zod";

const texts = z.array(z.string());

/** What a property of a result can be. An enumeration, time or name comes as text, a list always as a list. */
const value = z.union([z.string(), z.number(), z.boolean(), z.null(), texts]);

const shellError = z.object({
  message: z.string(),
  id: z.string(),
  category: z.string(),
  target: z.string(),
  exceptions: texts,
});

/** One error record of a cmdlet. Its message may be in any language; nothing decides by it. */
export type CmdletError = z.infer<typeof shellError>;

/** Whatever says that the deadline came before the end. */
export const timedOutReply = z.object({ timedOut: z.literal(true) });

/** The end of anything that the script itself could not do. */
export const failedReply = z.object({ ok: z.literal(false), errors: z.array(shellError).min(1) });

export const callReply = z.object({
  ok: z.boolean(),
  type: z.string().optional(),
  results: z.array(z.record(z.string(), value)),
  missing: texts,
  truncated: z.boolean(),
  warnings: texts,
  errors: z.array(shellError),
  names: texts.optional(),
});

/**
 * What a cmdlet gave. A property that an object does not have, or that could not be read, is absent from it, and its name is
 * in `missing`. Where `truncated`, there was more: such a list never proves that something is absent.
 */
export type CallReply = z.infer<typeof callReply>;

/**
 * Values as they arrived, each with the name of its .NET type, which for null is empty. The value of a list modifier is a
 * table of lists. What was refused is in `errors` alone.
 */
export const echoReply = z.object({
  ok: z.boolean(),
  values: z.array(z.union([value, z.record(z.string(), texts)])).default([]),
  types: texts.default([]),
  errors: z.array(shellError),
});

export type EchoReply = z.infer<typeof echoReply>;

const probe = z.object({ ok: z.boolean(), error: z.string().optional() });

export const helloReply = z.object({
  ok: z.boolean(),
  script: z.string(),
  psVersion: z.string(),
  clr: z.string(),
  is64Bit: z.boolean(),
  languageMode: z.string(),
  user: z.string(),
  elevated: z.boolean(),
  groups: texts,
  module: z.object({ name: z.string(), path: z.string(), version: z.string() }).nullable(),
  missingCmdlets: texts,
  missingParameters: z.record(z.string(), texts),
  store: probe,
  directory: probe.extend({ domainController: z.string().optional() }),
  clock: z.string(),
  errors: z.array(shellError),
});

/** What a management shell says of itself when it starts. */
export type Hello = z.infer<typeof helloReply>;
