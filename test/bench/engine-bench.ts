import type { PostgresServer } from "../support/postgres-server";
import { type StateSize, stateSizeOf } from "./bytes";
import { dynamicResources, endpoints } from "./programs";
import { costOf } from "./run-cost";
import { RunPairs, type Runs } from "./run-pairs";
import { withWorkspaces } from "./workspaces";

const UP = ["up", "--yes", "--skip-preview"];
// With changes expected to be none, a run that finds one fails, and the bench with it.
const PREVIEW = ["preview", "--expect-no-changes"];
const REFRESH = ["refresh", "--yes", "--skip-preview", "--expect-no-changes"];

const WITHOUT_CHECKPOINTS = { PULUMI_SKIP_CHECKPOINTS: "true" };

export interface EngineFigures {
  size: number;
  up: Runs;
  preview: Runs;
  /** The same preview against resources that come with a provider object each, a closure to serialize for each of them. */
  previewOfOwnProviders: Runs;
  refresh: Runs;
  /** `ours` is the `up` without checkpoints, `reference` the one with them. */
  upWithoutCheckpoints: Runs;
  /** `ours` is the `up` on PostgreSQL, `reference` the one on SQLite. */
  upOnPostgresql: Runs;
  state: { ours: StateSize; dynamicResource: StateSize };
}

/** Measures whole runs of the command line tool over `size` endpoints, and as many dynamic resources that do nothing. */
export async function measureEngine(
  size: number,
  rounds: number,
  server: PostgresServer,
  say: (line: string) => void,
): Promise<EngineFigures> {
  const up = new RunPairs();
  const preview = new RunPairs();
  const previewOfOwnProviders = new RunPairs();
  const refresh = new RunPairs();
  const upWithoutCheckpoints = new RunPairs();
  const upOnPostgresql = new RunPairs();
  let state: EngineFigures["state"] | undefined;
  for (let round = 1; round <= rounds; round++) {
    say(`${size} resources, round ${round} of ${rounds}`);
    const programs = [
      endpoints(size),
      dynamicResources(size, "one provider"),
      dynamicResources(size, "a provider each"),
      endpoints(size),
      endpoints(size),
    ] as const;
    await withWorkspaces(programs, async ([ours, reference, ownProviders, skipping, onPostgresql]) => {
      const registry = server.url({ parameters: { schema: `up_${size}_${round}` } });
      await onPostgresql.ok("config", "set", "persistentchat:registry", registry);

      const ourUp = await costOf(ours, UP);
      up.add(ourUp, await costOf(reference, UP));
      upWithoutCheckpoints.add(await costOf(skipping, UP, WITHOUT_CHECKPOINTS), ourUp);
      upOnPostgresql.add(await costOf(onPostgresql, UP), ourUp);
      await costOf(ownProviders, UP, WITHOUT_CHECKPOINTS);

      const ourPreview = await costOf(ours, PREVIEW);
      preview.add(ourPreview, await costOf(reference, PREVIEW));
      previewOfOwnProviders.add(ourPreview, await costOf(ownProviders, PREVIEW));

      refresh.add(await costOf(ours, REFRESH), await costOf(reference, REFRESH));
      state ??= { ours: await stateSizeOf(ours), dynamicResource: await stateSizeOf(reference) };
    });
  }
  if (!state) throw new Error("a bench has at least one round");
  return {
    size,
    up: up.compared(),
    preview: preview.compared(),
    previewOfOwnProviders: previewOfOwnProviders.compared(),
    refresh: refresh.compared(),
    upWithoutCheckpoints: upWithoutCheckpoints.compared(),
    upOnPostgresql: upOnPostgresql.compared(),
    state,
  };
}
