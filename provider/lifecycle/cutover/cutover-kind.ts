import type { z } from "zod";
import { RegistryError } from "../../registry/errors";
import type { Actor, TopologyRegistry } from "../../registry/registry";
import type { Properties } from "../properties";

/** What the resources of a cutover take from their surroundings. */
export interface CutoverContext {
  registry: TopologyRegistry;
  /** The person or job that runs. */
  operator: string;
  /** Takes one line for the user. */
  log: (line: string) => void;
  clock: () => Date;
  newToken: () => string;
  /** What seals the files of snapshots; absent where the stack's configuration has none. */
  passphrase: string | undefined;
  /** Whether the engine writes state after each step, and not only at the end. */
  checkpoints: boolean;
}

/** A kind of resource that a cutover consists of, as far as it is not a command. None of them changes the world on a delete. */
export interface CutoverKind {
  /** The arguments; each schema also normalises. */
  readonly fields: z.ZodObject;
  /** The arguments of which another value leads to an update; all of them where none are named. */
  readonly relevant?: readonly string[];
  /** Whether an update is needed although no argument is another one. */
  isStale?(olds: Properties, news: Properties): boolean;
  create(inputs: Properties, context: CutoverContext): Promise<{ id: string; outs: Properties }>;
  /**
   * What another value of an argument leads to. Absent for a step: what was done is not done again, and another value of an
   * argument is no change.
   */
  update?(olds: Properties, news: Properties, context: CutoverContext): Promise<Properties>;
  /** Lets go of what is not the world. */
  forget?(props: Properties, context: CutoverContext): Promise<void>;
}

export function actorOf(props: Properties, { operator }: CutoverContext): Actor {
  return { managedBy: props.managedBy as string | undefined, operator };
}

/** What seals snapshots, and opens them. Fails with `invalid` where the stack has none. */
export function passphraseIn({ passphrase }: CutoverContext): string {
  if (passphrase) return passphrase;
  throw new RegistryError(
    "invalid",
    "cannot use the snapshot of a SIP user: nothing seals it; run 'pulumi config set --secret persistentchat:snapshotPassphrase <text>', or give it to the explicit Provider where there is one, and keep the text elsewhere too",
  );
}

/** The arguments of a resource, without what the package and the host add to them. */
export function argumentsIn({ __kind, __provider, managedBy, ...given }: Properties): Properties {
  return given;
}
