import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import type { Client, ServiceError } from "@grpc/grpc-js";
import { ROOT } from "./workspace";

// The SDK's own copies of what the engine and the host speak with each other.
const grpc = fromSdk("@grpc/grpc-js") as typeof import("@grpc/grpc-js");
const { ResourceProviderClient } = fromSdk("@pulumi/pulumi/proto/provider_grpc_pb") as {
  ResourceProviderClient: new (...args: unknown[]) => Client;
};
const messages = fromSdk("@pulumi/pulumi/proto/provider_pb") as Record<RequestType, MessageClass> & {
  ErrorResourceInitFailed: MessageClass;
};
const { Status } = fromSdk("@pulumi/pulumi/proto/status_pb") as { Status: MessageClass };
const { Struct } = fromSdk("google-protobuf/google/protobuf/struct_pb") as {
  Struct: { fromJavaScript(value: object): unknown };
};

type Json = Record<string, unknown>;
type Message = Record<string, (...args: unknown[]) => unknown>;
interface MessageClass {
  new (): Message;
  deserializeBinary(bytes: unknown): Message;
}

type RequestType = `${"Configure" | "Check" | "Diff" | "Create" | "Update" | "Read" | "Delete"}Request`;

/** What the engine makes of a partial failure. */
export interface InitFailure {
  id: string;
  properties: Json;
  reasons: string[];
}

export interface HostOptions {
  /** What the engine gives to `configure`. */
  config?: Record<string, string>;
  environment?: NodeJS.ProcessEnv;
  /** CommonJS code that runs in the host's process before anything else. */
  preload?: string;
  /** The folder of `main`, below that of Pulumi.yaml. */
  main?: string;
}

/** The real host of dynamic providers, driven as the engine drives it, without an engine. */
export class Host {
  readonly folder: string;
  stdout = "";
  stderr = "";
  /** Resolves with the exit code, or the signal. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
  #client: Client | undefined;

  private constructor(
    folder: string,
    readonly child: ChildProcess,
  ) {
    this.folder = folder;
    this.ended = once(child, "exit").then(([code, signal]) => signal ?? code);
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.stderr += text;
    });
  }

  static async start(options: HostOptions = {}): Promise<Host> {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), "persistentchat-host-")));
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(ROOT, join(folder, "node_modules", "pulumi-persistentchat"));
    symlinkSync(join(ROOT, "node_modules", "@pulumi"), join(folder, "node_modules", "@pulumi"));
    writeFileSync(join(folder, "Pulumi.yaml"), "name: chat\nruntime: nodejs\n");
    const cwd = join(folder, options.main ?? ".");
    mkdirSync(cwd, { recursive: true });
    const preload = join(folder, "preload.cjs");
    writeFileSync(preload, options.preload ?? "");
    const { PERSISTENTCHAT_REGISTRY, NODE_OPTIONS, ...inherited } = process.env;
    // Port 1 stands for the engine, which the host never calls.
    const script = require.resolve("@pulumi/pulumi/cmd/dynamic-provider");
    const child = spawn(process.execPath, ["--require", preload, script, "127.0.0.1:1"], {
      cwd,
      env: { ...inherited, PULUMI_NODEJS_PROJECT: "chat", ...options.environment },
      stdio: ["pipe", "pipe", "pipe"],
    });
    const host = new Host(folder, child);
    await host.#connect(options.config ?? { "persistentchat:registry": "sqlite:registry.db" });
    return host;
  }

  /** A path in the folder of Pulumi.yaml. */
  path(...parts: string[]): string {
    return join(this.folder, ...parts);
  }

  async check(
    olds: Json,
    news: Json,
  ): Promise<{ inputs: Json; failures: [property: string, reason: string][] }> {
    const answer = await this.#call("check", "CheckRequest", { olds, news });
    const failures = get(answer, "FailuresList") as Message[];
    return {
      inputs: json(answer, "Inputs"),
      failures: failures.map((failure) => [String(get(failure, "Property")), String(get(failure, "Reason"))]),
    };
  }

