import { setImmediate } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";

// What the Automation API gives to each inline program: a runtime of its own. Not in the SDK's typings.
const { withLocalStorage } = require("@pulumi/pulumi/runtime/state") as {
  withLocalStorage<T>(run: () => Promise<T>): Promise<T>;
};

/** A resource as it arrived at the engine. */
export interface Registered {
  type: string;
  name: string;
  /** Secrets stand in their envelopes, and what is not known yet as `undefined`. */
  inputs: Record<string, unknown>;
  /** The logical names of what it depends on, sorted. */
  dependencies: string[];
  /** The name of its explicit provider. */
  provider?: string;
  /** Given for one that is read, not registered. */
  id?: string;
}

export interface ProgramResult {
  registered: Registered[];
  /** The messages of what the SDK would report, each error once. */
  errors: string[];
}

/** What the two requests have of the fields that a test looks at. */
interface Request {
  toObject(): { type: string; name: string; provider: string; dependenciesList: string[]; id?: string };
  getObject?(): Struct | undefined;
  getProperties?(): Struct | undefined;
}

interface Struct {
  toJavaScript(): Record<string, unknown>;
}

export interface ProgramOptions {
  preview?: boolean;
  stack?: string;
  /** What the engine answers beside the inputs of a resource. */
  outputs?: (resource: pulumi.runtime.MockResourceArgs) => object;
}

/**
 * Runs a program against a mocked engine that answers with the inputs, in a runtime of its own: several may run at once.
 * Errors are collected as the SDK does it, from the rejections that nobody handles.
 */
export async function runProgram(
  program: () => unknown,
  { preview = false, stack = "dev", outputs = () => ({}) }: ProgramOptions = {},
): Promise<ProgramResult> {
  const registered: Registered[] = [];
  const errors = new Set<unknown>();
  await collectingRejections(errors, () =>
    withLocalStorage(async () => {
      const state = (args: pulumi.runtime.MockResourceArgs) => ({
        ...args.inputs,
        revision: "1",
        incarnation: "i1",
        ...outputs(args),
      });
      await pulumi.runtime.setMocks(
        {
          newResource: (args) => ({ id: args.id || `${args.name}-id`, state: state(args) }),
          call: () => ({}),
        },
        "chat",
        stack,
        preview,
      );
      record(registered);
      await program();
      await settled();
    }),
  );
  return { registered, errors: [...errors].map((error) => (error as Error).message) };
}

/** Takes down what arrives at the monitor, dependencies included, which mocks do not get to see. */
function record(registered: Registered[]): void {
  const monitor = pulumi.runtime.getMonitor() as unknown as Record<
    "registerResource" | "readResource",
    (request: Request, ...rest: unknown[]) => unknown
  >;
  for (const method of ["registerResource", "readResource"] as const) {
    const original = monitor[method].bind(monitor);
    monitor[method] = (request, ...rest) => {
      const { type, name, provider, dependenciesList, id } = request.toObject();
      const inputs = method === "readResource" ? request.getProperties?.() : request.getObject?.();
      registered.push({
        type,
        name,
        inputs: inputs?.toJavaScript() ?? {},
        dependencies: dependenciesList.map((urn) => part(urn, -1)).sort(),
        ...(provider && { provider: part(provider, -2) }),
        ...(method === "readResource" && { id }),
      });
      return original(request, ...rest);
    };
  }
}

function part(urn: string, place: number): string {
  return urn.split("::").at(place) ?? "";
}

/** Waits until nothing is under way any more. */
async function settled(): Promise<void> {
  const { waitForRPCs } = pulumi.runtime as unknown as { waitForRPCs(): Promise<void> };
  // A rule waits for the next turn of the event loop, and what it lets through may begin something new.
  for (let turn = 0; turn < 5; turn++) {
    await setImmediate();
    await waitForRPCs();
  }
}

async function collectingRejections(errors: Set<unknown>, run: () => Promise<void>): Promise<void> {
  const collect = (error: unknown) => errors.add(error);
  const others = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection").on("unhandledRejection", collect);
  try {
    await run();
  } catch (error) {
    collect(error);
  } finally {
    process.off("unhandledRejection", collect);
    for (const listener of others) process.on("unhandledRejection", listener);
  }
}
