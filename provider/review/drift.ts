import { KEY_FIELDS, KINDS, type Kind } from "../registry/records";
import { changesOf } from "./fields";
import { type Preview, type Properties, SECRET, type Step } from "./preview";
import { readPreview } from "./read-preview";

/** A field whose value in the registry is not what state has; what a side does not have is absent there. */
export interface FieldDrift {
  path: string;
  recorded?: unknown;
  live?: unknown;
}

/** A resource that is not in the world as state has it. */
export interface ResourceDrift {
  urn: string;
  type: string;
  name: string;
  /** Absent for a resource of another provider, and for one of a cutover but for its endpoints. */
  kind?: Kind;
  /** The key of the record, for a kind. */
  key?: string;
  /** Whether the program keeps the key a secret. */
  isKeySecret: boolean;
  /** Logical name of the explicit provider that it has. */
  provider?: string;
  /** The owner that state has, for a kind. */
  managedBy?: string;
  gone: boolean;
  /** Empty where it is gone, and for what is no record. */
  fields: FieldDrift[];
  /** Whether a cutover made it, which makes it once and never again. */
  isOfCutover?: true;
}

/** What a refresh without writing found. */
export interface Drift {
  project?: string;
  stack?: string;
  /** By kind and key. */
  resources: ResourceDrift[];
  /** How many more differ, of which the engine does not tell which they are. */
  unlisted: number;
  /** The records that are as state has them, or are among those that are not listed. */
  others: { resource: ResourceDrift; outputs: Properties }[];
}

/** The engine's exit code where nothing differs, and where something does (`--expect-no-changes`). */
const NONE = 0;
const DRIFT = 7;

/**
 * Reads what `pulumi refresh --preview-only --expect-no-changes --json` answered. Whatever does not fit together is not read:
 * it fails with an `Error` whose message is fit for the end of a sentence. `isEmpty` says that state has no resource.
 */
export function readDrift(code: number | undefined, document: string, isEmpty: boolean): Drift {
  if (code !== NONE && code !== DRIFT) throw new Error("the engine did not come to its end");
  const preview = readPreview(document);
  if (preview.problems.length > 0) throw new Error("the engine reports a failure");
  if (preview.counts === undefined && !isEmpty) throw new Error("its answer says nothing of the resources");
  const differing = preview.steps.filter(({ operation }) => operation !== "same");
  const listed = differing.filter(({ isCondemned }) => !isCondemned);
  const all = countedIn(preview);
  const counted = all - condemnedIn(differing);
  if (listed.length > counted || all > 0 !== (code === DRIFT))
    throw new Error(`its answer contradicts its exit code, which is ${code}`);
  const { project, stack } = preview;
  return {
    ...(project && { project }),
    ...(stack && { stack }),
    resources: listed.map(resourceDrift).sort(byKindAndKey),
    unlisted: counted - listed.length,
    others: preview.steps
      .filter(({ operation, kind, isCondemned }) => operation === "same" && kind && !isCondemned)
      .map((step) => ({ resource: resourceDrift(step), outputs: step.outputs ?? {} })),
  };
}

function countedIn({ counts = {} }: Preview): number {
  const differing = Object.entries(counts).filter(([outcome]) => outcome !== "same");
  return differing.reduce((sum, [, count]) => sum + count, 0);
}

/** How many copies differ that only wait for their delete, which the next update does; the engine tells of one more than once. */
function condemnedIn(steps: readonly Step[]): number {
  return new Set(steps.filter(({ isCondemned }) => isCondemned).map(({ urn, id }) => `${urn} ${id}`)).size;
}

function resourceDrift(step: Step): ResourceDrift {
  const { urn, type, name, kind, id, provider, operation } = step;
  const gone = operation === "delete";
  const managedBy = step.before?.managedBy;
  return {
    urn,
    type,
    name,
    ...(kind && { kind, key: id ?? "" }),
    isKeySecret: kind !== undefined && step.before?.[KEY_FIELDS[kind]] === SECRET,
    ...(provider !== undefined && { provider }),
    ...(kind && typeof managedBy === "string" && { managedBy }),
    gone,
    fields: gone || kind === undefined ? [] : fieldDrifts(step),
  };
}

/** The engine's own order is another one at each run. */
function byKindAndKey(one: ResourceDrift, other: ResourceDrift): number {
  const place = ({ kind, key, urn }: ResourceDrift) =>
    `${kind === undefined ? KINDS.length : KINDS.indexOf(kind)} ${key ?? urn}`;
  return place(one) < place(other) ? -1 : 1;
}

function fieldDrifts(step: Step): FieldDrift[] {
  return changesOf(step).map(({ path, from, to }) => ({
    path,
    ...(from !== undefined && { recorded: from }),
    ...(to !== undefined && { live: to }),
  }));
}
