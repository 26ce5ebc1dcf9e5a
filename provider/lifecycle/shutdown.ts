import { fstatSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { RegistryError } from "../registry/errors";
import type { TopologyRegistry } from "../registry/registry";

/**
 * Ends the plugin when its engine is gone. The engine holds the plugin's standard input open for as long as it lives;
 * without this, a plugin whose engine was killed lives on and finishes its work, perhaps after a later run has done it.
 */
export class Shutdown {
  #ended = false;
  #lastLook = Promise.resolve();

  /** Watches an input that the engine holds: calls `onEnd` once when it ends. Anything but a pipe tells nothing. */
  watch(input: NodeJS.ReadStream & { fd: number }, onEnd: () => void): void {
    const stats = fstatSync(input.fd);
    if (!stats.isFIFO() && !stats.isSocket()) return;
    const end = () => {
      if (this.#ended) return;
      this.#ended = true;
      onEnd();
    };
    input.once("end", end).once("close", end).once("error", end);
    input.resume();
  }

  /** Lets the end of the input be seen, then refuses to begin a write after it. */
  private async beforeWrite(): Promise<void> {
    // One at a time: two writes of one turn of the event loop would have no look at the input between them.
    this.#lastLook = this.#lastLook.then(lookAtInput);
    await this.#lastLook;
    if (this.#ended)
      throw new RegistryError(
        "unavailable",
        "cannot write to the registry: the engine that asked for it is gone; run 'pulumi up' again",
      );
  }

  /** A registry that begins no write once the engine is gone. */
  guard(registry: TopologyRegistry): TopologyRegistry {
    const begin = <T>(write: () => Promise<T>) => this.beforeWrite().then(write);
    return {
      capabilities: registry.capabilities,
      get: (kind, key) => registry.get(kind, key),
      list: (kind) => registry.list(kind),
      assertExists: () => registry.assertExists(),
      resolve: (address) => registry.resolve(address),
      history: (kind, key) => registry.history(kind, key),
      snapshotUser: (address) => registry.snapshotUser(address),
      sightings: (address) => registry.sightings(address),
      releaseUser: (snapshot, release, by) => begin(() => registry.releaseUser(snapshot, release, by)),
      restoreUser: (snapshot, by) => begin(() => registry.restoreUser(snapshot, by)),
      create: (kind, record, by, incarnation) => begin(() => registry.create(kind, record, by, incarnation)),
      update: (kind, key, change, expected, by) =>
        begin(() => registry.update(kind, key, change, expected, by)),
      claim: (kind, key, expected, by, incarnation) =>
        begin(() => registry.claim(kind, key, expected, by, incarnation)),
      remove: (kind, key, expected, by) => begin(() => registry.remove(kind, key, expected, by)),
      contents: () => registry.contents(),
      fill: (contents) => begin(() => registry.fill(contents)),
      migrate: () => begin(() => registry.migrate()),
      close: () => registry.close(),
    };
  }
}

/** A whole turn of the event loop: the one under way may have collected its events before this process was held up. */
async function lookAtInput(): Promise<void> {
  await setImmediate();
  await setImmediate();
}
