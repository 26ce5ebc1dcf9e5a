import { KIND_LABELS, KINDS } from "../registry/records";
import type { TopologyRegistry } from "../registry/registry";
import type { Answer } from "./command";

/**
 * `copy --from <registry> --to <registry>`: everything that one registry holds and remembers, into an empty one, all or
 * nothing. As JSON how many records of each kind, and how many entries of the history, there were.
 */
export async function copy(
  from: Pick<TopologyRegistry, "contents">,
  to: Pick<TopologyRegistry, "fill">,
): Promise<Answer> {
  const contents = await from.contents();
  await to.fill(contents);
  const counts = KINDS.map((kind) => {
    const count = contents.records.filter((stored) => stored.kind === kind).length;
    return { kind, count, words: `${count} ${KIND_LABELS[kind]}${count === 1 ? "" : "s"}` };
  });
  const past = contents.history.length;
  return {
    json: { ...Object.fromEntries(counts.map(({ kind, count }) => [kind, count])), history: past },
    text: `copied ${counts.map(({ words }) => words).join(", ")}, and a history of ${past} write${past === 1 ? "" : "s"}`,
  };
}
