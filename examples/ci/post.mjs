// Puts what `persistentchat` says where people read it: one comment for each stack on a pull request, one issue for each
// stack that drifted. Copy it to .github/persistentchat/; the workflows run it with the Node of a GitHub runner.
//
//   node post.mjs comment <file>             on the pull request that this run is for
//   node post.mjs quote <stack> <file>       on the pull request of the run that this one follows: the file is a stranger's
//   node post.mjs drift <exit code> <file>   7 opens or updates the issue of the stack, 0 closes it
//
// Takes GITHUB_TOKEN, and what a runner sets: GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_EVENT_PATH. Only what the account of
// the token wrote is ever changed: POST_AS names it where it is not that of GitHub Actions.
import { lstatSync, readFileSync } from "node:fs";
import { argv, env } from "node:process";

/** How many characters GitHub takes in a comment or an issue. */
const LIMIT = 65_536;
const PAGE = 100;
const MARKER = /^<!-- pulumi-persistentchat (comment|drift) ([^\s/<>]+\/[^\s/<>]+) -->$/;

/**
 * What GitHub tells of a comment or an issue, as far as it matters here.
 * @typedef {{ number: number, id: number, html_url: string, body: string | null, user: { login: string } | null, pull_request?: object }} Post
 */

/** What a person can mend; told in one line. */
class Failure extends Error {}

/** @type {Record<string, (...operands: string[]) => Promise<void>>} */
const COMMANDS = {
  async comment(file) {
    const { marker, text } = read(file, "comment");
    const { pull_request: pull } = event();
    if (pull === undefined) throw new Failure("cannot comment: this run is for no pull request");
    await keepComment(pull.number, marker, text);
  },

  async quote(stack, file) {
    const { workflow_run: run } = event();
    if (run === undefined) throw new Failure("cannot quote: this run follows no other");
    const number = await pullOf(run);
    if (number === undefined) return;
    // Of the text not even the marker is believed: it would be another one with each push, or that of another stack.
    const marker = `<!-- pulumi-persistentchat comment fork/${stack} -->`;
    await keepComment(number, marker, quoted(marker, stack, run.html_url, read(file, "comment").rest));
  },

  async drift(exitCode, file) {
    if (exitCode !== "7" && exitCode !== "0")
      throw new Failure(
        `cannot tell whether the stack drifted: the command ended with ${exitCode}; see what it said`,
      );
    const { marker, stack, text, rest } = read(file, "drift");
    const issue = await ownPost("issues?state=open", marker);
    if (exitCode === "7") {
      const title = `Drift in ${stack}`;
      const kept = issue
        ? await ask("PATCH", `issues/${issue.number}`, { title, body: text })
        : await ask("POST", "issues", { title, body: text });
      console.log(kept.html_url);
    } else if (issue) {
      await ask("POST", `issues/${issue.number}/comments`, { body: rest });
      await ask("PATCH", `issues/${issue.number}`, { state: "closed", state_reason: "completed" });
      console.log(`closed ${issue.html_url}`);
    }
  },
};

/**
 * Changes our comment of that marker, or makes it.
 * @param {number} number @param {string} marker @param {string} body
 */
async function keepComment(number, marker, body) {
  const comment = await ownPost(`issues/${number}/comments`, marker);
  const kept = comment
    ? await ask("PATCH", `issues/comments/${comment.id}`, { body })
    : await ask("POST", `issues/${number}/comments`, { body });
  console.log(kept.html_url);
}

/**
 * The first comment or issue of our own that begins with a marker. Anybody may write one that begins so.
 * @param {string} list @param {string} marker
 * @returns {Promise<Post | undefined>}
 */
async function ownPost(list, marker) {
  const author = env.POST_AS || "github-actions[bot]";
  for (let page = 1; ; page++) {
    /** @type {Post[]} */
    const posts = await ask("GET", `${list}${list.includes("?") ? "&" : "?"}per_page=${PAGE}&page=${page}`);
    const found = posts.find(
      ({ user, body, pull_request: pull }) =>
        user?.login === author && !pull && firstLine(body ?? "") === marker,
    );
    if (found !== undefined || posts.length < PAGE) return found;
  }
}

/**
 * The open pull request whose newest commit a run was for, found by what GitHub says of that run; `undefined` where there is
 * none any more.
 * @param {{ head_sha: string, head_branch: string, head_repository: { id: number, owner: { login: string } } | null }} run
 * @returns {Promise<number | undefined>}
 */
