import type { Bound, Parameter } from "./binding";
import type { Directory } from "./views";
import type { World } from "./world";

/** A value as the shell sends it. A policy or a distinguished name is text by then. */
export type Value = string | number | boolean | null | string[];

/** An object that a cmdlet puts out, with all of its properties. */
export type Output = Readonly<Record<string, Value>>;

/** What a cmdlet works on. */
export interface Call {
  world: World;
  /** In milliseconds since the epoch. */
  now: number;
  given: Bound;
  /** The domain controller that answers and takes writes: the one that is asked for, or else that of the shell's host. */
  domainController: string;
  /** What that domain controller sees. */
  directory: Directory;
  /** What the first global catalog sees. */
  globalCatalog: Directory;
  /** Notes a write of an object in the directory, or with `null` its removal. */
  write(partition: "user" | "contact", dn: string, after: object | null): void;
}

/** A cmdlet: what it takes, what it puts out, and what it does. */
export interface Cmdlet {
  access: "read" | "write";
  /** The type of the objects that it puts out. */
  type: string;
  parameters: Readonly<Record<string, Parameter>>;
  /** Parameters of the product that the simulator refuses to imitate. */
  notSimulated?: readonly string[];
  /** Fails with `ShellError`. Where it has changed part of the world before that, the part stays. */
  run(call: Call): Output[];
}
