import { type StackAnswer, type Surroundings, UsageError } from "../command";
import { commentAnswer } from "./comment-answer";
import { comparePrograms } from "./diff/compare-programs";

export interface DiffOptions {
  stack: string;
  base: string;
  /** Folders, beside `node_modules`, that the base uses as they are in the working folder. */
  link: readonly string[];
  output?: string;
}

/** Says what the program of the working folder changes in what that of another commit declares, in the form of `comment`. */
export async function diff(options: DiffOptions, surroundings: Surroundings): Promise<StackAnswer> {
  const { base, link, output } = options;
  if (base === "" || output === "") throw new UsageError("--base and --output need a value");
  const compared = await comparePrograms({ stack: options.stack, base, link }, surroundings);
  const { commit, stack, preview, notes } = compared;
  const comment = commentAnswer(preview, output, surroundings.folder(), { stack, notes });
  return { ...comment, json: { ...comment.json, base: commit, notes } };
}
