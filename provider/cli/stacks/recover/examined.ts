import { homedir } from "node:os";
import { z } from "zod";
import type { ProjectEngine } from "../../../engine/project-engine";
import { isRegistryError } from "../../../registry/errors";
import type { Stored } from "../../../registry/registry";
import { providersIn, usesDefault } from "../../../review/declared";
import { missingAll, type Remains, remainsOf } from "../../../review/remains";
import type { StackState } from "../../../review/state";
import type { Surroundings } from "../../command";
import { recordsIn, StackRegistries } from "../registries";
import { type ListedStack, stateOf } from "../told-by-engine";
import { type Holder, judged, type Lock, locksIn, type Machine, stateFolderOf } from "./locks";

export interface JudgedLock extends Lock {
  state: Holder;
}

/** All that is known of what a run may have left behind. */
export interface Examination {
  /** `undefined` where the backend does not tell whether there is one. */
  locks?: JudgedLock[];
  state: StackState;
  remains: Remains;
  /** Why a registry could not be read, or cannot be the one that the stack wrote to, as sentences. */
  unread: string[];
  /** What is left out, as sentences. */
  notLookedAt: string[];
}

const login = z.object({ url: z.string() });

/** Looks at the lock, the state and the registries of a stack, and changes nothing. Fails with `EngineFailure`. */
export async function examine(
  engine: ProjectEngine,
  { project, stack }: { project: string; stack: ListedStack },
  machine: Machine,
  surroundings: Surroundings,
): Promise<Examination> {
  const locks = await locksOf(engine, stack);
  const state = await stateOf(engine, stack.fullName);
  const { records, ...notes } = await recordsOf(stack.fullName, state, surroundings);
  const remains = remainsOf(state, `${project}/${stack.name}/`, (provider) => records.get(provider));
  return {
    ...(locks && { locks: locks.map((lock) => ({ ...lock, state: judged(lock, machine) })) }),
    state,
    remains,
    ...notes,
  };
}

/** The locks of a stack; `undefined` where its backend does not tell. */
export async function locksOf(engine: ProjectEngine, stack: ListedStack): Promise<Lock[] | undefined> {
  if (stack.updateInProgress !== undefined) return stack.updateInProgress ? [{}] : [];
  const { url } = login.parse(JSON.parse(await engine.tell(["whoami", "--json"])));
  const folder = stateFolderOf(url, engine.folder, homedir());
  return folder === undefined ? undefined : locksIn(folder, stack.fullName);
}

async function recordsOf(
  stack: string,
  state: StackState,
  surroundings: Surroundings,
): Promise<Pick<Examination, "unread" | "notLookedAt"> & { records: Map<string | undefined, Stored[]> }> {
  const registries = new StackRegistries(stack, state, surroundings);
  const records = new Map<string | undefined, Stored[]>();
  const unread: string[] = [];
  const notLookedAt: string[] = [];
  try {
    for (const provider of providersIn(state)) {
      if (registries.isSecret(provider))
        notLookedAt.push(`the records of provider '${provider}': its registry is a secret of the program`);
      else
        try {
          const held = await recordsIn(await registries.of(provider));
          const missing = missingAll(state, provider, held);
          if (missing > 0) unread.push(nothingOf(stack, provider, missing));
          else records.set(provider, held);
        } catch (error) {
          if (!isRegistryError(error)) throw error;
          // What no resource has been made with need not be there.
          if (provider !== undefined || usesDefault(state)) unread.push(error.message);
        }
    }
  } finally {
    await registries.close();
  }
  return { records, unread, notLookedAt };
}

function nothingOf(stack: string, provider: string | undefined, count: number): string {
  const registry = provider === undefined ? "the registry" : `the registry of provider '${provider}'`;
  return `${registry} has nothing of what the state has in it (${count}), so that it is another one, or was emptied; name the right one or restore it, or have state forget all of it with 'pulumi refresh --stack ${stack}'`;
}
