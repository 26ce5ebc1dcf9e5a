import { plainText } from "../phrase";
import type { Preview, Step } from "../preview";
import type { Change } from "./change";
import { changesOf } from "./changes";
import { engineDiff } from "./engine-diff";
import { piecesOf } from "./flowchart";
import { Layout } from "./layout";
import { drawn } from "./picture";
import { type ToldProblem, toldProblems } from "./problems";
import { type Risk, risksOf } from "./risks";
import { bytesOf, LARGEST_COMMENT } from "./room";
import { scopesOf } from "./topology";

/** What a comment says beside the preview. */
export interface CommentContext {
  /** Of which stack it is, where the preview does not say it: as `project/stack`, or a stack's name alone. */
  stack?: string;
  /** Sentences, in plain text, that stand below the heading: what was left out of the preview, for instance. */
  notes?: readonly string[];
  /** Name of the file that has all of it, where the text has to be cut. */
  wholeFile?: string;
}

/** A comment on a pull request, as Markdown of GitHub's kind. */
export interface Comment {
  /** The first line of the text, by which a workflow finds the comment of this stack again. */
  marker: string;
  /** At most 65,536 bytes. */
  text: string;
  /** All of it, where the text had to be cut. */
  whole?: string;
  /** What `--json` tells beside it: the rows of the table and the risks, as data. */
  json: CommentData;
}

/** A comment as data. */
export interface CommentData {
  project?: string;
  stack?: string;
  /** Whether the preview failed; what it did not reach is not told. */
  failed: boolean;
  problems: ToldProblem[];
  changes: (Omit<Change, "words"> & { text: string })[];
  risks: { risk: Risk["risk"]; text: string }[];
}

/** Says a preview in words and pictures of the topology. */
export function renderComment(preview: Preview, context: CommentContext = {}): Comment {
  const steps = inOrder(preview.steps);
  const scopes = scopesOf(steps, preview.registry);
  const [namedStack, namedProject] = context.stack?.split("/").reverse() ?? [];
  const { project = namedProject, stack = namedStack } = preview;
  const problems = toldProblems(preview.problems);
  const [changes, risks] = [changesOf(preview, scopes), risksOf({ ...preview, steps }, scopes)];
  const marker = markerOf(project, stack);
  const failed = preview.problems.length > 0;
  const layout = new Layout({
    marker,
    subject: [project, stack].filter((part) => part !== undefined).join("/"),
    failed,
    notes: context.notes ?? [],
    problems,
    changes,
    risks,
    picture: drawn(piecesOf(scopes)),
    diff: engineDiff(steps),
    ...(context.wholeFile !== undefined && { wholeFile: context.wholeFile }),
  });
  const whole = layout.whole();
  const isCut = bytesOf(whole) > LARGEST_COMMENT;
  return {
    marker,
    text: isCut ? layout.cut() : whole,
    ...(isCut && { whole }),
    json: {
      ...(project !== undefined && { project }),
      ...(stack !== undefined && { stack }),
      failed,
      problems,
      changes: changes.map(({ words, ...rest }) => ({ ...rest, text: plainText(words) })),
      risks: risks.map(({ risk, words }) => ({ risk, text: plainText(words) })),
    },
  };
}

/** The engine does many things at once, and tells of them in any order; the same preview is always the same comment. */
function inOrder(steps: readonly Step[]): Step[] {
  const { compare } = new Intl.Collator("en", { numeric: true });
  return steps.toSorted((one, other) => compare(one.urn, other.urn));
}

/** What the comment of one stack begins with, and that of no other. Nothing in it can end an HTML comment. */
function markerOf(project = "", stack = ""): string {
  const safe = (text: string) =>
    encodeURIComponent([...text.replace(/\p{Cs}/gu, "?")].slice(0, 100).join(""))
      .replace(/[!'()*~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
      .replace(/-(?=-)|-$/g, "%2D");
  return `<!-- pulumi-persistentchat comment ${safe(project)}/${safe(stack)} -->`;
}