  async diff(id: string, olds: Json, news: Json): Promise<{ changes?: string; replaces: string[] }> {
    const answer = await this.#call("diff", "DiffRequest", { id, olds, news });
    const changes = ["unknown", "none", "some"][get(answer, "Changes") as number];
    return { changes, replaces: get(answer, "ReplacesList") as string[] };
  }

  async create(properties: Json): Promise<{ id: string; properties: Json }> {
    const answer = await this.#call("create", "CreateRequest", { properties });
    return { id: String(get(answer, "Id")), properties: json(answer, "Properties") };
  }

  async update(id: string, olds: Json, news: Json): Promise<Json> {
    return json(await this.#call("update", "UpdateRequest", { id, olds, news }), "Properties");
  }

  async read(id: string, properties: Json): Promise<{ id: string; properties: Json; inputs: Json }> {
    const answer = await this.#call("read", "ReadRequest", { id, properties });
    return {
      id: String(get(answer, "Id")),
      properties: json(answer, "Properties"),
      inputs: json(answer, "Inputs"),
    };
  }

  async delete(id: string, properties: Json): Promise<void> {
    await this.#call("delete", "DeleteRequest", { id, properties });
  }

  /** Ends the standard input, as the death of the engine does, and waits for the end of the host. */
  async endInput(): Promise<number | NodeJS.Signals | null> {
    this.child.stdin?.end();
    return this.ended;
  }

  /** Ends the host, however far it is, and removes its folder. */
  async dispose(): Promise<void> {
    this.#client?.close();
    this.child.kill("SIGKILL");
    await this.ended;
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #connect(config: Record<string, string>): Promise<void> {
    const lines = createInterface({ input: this.child.stdout as NodeJS.ReadableStream });
    const gone = this.ended.then((end) => {
      throw new Error(`the host ended (${end}) before it listened\n${this.stderr}`);
    });
    const [port] = (await Promise.race([once(lines, "line"), gone])) as [string];
    gone.catch(() => {});
    lines.on("line", (line) => {
      this.stdout += `${line}\n`;
    });
    this.#client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
    await this.#call("configure", "ConfigureRequest", { args: config });
  }

  #call(method: string, type: RequestType, fields: Record<string, string | Json>): Promise<Message> {
    const request = new messages[type]();
    for (const [field, value] of Object.entries(fields)) {
      const setter = `set${field[0]?.toUpperCase()}${field.slice(1)}`;
      request[setter]?.(typeof value === "string" ? value : Struct.fromJavaScript(value));
    }
    return new Promise((resolve, reject) => {
      const client = this.#client as unknown as Message;
      client[method]?.(request, (error: ServiceError | null, answer: Message) =>
        error ? reject(error) : resolve(answer),
      );
    });
  }
}

/** The details of a partial failure, where an error has them. */
export function initFailureOf(error: ServiceError): InitFailure | undefined {
  const [bytes] = error.metadata.get("grpc-status-details-bin");
  if (bytes === undefined) return undefined;
  const [details] = get(Status.deserializeBinary(bytes), "DetailsList") as [Message];
  const failed = messages.ErrorResourceInitFailed.deserializeBinary(get(details, "Value"));
  return {
    id: String(get(failed, "Id")),
    properties: json(failed, "Properties"),
    reasons: get(failed, "ReasonsList") as string[],
  };
}

function get(message: Message, field: string): unknown {
  return message[`get${field}`]?.();
}

function json(message: Message, field: string): Json {
  return (get(message, field) as { toJavaScript(): Json } | undefined)?.toJavaScript() ?? {};
}

function fromSdk(module: string): unknown {
  return require(
    require.resolve(module, { paths: [dirname(require.resolve("@pulumi/pulumi/package.json"))] }),
  );
}
