import { z } from "zod";
import { KIND_LABELS } from "../registry/records";
import type { Problem, ResourceKind } from "./kind";
import type { Properties } from "./properties";
import { hasUnknown } from "./unknowns";

/** What the host makes of a problem: a failure that names no property, since the engine prints a named property's value, and it may be secret. */
export interface CheckFailure {
  property: "";
  reason: string;
}

export function toFailure({ path, problem }: Problem): CheckFailure {
  return { property: "", reason: `${path}: ${problem}` };
}

/** What `create` does when the record exists and is not ours. */
export const adoptPolicy = z.enum(["fail", "match", "take-over"]);
export type AdoptPolicy = z.infer<typeof adoptPolicy>;

/**
 * Normalises the arguments of a resource and says what is wrong with them. Pure, and idempotent: the engine may check
 * again what was checked before. Arguments not known yet pass as they are.
 */
export function checkArguments(
  kind: ResourceKind,
  olds: Properties,
  given: Properties,
): { inputs: Properties; problems: Problem[] } {
  const problems: Problem[] = [];
  const inputs = normalise(argumentsOf(kind), given, "", problems);
  if (problems.length === 0) {
    const known = Object.fromEntries(Object.entries(inputs).filter(([, value]) => !hasUnknown(value)));
    problems.push(...kind.problems(known), ...fixedProblems(kind, olds, known));
  }
  return { inputs, problems };
}

const ARGUMENTS = new Map<ResourceKind, z.ZodObject>();

/** The arguments of a kind, with those that every kind has; made once, since it costs more than a check. */
function argumentsOf(kind: ResourceKind): z.ZodObject {
  const known = ARGUMENTS.get(kind) ?? kind.fields.extend({ adopt: adoptPolicy.optional() });
  ARGUMENTS.set(kind, known);
  return known;
}

/** Field by field, so that one bad or unknown argument does not keep the others from being normalised. */
export function normalise(
  fields: z.ZodObject,
  given: Properties,
  prefix: string,
  problems: Problem[],
): Properties {
  const inputs: Properties = {};
  for (const key of new Set([...Object.keys(fields.shape), ...Object.keys(given)])) {
    const path = prefix + key;
    const value = given[key];
    // Own fields only: an argument may have the name of something that every object inherits.
    const schema = Object.hasOwn(fields.shape, key) ? fields.shape[key] : undefined;
    const nested = schema instanceof z.ZodOptional ? schema.unwrap() : schema;
    if (schema === undefined) {
      problems.push({
        path,
        problem: `there is no such argument; there are ${Object.keys(fields.shape).join(", ")}`,
      });
    } else if (nested instanceof z.ZodObject && isPlainObject(value)) {
      const inner = normalise(nested, value, `${path}.`, problems);
      if (Object.keys(inner).length > 0) inputs[key] = inner;
    } else if (value !== undefined && hasUnknown(value)) {
      inputs[key] = value;
    } else {
      const parsed = z.safeParse(schema, value);
      if (!parsed.success)
        problems.push(...parsed.error.issues.map((issue) => toProblem(path, value, issue)));
      else if (parsed.data !== undefined) inputs[key] = parsed.data;
    }
  }
  return inputs;
}

function toProblem(path: string, value: unknown, issue: z.core.$ZodIssue): Problem {
  const place = [path, ...issue.path].join(".");
  if (value === undefined) return { path: place, problem: "it is required" };
  return { path: place, problem: issue.message.replace(/^Invalid (?:input|option): /, "") };
}

function fixedProblems(kind: ResourceKind, olds: Properties, news: Properties): Problem[] {
  if (olds[kind.identity] === undefined || olds[kind.identity] !== news[kind.identity]) return [];
  const changed = kind.fixed.filter(
    (field) => olds[field] !== undefined && news[field] !== undefined && olds[field] !== news[field],
  );
  return changed.map((field) => ({
    path: field,
    problem: `the ${KIND_LABELS[kind.kind]} '${String(news[kind.identity])}' was made as '${String(olds[field])}', and that never changes; declare a new ${kind.identity}`,
  }));
}

function isPlainObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
