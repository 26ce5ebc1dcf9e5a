import { z } from "zod";

const milliseconds = z.int().min(0);

/** A call as the shell gets it: each parameter with its name, its tag and its value. */
export const callSchema = z.strictObject({
  cmdlet: z.string().min(1),
  p: z.array(z.tuple([z.string(), z.string(), z.unknown()])).default([]),
});
export type CallText = z.infer<typeof callSchema>;

/** Which calls a fault befalls. */
const where = {
  /** A cmdlet's name, `hello`, `read`, `write`, or `*` for every call. */
  cmdlet: z.string().min(1),
  /** The how manieth such call, counted from 1 over all processes on this world; `every` for all of them. */
  occurrence: z.union([z.int().min(1), z.literal("every")]).default(1),
  /** Kept by the simulator: how many such calls there were. */
  seen: z.int().min(0).default(0),
};

/** What may go wrong. */
export const faultSchema = z.discriminatedUnion("kind", [
  /** The call takes this much longer. */
  z.strictObject({ kind: z.literal("latency"), ...where, ms: milliseconds }),
  /** No answer and no effect; the deadline ends it, unless it is ignored: then only the end of the input does. */
  z.strictObject({ kind: z.literal("hang"), ...where, ignoresDeadline: z.boolean().default(false) }),
  /** The deadline passes, and this long after it the call takes effect all the same. */
  z.strictObject({
    kind: z.literal("effect-after-timeout"),
    ...where,
    ms: milliseconds.default(500),
    /** Whether the shell says `timedOut`, or nothing at all. */
    answers: z.boolean().default(true),
  }),
  /** Text on stdout, without an end of line, before the reply. */
  z.strictObject({ kind: z.literal("noise"), ...where, text: z.string().default("WARNING: noise") }),
  /** A line that looks like a reply to this very request, under another nonce. */
  z.strictObject({ kind: z.literal("frame-noise"), ...where }),
  z.strictObject({ kind: z.literal("stderr-flood"), ...where, bytes: z.int().min(1).default(1_048_576) }),
  /** The call takes effect, and its reply never arrives. */
  z.strictObject({ kind: z.literal("lost-reply"), ...where }),
  /** The call takes effect, its reply is cut in the middle, and the shell ends, or goes on. */
  z.strictObject({ kind: z.literal("half-reply"), ...where, goesOn: z.boolean().default(false) }),
  z.strictObject({ kind: z.literal("crash-before"), ...where }),
  z.strictObject({ kind: z.literal("crash-after"), ...where }),
  z.strictObject({ kind: z.literal("access-denied"), ...where }),
  /** A list without anything in it where access is denied: an account without network credentials (double hop). */
  z.strictObject({
    kind: z.literal("empty"),
    ...where,
    /** Whether `hello` can read the store and the directory all the same. */
    helloIsFine: z.boolean().default(false),
  }),
  /** A list of which only so many objects come. */
  z.strictObject({ kind: z.literal("truncated"), ...where, keeps: z.int().min(0).default(1) }),
  /** Somebody else does this just before the call, or just after it. */
  z.strictObject({
    kind: z.literal("second-administrator"),
    ...where,
    does: callSchema,
    when: z.enum(["before", "after"]).default("before"),
  }),
  /** A warning beside what the call gives. */
  z.strictObject({ kind: z.literal("warning"), ...where, text: z.string().default("This takes a while.") }),
  /** Messages in German. */
  z.strictObject({ kind: z.literal("localised"), ...where }),
]);

export type Fault = z.infer<typeof faultSchema>;
export type FaultKind = Fault["kind"];
