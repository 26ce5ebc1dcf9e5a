import { KEY_FIELDS } from "../registry/records";
import type { Stored } from "../registry/registry";
import { CUTOVER_ENDPOINT, CUTOVER_REMOVAL } from "./cutover-types";
import { declaredRecords, recordKey } from "./declared";
import type { FieldDrift, ResourceDrift } from "./drift";
import type { Properties } from "./preview";
import { isEncrypted, type StackState, type StateResource } from "./state";

/**
 * The endpoints that cutovers of a stack made and that are to be there: the engine, which asks a step for what it did, does
 * not see that one is gone. Neither what was taken back nor what a resource declares by now is among them.
 */
export function cutoverEndpoints(state: StackState): StateResource[] {
  const known = state.resources.filter(({ external, isCondemned }) => !external && !isCondemned);
  // Both stay in state where a run fails after the removal.
  const removed = new Set(known.filter(({ type }) => type === CUTOVER_REMOVAL).map(placeOf));
  const declared = new Set(
    declaredRecords(state)
      .filter(({ isStep }) => !isStep)
      .map((record) => `${record.provider} ${recordKey(record)}`),
  );
  return known.filter(
    (one) =>
      one.type === CUTOVER_ENDPOINT &&
      one.id !== undefined &&
      !removed.has(placeOf(one)) &&
      !declared.has(`${one.provider} ${recordKey({ kind: "endpoint", key: one.id })}`),
  );
}

/** What differs between such an endpoint and the registry; `undefined` where nothing does. */
export function cutoverDrift(
  { urn, type, name, id = "", provider, inputs }: StateResource,
  live: Stored<"endpoint"> | undefined,
): ResourceDrift | undefined {
  const fields = live === undefined ? [] : fieldDrifts(inputs, live);
  if (live !== undefined && fields.length === 0) return undefined;
  return {
    ...{ urn, type, name, kind: "endpoint", key: id },
    isKeySecret: isEncrypted(inputs[KEY_FIELDS.endpoint]),
    ...(provider !== undefined && { provider }),
    ...(typeof inputs.managedBy === "string" && { managedBy: inputs.managedBy }),
    gone: live === undefined,
    fields,
    isOfCutover: true,
  };
}

function fieldDrifts(inputs: Properties, { record, managedBy }: Stored<"endpoint">): FieldDrift[] {
  // One that was there before the step is left as it is called.
  const paths = ["poolFqdn", ...(managedBy === inputs.managedBy ? ["displayName"] : [])] as const;
  return paths.flatMap((path) => {
    const [recorded, live] = [inputs[path], record[path as keyof typeof record] as unknown];
    if (recorded === undefined || isEncrypted(recorded) || recorded === live) return [];
    return [{ path, recorded, ...(live !== undefined && { live }) }];
  });
}

function placeOf({ id, provider }: StateResource): string {
  return `${provider} ${id}`;
}
