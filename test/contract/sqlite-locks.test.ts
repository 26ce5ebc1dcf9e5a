import assert from "node:assert/strict";
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { openRegistry } from "../../provider/backends/index";
import type { TopologyRegistry } from "../../provider/registry/registry";
import { killed, printed, started } from "../support/registry-process";
import { ANNA, collect, contentsOf, failsWith, POOL, present } from "./bench";
import { useSqlitePlace } from "./sqlite-place";

describe("SQLite with neighbours", function () {
  this.timeout(60_000);
  const place = useSqlitePlace();

  describe("under another process", () => {
    /** A process that holds the write lock until it is killed. */
    const holder = async () => {
      const script = `
        const database = new (process.getBuiltinModule("node:sqlite").DatabaseSync)(process.argv[1]);
        database.exec("BEGIN EXCLUSIVE");
        console.log("locked");
        setInterval(() => {}, 1000);`;
      const child = started(process.execPath, ["--no-warnings", "-e", script, place.path]);
      await printed(child, "locked");
      return child;
    };
    const write = (registry: TopologyRegistry, domain: string) =>
      registry.create("sip-domain", { domain }, ANNA);

    it("gives up on a lock after the time-out, and leaves nothing behind", async () => {
      await place.make();
      const other = await holder();
      const registry = place.open({ lockTimeout: 100 });
      const before = await contentsOf(registry);
      await failsWith(write(registry, "fabrikam.com"), "unavailable", place.path, "locked", "0.1 s");
      assert.deepEqual(await contentsOf(registry), before);
      await killed(other);
      await write(registry, "fabrikam.com");
    });

    it("waits for a lock, and answers readers meanwhile", async () => {
      await place.make();
      const other = await holder();
      const registry = place.open();
      const order: string[] = [];
      const written = write(registry, "fabrikam.com").then(() => order.push("written"));
      await registry.get("pool", POOL).then(() => order.push("read"));
      order.push("killing");
      await killed(other);
      await written;
      assert.deepEqual(order, ["read", "killing", "written"]);
    });

    it("gives up waiting when it is closed", async () => {
      await place.make();
      await holder();
      const registry = place.open({ lockTimeout: 3_600_000 });
      const waiting = failsWith(write(registry, "fabrikam.com"), "unavailable", place.path, "closed");
      await registry.get("pool", POOL);
      await registry.close();
      await waiting;
    });

    it("waits also where the registry is not made yet", async () => {
      const other = await holder();
      const registry = place.open();
      await failsWith(
        write(place.open({ lockTimeout: 50 }), "fabrikam.com"),
        "unavailable",
        place.path,
        "locked",
      );
      const written = write(registry, "fabrikam.com");
      await killed(other);
      await written;
    });

    it("does not write into a file that was removed or replaced", async () => {
      await place.make();
      const registry = place.open();
      await furnishedElsewhere(join(place.folder, "other.db"));
      await write(registry, "fabrikam.com");
      await Promise.all([
        rm(place.path),
        rm(`${place.path}-wal`, { force: true }),
        rm(`${place.path}-shm`, { force: true }),
      ]);
      assert.equal(await registry.get("pool", POOL), undefined);
      await rename(join(place.folder, "other.db"), place.path);
      assert.equal((await present(registry.get("sip-domain", "litware.com"))).key, "litware.com");
      await write(registry, "fabrikam.com");
      await place.close();
      assert.equal((await collect(place.open().list("sip-domain"))).length, 2);
    });

    const furnishedElsewhere = async (path: string) => {
      const registry = openRegistry({ backend: "sqlite", path });
      await write(registry, "litware.com");
      await registry.close();
    };
  });
});
