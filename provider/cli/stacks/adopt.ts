import { join, relative, resolve } from "node:path";
import { planAdoption } from "../../adopt/plan";
import { operator } from "../../registry/operator";
import { projectFolderOf } from "../../registry/project-folder";
import type { StackAnswer, Surroundings } from "../command";
import { withRegistry } from "../opened-registry";
import { claimAll, needsClaim } from "./adopt/claims";
import { AdoptionFiles } from "./adopt/files";
import { othersOf } from "./adopt/records";
import { ownersOf, readAdopter } from "./adopt/stack";
import { adoptionText } from "./adopt/text";
import { sourceOf } from "./diff/program";
import { recordedRegistry, recordsIn } from "./registries";

export interface AdoptOptions {
  stack: string;
  /** Patterns over keys; empty for everything. */
  only: readonly string[];
  /** The folder to write to; default `adopted`, beside Pulumi.yaml. */
  output?: string;
  yes: boolean;
}

/**
 * `adopt`: takes what nobody manages into a stack. Tells what it would do and, with `--yes`, claims the records and writes the file
 * for `pulumi import` and the program. As JSON `{adopted: [{kind, key, name, managedBy}], leftOut: [{kind, key, reason}],
 * notLookedAt: [{stack, provider?, reason}], files, claimed, dryRun}`.
 *
 * The claims come first, since they change what the file says. A run that is cut off among them leaves records that are claimed
 * and in no state; the next one takes those again, under the same names.
 */
export async function adopt(options: AdoptOptions, surroundings: Surroundings): Promise<StackAnswer> {
  const { stack, only, output, yes } = options;
  const folder = surroundings.folder();
  const projectFolder = projectFolderOf(folder);
  const target = output === undefined ? join(projectFolder, "adopted") : resolve(folder, output);
  const { adopter: reader, hindrance } = await readAdopter(stack, projectFolder, surroundings.env);
  const choice = { stack, otherwise: recordedRegistry(reader.state) };
  return withRegistry(choice, surroundings, async (registry, settings) => {
    const records = await recordsIn(registry);
    const { owners, unread } = registry.capabilities.ownership
      ? { owners: undefined, unread: [] }
      : await ownersOf(records, projectFolder, { stack, registry: settings }, surroundings);
    const adopter = { ...reader, ...(owners && { owners }) };
    const { adoptions, lookups, leftOut, unmatched } = planAdoption(records, adopter, only);
    const files = new AdoptionFiles(target, registry.capabilities.adopted === "forgotten");
    const claims = adoptions.filter((one) => needsClaim(one, registry));
    const occupied = files.occupied({ adoptions, lookups }, claims.length > 0);
    const problem =
      hindrance ??
      (unmatched.length > 0
        ? `nothing in the registry matches ${unmatched.map((text) => `'${text}'`).join(", ")}; nothing was done`
        : occupied &&
          `'${relative(folder, occupied)}' exists and has something else in it; name another folder with --output, or move it away`);
    const isDone = yes && problem === undefined;
    if (isDone) files.write({ adoptions: await claimAll(adoptions, registry, operator()), lookups });
    const written = adoptions.length === 0 ? [] : files.paths.map((path) => relative(folder, path));
    const claimed = isDone ? claims.length : 0;
    const adopted = adoptions.map(({ stored: { kind, key }, name, managedBy }) => ({
      ...{ kind, key, name, managedBy },
    }));
    return {
      json: { adopted, leftOut, notLookedAt: unread, files: written, claimed, dryRun: !isDone },
      text: adoptionText({
        ...{ options, adopter, adoptions, lookups, leftOut, unread, claimed, isDone, files: written },
        canGoOn: problem === undefined,
        others: await othersOf(registry),
        target,
        source: sourceOf(projectFolder),
      }),
      ...(problem !== undefined && { problem, exitCode: 1 }),
    };
  });
}
