import assert from "node:assert/strict";
import type { Kind } from "../../provider/registry/records";
import type { Stored } from "../../provider/registry/registry";
import type { Workspace } from "./workspace";

const KINDS = ["sip-domain", "pool", "endpoint"] as const satisfies readonly Kind[];

/**
 * Insists that state and registry tell the same: each resource has one record in the registry, with the incarnation, the
 * owner and the fields that state knows, and each record that this stack owns has one resource.
 */
export async function assertAgreement(workspace: Workspace): Promise<void> {
  const resources = workspace.recorded().filter(({ outputs }) => outputs?.__kind !== undefined);
  const records = await workspace.registry(async (registry) => {
    const found: Stored[] = [];
    for (const kind of KINDS) for await (const stored of registry.list(kind)) found.push(stored);
    return found.filter(({ managedBy }) => managedBy?.startsWith(`${workspace.project}/${workspace.stack}/`));
  });
  assert.deepEqual(
    resources.map(({ id, outputs }) => `${outputs.__kind} ${id}`).sort(),
    records.map(({ kind, key }) => `${kind} ${key}`).sort(),
  );
  for (const { kind, key, record, incarnation, managedBy } of records) {
    const known = resources.find(({ id, outputs }) => id === key && outputs.__kind === kind)?.outputs ?? {};
    const fields = Object.keys(record).filter((field) => known[field] !== undefined);
    const told = Object.fromEntries(
      [...fields, "incarnation", "managedBy"].map((field) => [field, known[field]]),
    );
    const kept = Object.fromEntries(Object.entries(record).filter(([field]) => fields.includes(field)));
    assert.deepEqual(told, { ...kept, incarnation, managedBy });
  }
}

/** The words of a record's history, in order. */
export function actions(workspace: Workspace, kind: Kind, key: string): Promise<string[]> {
  return workspace.registry(async (registry) =>
    (await registry.history(kind, key)).map(({ action }) => action),
  );
}
