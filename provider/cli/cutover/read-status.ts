import { readFolder } from "../../cutover/folder-contents";
import { type CutoverStatus, type FolderContents, statusOf } from "../../cutover/status";
import { isRegistryError } from "../../registry/errors";
import type { TopologyRegistry } from "../../registry/registry";

/**
 * How a cutover stands; `undefined` where the registry knows none of that name. What of the folder or of the addresses cannot
 * be read stands in it as a problem.
 */
export async function readStatus(
  name: string,
  registry: Pick<TopologyRegistry, "get" | "sightings">,
  clock: () => Date,
): Promise<CutoverStatus | undefined> {
  const stored = await registry.get("cutover", name);
  if (stored === undefined) return undefined;
  const { record, incarnation } = stored;
  const seen = [];
  // One after the other: a management shell answers one at a time anyway.
  for (const sipAddress of record.addresses)
    seen.push({ sipAddress, sightings: await orProblem(() => registry.sightings(sipAddress)) });
  const folder: FolderContents | { problem: string } = await orProblem(() => readFolder(record, incarnation));
  return statusOf({ record, folder, seen, now: clock() });
}

async function orProblem<T>(read: () => Promise<T>): Promise<T | { problem: string }> {
  try {
    return await read();
  } catch (error) {
    if (isRegistryError(error)) return { problem: error.message };
    throw error;
  }
}
