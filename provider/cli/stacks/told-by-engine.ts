import { z } from "zod";
import { EngineFailure, type ProjectEngine } from "../../engine/project-engine";
import { jsonOf } from "../../review/json";
import { readState, type StackState } from "../../review/state";

/** A stack of the project, as the backend lists it. */
export interface ListedStack {
  /** Without the organization and the project. */
  name: string;
  /** With both. */
  fullName: string;
  /** Whether an update is under way; absent where the backend does not tell. */
  updateInProgress?: boolean;
}

const list = z.array(z.object({ name: z.string(), updateInProgress: z.boolean().optional() }));

/** The stacks of the project in its backend, in the order of their names. Fails with `EngineFailure`. */
export async function stacksOf(engine: ProjectEngine): Promise<{ project: string; stacks: ListedStack[] }> {
  const listed = list.safeParse(
    jsonOf(await engine.tell(["stack", "ls", "--json", "--fully-qualify-stack-names"], { isReading: true })),
  );
  if (!listed.success) throw new EngineFailure("the engine lists the stacks in an unknown form");
  const stacks = listed.data.map(({ name: fullName, ...rest }) => ({
    name: fullName.split("/").at(-1) ?? fullName,
    fullName,
    ...rest,
  }));
  const project = listed.data[0]?.name.split("/").at(-2);
  if (project === undefined)
    throw new EngineFailure(
      stacks.length === 0
        ? "the project has no stack"
        : "the backend does not tell the projects of its stacks; 'pulumi state upgrade' brings it to the form that does",
    );
  return { project, stacks: stacks.sort((one, other) => (one.fullName < other.fullName ? -1 : 1)) };
}

/** What the state of a stack has, its secrets encrypted, so that it needs no passphrase. Fails with `EngineFailure`. */
export async function stateOf(engine: ProjectEngine, stack: string): Promise<StackState> {
  const text = await engine.tell(["stack", "export", `--stack=${stack}`], { isReading: true });
  try {
    return readState(text);
  } catch (error) {
    throw new EngineFailure(`the state of stack '${stack}' cannot be read: ${(error as Error).message}`);
  }
}
