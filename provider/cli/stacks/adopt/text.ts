import { relative, sep } from "node:path";
import { type Adopter, DECLARED, type LeftOut } from "../../../adopt/choice";
import type { Lookup } from "../../../adopt/lookups";
import type { Adoption } from "../../../adopt/plan";
import { KIND_LABELS, type Kind, TOPOLOGY_KINDS } from "../../../registry/records";
import { table } from "../../table";
import type { AdoptOptions } from "../adopt";
import type { Source } from "../diff/program";
import type { UnreadStack } from "../known-stacks";

export interface AdoptionReport {
  options: AdoptOptions;
  adopter: Adopter;
  adoptions: readonly Adoption[];
  leftOut: readonly LeftOut[];
  lookups: readonly Lookup[];
  /** What could not be asked whether it declares any of it. */
  unread: readonly UnreadStack[];
  /** Other kinds of which the registry has any. */
  others: readonly Kind[];
  files: readonly string[];
  claimed: number;
  isDone: boolean;
  /** Whether the next command would do it. */
  canGoOn: boolean;
  /** The folder of the files. */
  target: string;
  /** The program that is to bring them in. */
  source: Source;
}

/** What people get to read: what is adopted, what is not and why, and what to do next. */
export function adoptionText(report: AdoptionReport): string {
  const { adopter, adoptions, leftOut, lookups, others } = report;
  const declared = leftOut.filter(({ reason }) => reason === DECLARED);
  const rest = leftOut.filter(({ reason }) => reason !== DECLARED);
  const unmanaged = adoptions.flatMap(({ stored: { kind, key }, unmanaged: problems }) =>
    problems.map(({ path, problem }) => [KIND_LABELS[kind], key, path, problem]),
  );
  const isClaimed = ({ stored, managedBy }: Adoption) => stored.managedBy === managedBy;
  const named = ({ stored: { kind, key }, name }: Adoption) => [KIND_LABELS[kind], key, name];
  const claimed = adoptions.filter(isClaimed).map(named);
  return [
    rowsOf(
      [report.isDone ? "ADOPTED" : "WOULD BE ADOPTED", "KEY", "NAME"],
      adoptions.filter((one) => !isClaimed(one)).map(named),
    ),
    rowsOf([report.isDone ? "ADOPTED AGAIN" : "WOULD BE ADOPTED AGAIN", "KEY", "NAME"], claimed),
    rowsOf(["NOT MANAGED OF", "KEY", "ARGUMENT", "BECAUSE"], unmanaged),
    rowsOf(
      ["LEFT OUT", "KEY", "BECAUSE"],
      rest.map(({ kind, key, reason }) => [KIND_LABELS[kind], key, reason]),
    ),
    rowsOf(
      ["NOT LOOKED AT", "PROVIDER", "BECAUSE"],
      report.unread.map(({ stack, provider = "", reason }) => [`stack ${stack}`, provider, reason]),
    ),
    sentences(
      declared.length > 0 && `Left out, since ${DECLARED}: ${amounts(declared.map(({ kind }) => kind))}.`,
      claimed.length > 0 &&
        "What is adopted again this stack has claimed, and its state does not have, since an adoption or an update was cut off. Where the program declares it by itself, 'pulumi up' recognises it; adopt the rest alone then, with --only.",
      lookups.length > 0 &&
        `Only looked up by the program, for its endpoints: ${lookups.map(({ domain }) => domain).join(", ")}.`,
      adopter.owners !== undefined &&
        adoptions.length > 0 &&
        "This registry keeps no owners: what another project declares may be among what is adopted.",
      others.length > 0 && `Not adopted: ${others.map((kind) => `${KIND_LABELS[kind]}s`).join(", ")}.`,
    ),
    adoptions.length === 0 ? "There is nothing to adopt." : report.isDone ? done(report) : dryRun(report),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

function dryRun({ options, adopter, adoptions, files, canGoOn }: AdoptionReport): string {
  const { stack, only, output } = options;
  const next = [
    ...["persistentchat", "adopt", "--stack", stack],
    ...only.flatMap((pattern) => ["--only", pattern]),
    ...(output === undefined ? [] : ["--output", output]),
    "--yes",
  ];
  const what = amounts(adoptions.map(({ stored: { kind } }) => kind));
  const would = `${what} would be adopted into ${adopter.project}/${adopter.stack}, with ${files.join(" and ")}.`;
  return sentences(`${would} Nothing is claimed or written yet.`, canGoOn && `Next:\n  ${commandLine(next)}`);
}

function done({ options, adopter, claimed, files, source, target }: AdoptionReport): string {
  const stack = ["--stack", options.stack];
  const [file = ""] = files;
  const module = relative(source.folder, target).split(sep).join("/");
  // Without a compiler only Node.js itself reads TypeScript, and only where the whole name of the file is said.
  const name = source.language === "typescript" ? "index" : "index.ts";
  const path = JSON.stringify(`./${module}/${name}`.replace(/^\.\/\.\.\//, "../"));
  const line = source.language === "commonjs" ? `require(${path});` : `import ${path};`;
  const bring = ["pulumi", "import", "--file", file, "--generate-code=false", "--protect=false", ...stack];
  return sentences(
    `Claimed ${claimed} for ${adopter.project}/${adopter.stack}, and wrote ${files.join(" and ")}. Next:`,
    `  ${commandLine(bring)}`,
    `  (have the program say: ${line})`,
    `  ${commandLine(["pulumi", "preview", "--expect-no-changes", ...stack])}`,
    `  ${commandLine(["pulumi", "up", ...stack])}`,
    "The last one tells state what needs what, which a destroy has to know.",
  );
}

function rowsOf(headings: readonly string[], rows: readonly string[][]): string {
  return rows.length === 0 ? "" : table(headings, rows);
}

function sentences(...lines: (string | false)[]): string {
  return lines.filter((line) => line !== false).join("\n");
}

/** Such as "1 SIP domain, 2 legacy endpoints". */
function amounts(kinds: readonly Kind[]): string {
  return TOPOLOGY_KINDS.flatMap((kind) => {
    const count = kinds.filter((one) => one === kind).length;
    return count === 0 ? [] : [`${count} ${KIND_LABELS[kind]}${count === 1 ? "" : "s"}`];
  }).join(", ");
}

/** A command for a shell; single quotes mean the same to most of them. */
function commandLine(words: readonly string[]): string {
  return words
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(" ");
}
