import { KEY_FIELDS, type Kind } from "../../registry/records";
import { type SipAddress, sipDomainOf } from "../../registry/sip-address";
import { CUTOVER_ENDPOINT, CUTOVER_REMOVAL } from "../cutover-types";
import {
  isChange,
  type Preview,
  type Properties,
  providerBefore,
  SECRET,
  type Step,
  UNKNOWN,
} from "../preview";

/** A record, and the registry that it is in. */
export interface RecordName {
  /** Logical name of the explicit provider whose registry it is; absent for the registry of the stack. */
  provider?: string;
  kind: Kind;
  key: string;
}

/** What must stay as it is between a preview and its update. */
export interface Watch {
  records: RecordName[];
  /** The explicit providers (`undefined`: the stack's own) in whose registries the update may make a SIP domain the default. */
  marking: (string | undefined)[];
  /** URNs of resources that the update changes, or depends on, and whose key the preview does not know or show. */
  unknown: string[];
  /** The resources of the program among them, which the preview shows as the stack last saw them. */
  shown: Step[];
}

/** The steps of a cutover that make and remove an endpoint. */
const CUTOVER_STEPS = [CUTOVER_ENDPOINT, CUTOVER_REMOVAL];

/**
 * The records that an update would change, and those that it depends on: of the resources on which a changed one depends, and
 * of theirs, and the pool and SIP domain of an endpoint, whoever declares them.
 */
export function watchedBy({ steps }: Preview): Watch {
  const records = new Map<string, RecordName>();
  const unknown = new Set<string>();
  const found = reached(steps);
  for (const step of found) {
    for (const record of recordsOf(step)) {
      if (record.key === SECRET || record.key.includes(UNKNOWN)) unknown.add(step.urn);
      else records.set(JSON.stringify([record.provider, record.kind, record.key]), record);
    }
  }
  const shown = [...found].filter(({ kind, before, operation }) => kind && before && operation !== "read");
  const marking = [...new Set(steps.filter(takesMark).map(({ provider }) => provider))];
  return { records: [...records.values()], marking, unknown: [...unknown], shown };
}

/** Whether a domain may become the default, which takes the mark from whichever has it. A secret may be `true`. */
function takesMark(step: Step): boolean {
  const { kind, former, before, after } = step;
  if (kind !== "sip-domain" || !isChange(step)) return false;
  const hasMark = before?.isDefault === true && former === undefined;
  return !hasMark && after?.isDefault !== undefined && after.isDefault !== false;
}

function reached(steps: readonly Step[]): ReadonlySet<Step> {
  const byUrn = new Map<string, Step[]>();
  for (const step of steps) byUrn.set(step.urn, [...(byUrn.get(step.urn) ?? []), step]);
  const found = new Set<Step>(steps.filter(isChange));
  // What is added while it is gone through is gone through too.
  for (const { dependencies } of found)
    for (const step of dependencies.flatMap((urn) => byUrn.get(urn) ?? [])) found.add(step);
  return found;
}

function recordsOf(step: Step): RecordName[] {
  const { kind: own, type, provider, before, after } = step;
  // The user who holds the address meanwhile is held against its snapshot by the step that has it give the address up.
  const kind = own ?? (CUTOVER_STEPS.includes(type) ? "endpoint" : undefined);
  if (kind === undefined) return [];
  const keys = [
    ...named(providerBefore(step), kind, before?.[KEY_FIELDS[kind]]),
    ...named(provider, kind, after?.[KEY_FIELDS[kind]]),
  ];
  return kind === "endpoint" && after ? [...keys, ...neededBy(after, provider)] : keys;
}

function neededBy({ sipAddress, poolFqdn }: Properties, provider: string | undefined): RecordName[] {
  const isAddress = typeof sipAddress === "string" && sipAddress.includes("@");
  return [
    ...named(provider, "pool", poolFqdn),
    ...(isAddress ? named(provider, "sip-domain", sipDomainOf(sipAddress as SipAddress)) : []),
  ];
}

function named(provider: string | undefined, kind: Kind, key: unknown): RecordName[] {
  return typeof key === "string" ? [{ ...(provider !== undefined && { provider }), kind, key }] : [];
}
