import type { Kind } from "../registry/records";
import type { RegistryTraits } from "./registry-traits";

/** What stands in the engine's documents for a secret value. */
export const SECRET = "[secret]";
/** What stands there for a value that is known only after an update. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Arguments or outputs of a resource: JSON values. */
export type Properties = Record<string, unknown>;

/** What the engine would do with a resource. `other` is what no topology resource meets, such as `import`. */
export type Operation = "create" | "update" | "replace" | "delete" | "same" | "read" | "other";

/** One resource in a preview. */
export interface Step {
  operation: Operation;
  urn: string;
  type: string;
  name: string;
  /** The key of the record, where state has the resource. */
  id?: string;
  /** The kind of record that it declares, for a `SipDomain`, a `PersistentChatPool` or a `LegacyEndpoint`. */
  kind?: Kind;
  /** Set for a component and for the stack itself, which no provider makes. */
  isComponent?: true;
  /** Logical name of the explicit provider that it has. */
  provider?: string;
  /** The one that state has, where that has another registry; empty for the default provider. */
  former?: Pick<Step, "provider">;
  /** Whether it is only looked up, and managed elsewhere or by nobody. */
  isLookup?: true;
  /** Of a replacement: whether the old one is removed before the new one is made. */
  removedFirst?: true;
  /** Whether what state has is only forgotten where it is deleted or replaced (`retainOnDelete`). */
  isRetained?: true;
  /** Set for a copy that waits for its delete since a replacement, and has the URN of what took its place. */
  isCondemned?: true;
  /** Whether the engine takes it to go with another resource, which is deleted or replaced too (`deletedWith`). */
  isDeletedWith?: true;
  parent?: string;
  dependencies: readonly string[];
  /** The arguments that state has; absent for a create. Without what begins with `__`. */
  before?: Properties;
  /** The arguments that there will be; absent for a delete. Without what begins with `__`. */
  after?: Properties;
  /** What state has as outputs. */
  outputs?: Properties;
  /** Paths of what differs, as exactly as the engine tells. */
  changed: readonly string[];
  /** Paths of what makes it a replacement. */
  replaces: readonly string[];
}

/** Whether anything would be done; what is looked up is only read. */
export function isChange({ operation }: Pick<Step, "operation">): boolean {
  return operation !== "same" && operation !== "read";
}

/** Logical name of the explicit provider in whose registry the record is that state has. */
export function providerBefore({ provider, former }: Pick<Step, "provider" | "former">): string | undefined {
  return former ? former.provider : provider;
}

/** A message that made a preview fail. */
export interface Problem {
  urn?: string;
  message: string;
}

/** What a preview, or a refresh without writing, says. */
export interface Preview {
  /** Both are absent where nothing was reached, not even the stack. */
  project?: string;
  stack?: string;
  /** Of the registry that the stack's settings name; absent where nothing was previewed. */
  registry?: RegistryTraits;
  /** In the engine's order. After a failure there are only those that were reached. */
  steps: Step[];
  /** Empty where it succeeded. */
  problems: Problem[];
  /**
   * How many resources there are of each outcome, by the engine's words. More of them may differ than the steps show: a
   * refresh shows none that is looked up only, and none whose provider does not say in what it differs. Absent for a stack
   * that has none.
   */
  counts?: Readonly<Record<string, number>>;
  /** Whether it is a refresh without an update: it says what is there, and not what will be. */
  isRefresh?: true;
}

/** Whether a preview tells only of what changes, and counts more that stays than it shows. */
export function lacksSames({ steps, counts }: Preview): boolean {
  return steps.filter(({ operation }) => operation === "same").length < (counts?.same ?? 0);
}
