import { writeFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { type CommentContext, renderComment } from "../../review/comment/comment";
import type { Preview } from "../../review/preview";
import type { StackAnswer } from "../command";

const FAILED = 1;

/**
 * A preview as a comment: printed, or written to a file, and what had to be cut whole beside it, as `<name>.full.md`. As JSON
 * `{marker, text, isCut, file?, wholeFile?, project?, stack?, failed, problems, changes, risks}`. The exit code is 1 where the
 * preview failed.
 */
export function commentAnswer(
  preview: Preview,
  output: string | undefined,
  folder: string,
  context: CommentContext = {},
): StackAnswer & { json: object } {
  const file = output === undefined ? undefined : resolve(folder, output);
  const beside = file === undefined ? undefined : `${file.replace(/\.md$/i, "")}.full.md`;
  const { marker, text, whole, json } = renderComment(preview, {
    ...context,
    ...(beside !== undefined && { wholeFile: basename(beside) }),
  });
  if (file !== undefined) writeFileSync(file, text);
  if (beside !== undefined && whole !== undefined) writeFileSync(beside, whole);
  const wholeFile = whole === undefined ? undefined : beside;
  return {
    json: { marker, text, isCut: whole !== undefined, file, wholeFile, ...json },
    text:
      file === undefined
        ? text.trimEnd()
        : `wrote ${[file, wholeFile].filter((one) => one !== undefined).join(" and ")}`,
    ...(whole !== undefined &&
      file === undefined && {
        problem: "the comment is cut to what GitHub takes; say --output to have the whole of it too",
      }),
    exitCode: json.failed ? FAILED : 0,
  };
}
