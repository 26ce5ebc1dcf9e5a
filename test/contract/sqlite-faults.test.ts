import assert from "node:assert/strict";
import { chmod, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { RegistryProcess } from "../support/registry-process";
import { ADDRESS, ANNA, collect, DOMAIN, failsWith, furnish, POOL, present } from "./bench";
import { useSqlitePlace } from "./sqlite-place";

/** Limits that stop the making of the file, of its log and of its index, and one that stops a later write. */
const BLOCKS = [0, 1, 8, 9, 64, 65, 150, 400];

describe("SQLite without a file, a right or room", function () {
  this.timeout(60_000);
  const place = useSqlitePlace();

  describe("where nothing is yet", () => {
    it("makes neither file nor folder for a reader", async () => {
      place.path = join(place.folder, "a", "b", "registry.db");
      const registry = place.open();
      assert.equal(await registry.get("pool", POOL), undefined);
      assert.equal(await registry.resolve(ADDRESS), undefined);
      assert.deepEqual(await collect(registry.list("pool")), []);
      assert.equal(await registry.history("pool", POOL).then((entries) => entries.length), 0);
      await failsWith(registry.assertExists(), "unavailable", place.path, "there is none");
      assert.deepEqual(await readdir(place.folder), []);
      await furnish(registry);
      await registry.assertExists();
      assert.equal((await present(registry.get("pool", POOL))).key, POOL);
    });

    it("is none to a reader who says that it must exist, until somebody writes", async () => {
      const registry = place.open({ mustExist: true });
      for (const content of [undefined, ""]) {
        if (content !== undefined) await writeFile(place.path, content);
        await failsWith(registry.get("pool", POOL), "unavailable", place.path, "there is none");
        await failsWith(collect(registry.list("pool")), "unavailable", place.path);
        await failsWith(registry.resolve(ADDRESS), "unavailable", place.path);
      }
      await registry.create("sip-domain", { domain: DOMAIN }, ANNA);
      assert.equal((await present(registry.get("sip-domain", DOMAIN))).key, DOMAIN);
    });

    it("takes an empty file for an empty registry", async () => {
      await writeFile(place.path, "");
      const registry = place.open();
      assert.equal(await registry.get("pool", POOL), undefined);
      await furnish(registry);
      assert.equal((await present(registry.get("pool", POOL))).key, POOL);
    });

    it("takes a path as it is, whatever its characters mean to SQLite", async () => {
      place.path = join(place.folder, "file:a b?mode=memory&%41#x'.db");
      await place.make();
      assert.deepEqual(await readdir(place.folder), ["file:a b?mode=memory&%41#x'.db"]);
    });

    it("serves ten first users at once", async () => {
      place.path = join(place.folder, "new", "registry.db");
      const create = (_: unknown, index: number) =>
        place.open().create("sip-domain", { domain: `d${index}.example` }, ANNA);
      await Promise.all(Array.from({ length: 10 }, create));
      assert.equal((await collect(place.open().list("sip-domain"))).length, 10);
    });
  });

  describe("where the path leads elsewhere", () => {
    it("says that a part of the path is a file, and works once it is not", async () => {
      const blocker = join(place.folder, "blocker");
      await writeFile(blocker, "not a folder");
      place.path = join(blocker, "registry.db");
      const registry = await place.refused("unavailable", "is a file");
      place.path = join(blocker, "deeper", "registry.db");
      await place.refused("unavailable", "is a file");
      await rm(blocker);
      await furnish(registry);
    });

    it("says that the path is a folder, and works once it is not", async () => {
      await mkdir(place.path);
      const registry = await place.refused("unavailable", "not a file");
      await rm(place.path, { recursive: true });
      await furnish(registry);
    });
  });

  describe("without permission", () => {
    const user = () =>
      RegistryProcess.start({ settings: { backend: "sqlite", path: place.path }, asOrdinaryUser: true });
    const write = (registry: RegistryProcess) =>
      registry.call("create", "sip-domain", { domain: "fabrikam.com" }, ANNA);

    it("says so where the folder must not be written, and works once it may be", async () => {
      await chmod(place.folder, 0o555);
      const registry = await user();
      await failsWith(write(registry), "unavailable", place.path, "permission");
      place.path = join(place.folder, "new", "registry.db");
      await failsWith(write(await user()), "unavailable", place.path, "permission");
      assert.deepEqual(await readdir(place.folder), []);
      await chmod(place.folder, 0o777);
      await write(registry);
    });

    it("says so where the folder must not be entered", async () => {
      await place.make();
      await chmod(place.folder, 0o000);
      const registry = await user();
      await failsWith(registry.call("get", "pool", POOL), "unavailable", place.path, "permission");
      await failsWith(write(registry), "unavailable", place.path, "permission");
      await chmod(place.folder, 0o777);
      await chmod(place.path, 0o666);
      await write(registry);
    });

    it("says so where the file must not be written, and leaves it alone", async () => {
      await place.make();
      await chmod(place.folder, 0o777);
      await chmod(place.path, 0o444);
      const registry = await user();
      const before = await readFile(place.path);
      await failsWith(write(registry), "unavailable", place.path);
      assert.deepEqual(await readFile(place.path), before);
      await chmod(place.path, 0o666);
      await write(registry);
    });
  });

  describe("on a full disk", () => {
    for (const blocks of BLOCKS)
      it(`keeps what it acknowledged where a file cannot grow beyond ${blocks * 512} bytes`, async () => {
        const registry = await RegistryProcess.start(
          { settings: { backend: "sqlite", path: place.path } },
          blocks,
        );
        const acknowledged: string[] = [];
        const fill = async () => {
          for (let index = 0; index < 1000; index += 1) {
            const domain = `d${String(index).padStart(4, "0")}.example`;
            await registry.call("create", "sip-domain", { domain }, { operator: "x".repeat(1000) });
            acknowledged.push(domain);
          }
        };
        await failsWith(fill(), "unavailable", place.path, "disk");
        await registry.kill();

        const again = place.open();
        const kept = (await collect(again.list("sip-domain"))).map((stored) => stored.key);
        assert.deepEqual(kept, acknowledged);
        for (const domain of kept) assert.equal((await again.history("sip-domain", domain)).length, 1);
        await again.create("sip-domain", { domain: DOMAIN }, ANNA);
      });
  });
});