async function pullOf({ head_sha: sha, head_branch: branch, head_repository: repository }) {
  // With a fork that is deleted its pull requests are closed.
  if (repository === null) {
    console.log("nothing to quote: the fork is gone");
    return undefined;
  }
  const head = encodeURIComponent(`${repository.owner.login}:${branch}`);
  /** @type {{ number: number, head: { sha: string, repo: { id: number } | null } }[]} */
  const open = await ask("GET", `pulls?state=open&head=${head}&per_page=${PAGE}`);
  const pulls = open.filter((pull) => pull.head.sha === sha && pull.head.repo?.id === repository.id);
  if (pulls.length > 1)
    throw new Failure(
      `cannot quote: ${pulls.length} pull requests are open for the same commit; close all but one`,
    );
  if (pulls.length === 0) console.log("nothing to quote: the pull request is closed, or has a newer commit");
  return pulls[0]?.number;
}

/**
 * A stranger's text, as a quotation: no line of it begins a line, where the commands of other tools stand, and it calls nobody.
 * @param {string} marker @param {string} stack @param {string} run @param {string} text
 */
function quoted(marker, stack, run, text) {
  const heading =
    `${marker}\n**Stack \`${stack}\`, in the words of this pull request's own code**, which ran in ` +
    `[a job](${run}) without secrets and without the registry. Read the code before you believe it.\n`;
  const lines = text.split(/\r\n|(?!\t)[\p{Cc}\p{Zl}\p{Zp}]/u);
  const quotes = lines.map((line) => `\n> ${line.replace(/(?<!\w)@(?=\w)/g, "@\u200b")}`);
  const whole = heading + quotes.join("");
  if (whole.length <= LIMIT) return whole;
  let cut = `${heading}It is cut; that job keeps all of it as an artifact.\n`;
  for (const quote of quotes) {
    if (cut.length + quote.length > LIMIT) break;
    cut += quote;
  }
  return cut;
}

/**
 * Reads a text that begins with a marker.
 * @param {string | undefined} file @param {"comment" | "drift"} kind
 */
function read(file, kind) {
  if (file === undefined) throw new Failure(`cannot post a ${kind}: no file is named`);
  const found = lstatSync(file, { throwIfNoEntry: false });
  if (found === undefined) throw new Failure(`cannot post '${file}': there is none`);
  // A link could lead to anything that this process may read, its token included.
  if (!found.isFile()) throw new Failure(`cannot post '${file}': it is no file`);
  // As many bytes as so many characters can have.
  if (found.size > 4 * LIMIT)
    throw new Failure(`cannot post '${file}': it has ${found.size} bytes, which is too long`);
  const text = readFileSync(file, "utf8").trimEnd();
  if (text.length > LIMIT)
    throw new Failure(`cannot post '${file}': it has ${text.length} characters, and GitHub takes ${LIMIT}`);
  const marker = firstLine(text);
  const [, stands, stack = ""] = MARKER.exec(marker) ?? [];
  if (stands !== kind)
    throw new Failure(`cannot post '${file}': its first line is not the marker of a ${kind}`);
  return { marker, stack, text, rest: text.slice(marker.length).trim() };
}

/** @param {string} text */
function firstLine(text) {
  return text.split(/\r?\n/, 1)[0] ?? "";
}

/** What the runner tells of this run. */
function event() {
  return JSON.parse(readFileSync(needed("GITHUB_EVENT_PATH"), "utf8"));
}

/**
 * Asks GitHub about this repository.
 * @param {"GET" | "POST" | "PATCH"} method @param {string} path @param {object} [body]
 */
async function ask(method, path, body) {
  const url = `${needed("GITHUB_API_URL")}/repos/${needed("GITHUB_REPOSITORY")}/${path}`;
  const response = await fetch(url, {
    method,
    headers: {
      accept: "application/vnd.github+json",
      authorization: `Bearer ${needed("GITHUB_TOKEN")}`,
      "user-agent": "pulumi-persistentchat",
      "x-github-api-version": "2022-11-28",
    },
    ...(body && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(60_000),
  });
  const text = await response.text();
  if (response.ok) return JSON.parse(text);
  throw new Failure(
    `cannot ${method} ${path}: GitHub answers ${response.status}, ${text.slice(0, 300).replace(/\s+/g, " ")}`,
  );
}

/** @param {string} name */
function needed(name) {
  const value = env[name];
  if (!value) throw new Failure(`cannot post: ${name} is not set`);
  return value;
}

const [name = "", ...operands] = argv.slice(2);
try {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) throw new Failure(`'${name}' is none of ${Object.keys(COMMANDS).join(", ")}`);
  await command(...operands);
} catch (error) {
  console.error(error instanceof Failure ? error.message : error);
  process.exitCode = 1;
}
