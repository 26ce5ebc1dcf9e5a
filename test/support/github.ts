import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";

const REPOSITORY = "contoso/chat";
const LIMIT = 65_536;

/** A comment or an issue, as the interface of GitHub tells it. */
export interface GitHubPost {
  id: number;
  number: number;
  html_url: string;
  title?: string;
  state: "open" | "closed";
  state_reason?: string;
  body: string;
  user: { login: string };
  pull_request?: object;
}

/** A pull request, as far as anybody asks. */
export interface GitHubPull {
  number: number;
  state: "open" | "closed";
  head: { label: string; sha: string; repo: { id: number } | null };
}

/**
 * The part of GitHub that keeps comments, issues and pull requests, of one repository, over HTTP on the loopback interface:
 * pages, its limit of a text, and who may write at all.
 */
export class GitHub {
  readonly comments = new Map<number, GitHubPost[]>();
  readonly issues: GitHubPost[] = [];
  readonly pulls: GitHubPull[] = [];
  /** Every write that it took, in order. */
  readonly writes: string[] = [];
  #id = 0;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<GitHub> {
    const server = createServer();
    const github = new GitHub(server);
    server.on("request", async (request, response) => {
      const { status, json } = github.answer(request, await textOf(request));
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(json));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return github;
  }

  /** What a runner sets, and the token of its account. */
  environment(eventFile: string): NodeJS.ProcessEnv {
    const { port } = this.server.address() as AddressInfo;
    return {
      GITHUB_API_URL: `http://127.0.0.1:${port}`,
      GITHUB_REPOSITORY: REPOSITORY,
      GITHUB_EVENT_PATH: eventFile,
      GITHUB_TOKEN: "right",
    };
  }

  /** Puts a comment there, as somebody else would. */
  addComment(number: number, login: string, body: string): GitHubPost {
    const post = this.post(body, login);
    this.comments.set(number, [...(this.comments.get(number) ?? []), post]);
    return post;
  }

  /** Puts an issue there, as somebody else would. */
  addIssue(login: string, body: string, more: Partial<GitHubPost> = {}): GitHubPost {
    const issue = { ...this.post(body, login), ...more };
    this.issues.push(issue);
    return issue;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private answer(request: IncomingMessage, text: string): { status: number; json: unknown } {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://github");
    const path = pathname.replace(`/repos/${REPOSITORY}/`, "");
    if (request.headers.authorization !== "Bearer right")
      return { status: 401, json: { message: "Bad credentials" } };
    if (request.method === "GET") return this.read(path, searchParams);
    const sent = JSON.parse(text) as Partial<GitHubPost>;
    if (sent.body !== undefined && (sent.body === "" || sent.body.length > LIMIT))
      return { status: 422, json: { message: "Validation Failed" } };
    this.writes.push(`${request.method} ${path}`);
    return this.write(`${request.method} ${path}`, sent);
  }

  private read(path: string, query: URLSearchParams): { status: number; json: unknown } {
    const [, number] = /^issues\/(\d+)\/comments$/.exec(path) ?? [];
    const all = number
      ? (this.comments.get(Number(number)) ?? [])
      : path === "issues"
        ? this.issues
        : this.pulls;
    const wanted = all.filter(
      (each) =>
        (!query.has("state") || each.state === query.get("state")) &&
        (!query.has("head") || ("head" in each && each.head.label === query.get("head"))),
    );
    const size = Math.min(Number(query.get("per_page") ?? 30), 100);
    const start = (Number(query.get("page") ?? 1) - 1) * size;
    return { status: 200, json: wanted.slice(start, start + size) };
  }

  private write(what: string, sent: Partial<GitHubPost>): { status: number; json: unknown } {
    const [, comment, issue] = /^PATCH issues\/(?:comments\/(\d+)|(\d+))$/.exec(what) ?? [];
    const [, commented] = /^POST issues\/(\d+)\/comments$/.exec(what) ?? [];
    if (commented)
      return {
        status: 201,
        json: this.addComment(Number(commented), "github-actions[bot]", sent.body ?? ""),
      };
    if (what === "POST issues")
      return { status: 201, json: this.addIssue("github-actions[bot]", sent.body ?? "", sent) };
    const known = comment
      ? [...this.comments.values()].flat().find(({ id }) => id === Number(comment))
      : this.issues.find(({ number }) => number === Number(issue));
    if (known === undefined) return { status: 404, json: { message: "Not Found" } };
    return { status: 200, json: Object.assign(known, sent) };
  }

  private post(body: string, login: string): GitHubPost {
    this.#id += 1;
    // The number of an issue is not its id.
    const number = this.#id + 1000;
    return {
      id: this.#id,
      number,
      html_url: `https://github.test/${number}`,
      state: "open",
      body,
      user: { login },
    };
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
