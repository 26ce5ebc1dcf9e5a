import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../provider/cli/run";
import { Notes } from "../../provider/cutover/notes";
import type { ChangeOf, SipUserRecord } from "../../provider/registry/records";
import type { Stored, TopologyRegistry } from "../../provider/registry/registry";
import { ADDRESS, BY_HAND, furnish, POOL } from "./furniture";
import { type SqlitePlace, useSqlitePlace } from "./sqlite-place";

export const CUTOVER = "contoso";
export const RELEASE = `release:${ADDRESS}`;
export const ENDPOINT = `endpoint:${ADDRESS}`;
export const USER: SipUserRecord = {
  sipAddress: ADDRESS,
  displayName: "Group Chat",
  attributes: { title: "Größe", Enabled: true, proxies: ["a", "b"], manager: null },
};

const TOKEN = "t0k3n-of-the-lease";

/** A registry in a file and the folder of a cutover, with the tool run in this process. */
export interface CutoverWorld {
  readonly place: SqlitePlace;
  readonly registry: TopologyRegistry;
  /** A second later each time it is read, so that nothing happens at the same time. */
  readonly clock: () => Date;
  readonly notes: Notes;
  /** The folder of the cutover. */
  readonly folder: string;
  /** Runs the tool on the registry. */
  tool(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }>;
  /** The same with `--json`, which must succeed. */
  json<T>(...args: string[]): Promise<T>;
  stored(): Promise<Stored<"cutover">>;
  change(change: ChangeOf<"cutover">): Promise<Stored<"cutover">>;
}

/** One in a folder of its own for each case; `env` is what the tool finds in its environment. */
export function useCutoverWorld(env: NodeJS.ProcessEnv = {}): CutoverWorld {
  const place = useSqlitePlace();
  let registry: TopologyRegistry;
  let now = Date.parse("2026-11-28T21:00:00Z");
  const clock = () => {
    now += 1_000;
    return new Date(now);
  };
  const world: CutoverWorld = {
    place,
    clock,
    get registry() {
      return registry;
    },
    get folder() {
      return join(place.folder, "cutover");
    },
    get notes() {
      return new Notes(world.folder);
    },
    async tool(...args) {
      let stdout = "";
      let stderr = "";
      const code = await run([...args, "--registry", `sqlite:${place.path}`], {
        env,
        folder: () => place.folder,
        clock,
        out: { write: (text) => (stdout += text) },
        err: { write: (text) => (stderr += text) },
      });
      assert.ok(!(stdout + stderr).includes(TOKEN), "the token of the lease is nobody's business");
      return { code, stdout, stderr };
    },
    async json<T>(...args: string[]) {
      const { code, stdout, stderr } = await world.tool(...args, "--json");
      assert.equal(code, 0, stderr);
      return JSON.parse(stdout) as T;
    },
    async stored() {
      const stored = await registry.get("cutover", CUTOVER);
      assert.ok(stored);
      return stored;
    },
    async change(change) {
      const { revision } = await world.stored();
      return registry.update("cutover", CUTOVER, change, revision, BY_HAND);
    },
  };
  beforeEach(async () => {
    registry = place.open({ readAge: 0, clock });
    await furnish(registry);
    await registry.create("sip-user", USER, BY_HAND);
    mkdirSync(world.folder);
    const { incarnation } = await registry.create(
      "cutover",
      {
        name: CUTOVER,
        addresses: [ADDRESS],
        poolFqdn: POOL,
        folder: world.folder,
        plan: ["preflight", "stop-legacy", "export", RELEASE, ENDPOINT],
        lease: { token: TOKEN, holder: "anna@admin01", since: "2026-11-28T20:00:00.000Z" },
      },
      BY_HAND,
    );
    world.notes.establish({ cutover: CUTOVER, id: incarnation, lease: TOKEN });
  });
  return world;
}

/** Whose the folder is, for whoever does a step. */
export async function holderOf(world: CutoverWorld) {
  const { incarnation } = await world.stored();
  return { cutover: CUTOVER, id: incarnation, lease: TOKEN };
}
