import { writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openRegistry } from "../../provider/backends/index";
import { isRegistryError } from "../../provider/registry/errors";
import type { RegistrySettings } from "../../provider/registry/settings";

// A process with a registry of its own, which does what its parent asks (see registry-process.ts).

export interface ChildPlan {
  settings: RegistrySettings;
  /** Stops for ever when the clock is read for this time: in the middle of a write. */
  freezeAt?: number;
  /** Gives up the rights of root first, where it has them. */
  asOrdinaryUser?: boolean;
}

export interface Request {
  id: number;
  method: string;
  args: unknown[];
}

export type Reply = { id: number } & ({ value: unknown } | { code: string; message: string });

const NOBODY = 65534;

async function main(plan: ChildPlan): Promise<void> {
  // The backend is loaded, as the registry itself loads it, before the rights go: the code may lie where only root can read.
  await openRegistry({ backend: "sqlite", path: join(tmpdir(), `none-${process.pid}.db`) }).get(
    "pool",
    "none",
  );
  if (plan.asOrdinaryUser && process.getuid?.() === 0) {
    process.setgroups?.([]);
    process.setgid?.(NOBODY);
    process.setuid?.(NOBODY);
  }
  let reads = 0;
  const registry = openRegistry(plan.settings, {
    readAge: 0,
    clock: () => {
      reads += 1;
      if (reads === plan.freezeAt) freeze();
      return new Date();
    },
  });
  process.on("message", async ({ id, method, args }: Request) => {
    const reply = await answer(id, Reflect.get(registry, method).bind(registry), args);
    process.send?.(reply);
  });
  process.on("disconnect", () => process.exit());
  process.send?.("ready");
}

async function answer(id: number, method: (...args: unknown[]) => unknown, args: unknown[]): Promise<Reply> {
  try {
    return { id, value: await method(...args) };
  } catch (error) {
    return {
      id,
      code: isRegistryError(error) ? error.code : "bug",
      message: error instanceof Error ? error.message : String(error),
    };
  }
}

function freeze(): void {
  writeSync(1, "frozen\n");
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

void main(JSON.parse(process.argv[2] ?? "{}"));
