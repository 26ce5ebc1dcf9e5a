import { type CheckFailure, toFailure } from "./check";
import { PartialFailure } from "./partial-failure";
import { type Properties, toJson } from "./properties";
import { sentenceOf } from "./sentence";

/** The methods that the host calls, in its order of arguments. */
export interface HostMethods {
  check(olds: Properties, news: Properties): Promise<{ inputs: Properties; failures: CheckFailure[] }>;
  diff(id: string, olds: Properties, news: Properties): Promise<object>;
  create(inputs: Properties): Promise<object>;
  update(id: string, olds: Properties, news: Properties): Promise<object>;
  read(id: string, props: Properties): Promise<object>;
  delete(id: string, props: Properties): Promise<void>;
}

type Perhaps<T> = T | Promise<T>;

/** The methods of a lifecycle; the pure ones need not wait. */
export interface LifecycleMethods {
  check(olds: Properties, news: Properties): Perhaps<{ inputs: Properties; failures: CheckFailure[] }>;
  diff(id: string, olds: Properties, news: Properties): Perhaps<object>;
  create(inputs: Properties): Promise<object>;
  update(id: string, olds: Properties, news: Properties): Promise<object>;
  read(id: string, props: Properties): Promise<object>;
  delete(id: string, props: Properties): Promise<void>;
}

/** The lifecycle as the host can bear it: every failure is one plain sentence. */
export function toHostMethods(lifecycle: LifecycleMethods): HostMethods {
  return {
    async check(olds, news) {
      try {
        const { inputs, failures } = await lifecycle.check(olds, news);
        return { inputs: toJson(inputs), failures };
      } catch (error) {
        // A throw in check is printed twice and with its stack; a failure is one line.
        return { inputs: news, failures: [toFailure({ path: "resource", problem: sentenceOf(error) })] };
      }
    },
    diff: (...args) => plainly(async () => toJson(await lifecycle.diff(...args))),
    create: (inputs) => plainly(async () => toJson(await lifecycle.create(inputs))),
    update: (...args) => plainly(async () => toJson(await lifecycle.update(...args))),
    read: (...args) => plainly(async () => toJson(await lifecycle.read(...args))),
    delete: (...args) => plainly(() => lifecycle.delete(...args)),
  };
}

/**
 * Turns whatever is thrown into an error that the host passes on as it is. A thrown text hangs the deployment, a numeric
 * `code` is taken for a gRPC status, and a name or stack is printed beside the message.
 */
async function plainly<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof PartialFailure) throw error;
    const plain = new Error(sentenceOf(error));
    plain.name = "";
    plain.stack = "";
    throw plain;
  }
}

/** The methods of a provider that could not be set up: each of them says why, `check` first, so that a preview fails. */
export function refusing(error: unknown): HostMethods {
  const refuse = () => {
    throw error;
  };
  return toHostMethods({
    check: refuse,
    diff: refuse,
    create: refuse,
    update: refuse,
    read: refuse,
    delete: refuse,
  });
}
