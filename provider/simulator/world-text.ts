import type { z } from "zod";
import { type World, worldSchema } from "./world";

/** The world cannot be read, written or understood; the message is one sentence. */
export class WorldError extends Error {
  override readonly name = "WorldError";
}

/** Reads a world from its text. Fails with `WorldError`, which names every wrong place. */
export function parseWorld(text: string, file: string): World {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new WorldError(`'${file}' is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = worldSchema.safeParse(document);
  const problems = parsed.success ? contradictions(parsed.data) : parsed.error.issues.map(problemOf);
  if (parsed.success && problems.length === 0) return parsed.data;
  throw new WorldError(`'${file}' is not a world:\n  ${problems.join("\n  ")}`);
}

function problemOf({ path, message }: z.core.$ZodIssue): string {
  const place = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("");
  return `${place.replace(/^\./, "") || "the document"}: ${message}`;
}

/** What the parts say of each other that cannot be. */
function contradictions({ sipDomains, sites, pools, directory, knobs }: World): string[] {
  const found: string[] = [];
  const controllers = directory.domainControllers.map((controller) => controller.fqdn);
  const expect = (holds: boolean, problem: string) => {
    if (!holds) found.push(problem);
  };
  expect(sipDomains.filter(({ isDefault }) => isDefault).length === 1, "sipDomains: one must be the default");
  expect(
    controllers.includes(directory.shellDomainController),
    `directory.shellDomainController: '${directory.shellDomainController}' is not among the domainControllers`,
  );
  for (const { fqdn, domainController } of directory.frontEnds)
    expect(
      controllers.includes(domainController),
      `directory.frontEnds: '${domainController}' of '${fqdn}' is not among the domainControllers`,
    );
  pools.forEach((pool, index) => {
    expect(
      pool.site === "BackCompatSite" || sites.includes(pool.site),
      `pools[${index}].site: '${pool.site}' is not among the sites`,
    );
    expect(
      pool.shape === "multiple" || pool.computers.length === 1,
      `pools[${index}].computers: a pool of shape 'single' has one`,
    );
    for (const server of pool.persistentChat?.activeServers ?? [])
      expect(
        pool.computers.includes(server) || knobs.foreignActiveServer === "accepted",
        `pools[${index}].persistentChat.activeServers: '${server}' is not among its computers`,
      );
  });
  return found;
}
