import assert from "node:assert/strict";
import type { Command } from "../../provider/cli/command";
import { history } from "../../provider/cli/history";
import { list } from "../../provider/cli/list";
import { printResolutions, resolutions } from "../../provider/cli/resolutions";
import { resolve } from "../../provider/cli/resolve";
import { MemoryRegistry } from "../support/memory-registry";

const BY = { managedBy: "chat/test/ocschat", operator: "anna@admin01" };
const URI = "sip:ocschat@contoso.com";

describe("the commands of the tool", () => {
  let registry: MemoryRegistry;
  let incarnations: number;

  const answer = (command: Command, ...operands: string[]) => command(operands)(registry);

  beforeEach(async () => {
    incarnations = 0;
    registry = new MemoryRegistry(undefined, {
      clock: () => new Date("2026-01-02T03:04:05.678Z"),
      newIncarnation: () => `i${++incarnations}`,
    });
  });

  async function fill() {
    await registry.create("sip-domain", { domain: "contoso.com" }, { operator: "anna@admin01" });
    await registry.create(
      "pool",
      {
        poolFqdn: "pc.contoso.com",
        shape: "multiple",
        servers: ["s1.contoso.com", "s2.contoso.com"],
        activeServers: ["s1.contoso.com"],
        nextHopPool: "fe.contoso.com",
      },
      BY,
    );
    await registry.create(
      "endpoint",
      { sipAddress: URI, poolFqdn: "pc.contoso.com", displayName: "Chat" },
      BY,
    );
    await registry.create("sip-user", { sipAddress: "sip:anna@contoso.com" }, { operator: "anna@admin01" });
  }

  const RESOLUTION = {
    kind: "endpoint",
    sipAddress: URI,
    displayName: "Chat",
    poolFqdn: "pc.contoso.com",
    servers: ["s1.contoso.com"],
    port: 5041,
    nextHopPool: "fe.contoso.com",
  };

  describe("resolve", () => {
    beforeEach(fill);

    it("finds an endpoint by any spelling of its address", async () => {
      const { json, text, notFound } = await answer(resolve, "OCSChat@Contoso.com");
      assert.deepEqual(json, RESOLUTION);
      assert.deepEqual(text.split("\n"), [
        "SIP URI       sip:ocschat@contoso.com",
        "display name  Chat",
        "pool          pc.contoso.com",
        "servers       s1.contoso.com",
        "port          5041",
        "next hop      fe.contoso.com",
      ]);
      assert.equal(notFound, undefined);
    });

    it("finds a user who holds the address", async () => {
      const { json, text, notFound } = await answer(resolve, "sip:anna@contoso.com");
      assert.deepEqual(json, { kind: "sip-user", sipAddress: "sip:anna@contoso.com" });
      assert.equal(text, "SIP user  sip:anna@contoso.com\npool      none: a user holds it");
      assert.equal(notFound, undefined);
    });

    it("says that nobody holds the address", async () => {
      const { json, notFound } = await answer(resolve, "sip:nobody@contoso.com");
      assert.equal(json, null);
      assert.equal(notFound, "nobody holds 'sip:nobody@contoso.com'");
    });
  });

  describe("resolutions", () => {
    it("shows where each endpoint leads, and no user", async () => {
      await fill();
      await registry.create(
        "endpoint",
        { sipAddress: "sip:a@contoso.com", poolFqdn: "pc.contoso.com" },
        { operator: "anna@admin01" },
      );
      const { json, text } = await answer(resolutions);
      assert.deepEqual((json as { sipAddress: string }[])[1], RESOLUTION);
      assert.deepEqual(text.split("\n"), [
        "SIP URI                  POOL            SERVERS",
        "sip:a@contoso.com        pc.contoso.com  s1.contoso.com",
        "sip:ocschat@contoso.com  pc.contoso.com  s1.contoso.com",
      ]);
    });

    it("leaves out an endpoint that went away meanwhile, or whose address a user took", async () => {
      await fill();
      for (const later of [undefined, { kind: "sip-user", sipAddress: URI }] as const) {
        const changed = { ...reading(registry), resolve: async () => later };
        assert.deepEqual((await resolutions([])(changed)).json, []);
      }
    });

    it("says that there is none, on the output that is given", async () => {
      let printed = "";
      await printResolutions(registry, { write: (text) => (printed += text) });
      assert.equal(printed, "the registry has no legacy endpoint\n");
    });
  });

  describe("list", () => {
    it("shows the records of each kind", async () => {
      await fill();
      const { json, text } = await answer(list);
      assert.deepEqual(text.split("\n"), [
        "SIP DOMAIN   DEFAULT  MANAGED BY",
        "contoso.com  no",
        "",
        "POOL            SHAPE     STATE   PORT  NEXT HOP        SERVERS                                   MANAGED BY         DISPLAY NAME",
        "pc.contoso.com  multiple  Normal  5041  fe.contoso.com  s1.contoso.com, s2.contoso.com (standby)  chat/test/ocschat",
        "",
        "ENDPOINT                 POOL            MANAGED BY         DISPLAY NAME",
        "sip:ocschat@contoso.com  pc.contoso.com  chat/test/ocschat  Chat",
        "",
        "SIP USER              MANAGED BY  DISPLAY NAME",
        "sip:anna@contoso.com",
      ]);
      assert.deepEqual(
        (json as { kind: string; key: string }[]).map(({ kind, key }) => `${kind} ${key}`),
        ["sip-domain contoso.com", "pool pc.contoso.com", `endpoint ${URI}`, "sip-user sip:anna@contoso.com"],
      );
    });

    it("gives programs the records as they are stored", async () => {
      await fill();
      assert.deepEqual((await answer(list, "endpoint")).json, [
        {
          kind: "endpoint",
          key: URI,
          record: { sipAddress: URI, poolFqdn: "pc.contoso.com", displayName: "Chat" },
          revision: "1",
          incarnation: "i3",
          managedBy: "chat/test/ocschat",
        },
      ]);
    });

    it("says that there is nothing, which is no failure", async () => {
      assert.deepEqual(await answer(list), { json: [], text: "the registry is empty" });
      assert.deepEqual(await answer(list, "pools"), {
        json: [],
        text: "the registry has no Persistent Chat pool",
      });
    });
  });

  describe("history", () => {
    it("tells who set what, from what to what, also of what is gone", async () => {
      await fill();
      await registry.create("pool", { poolFqdn: "pc2.contoso.com", shape: "single" }, BY);
      await registry.update("endpoint", URI, { poolFqdn: "pc2.contoso.com" }, "1", BY);
      await registry.remove("endpoint", URI, { incarnation: "i3" }, { operator: "bob@admin02" });
      const { json, text, notFound } = await answer(history, "endpoint", "SIP:ocschat@contoso.com");
      assert.deepEqual(text.split("\n"), [
        "WHEN                      ACTION  OPERATOR      MANAGED BY         CHANGE",
        "2026-01-02T03:04:05.678Z  create  anna@admin01  chat/test/ocschat  sipAddress: sip:ocschat@contoso.com; poolFqdn: pc.contoso.com; displayName: Chat",
        "2026-01-02T03:04:05.678Z  update  anna@admin01  chat/test/ocschat  poolFqdn: pc.contoso.com -> pc2.contoso.com",
        "2026-01-02T03:04:05.678Z  remove  bob@admin02",
      ]);
      assert.deepEqual(json, await registry.history("endpoint", URI));
      assert.equal(notFound, undefined);
    });

    it("shows settings and lists field by field", async () => {
      await fill();
      await registry.update(
        "pool",
        "pc.contoso.com",
        { settings: { defaultChatHistory: 50 }, activeServers: ["s1.contoso.com", "s2.contoso.com"] },
        "1",
        BY,
      );
      const { text } = await answer(history, "pool", "pc.contoso.com");
      assert.match(
        text,
        /activeServers: s1\.contoso\.com -> s1\.contoso\.com, s2\.contoso\.com; settings\.defaultChatHistory: 30 -> 50$/,
      );
    });

    it("tells how a cutover went on", async () => {
      await fill();
      const cutover = { name: "contoso", poolFqdn: "pc.contoso.com", folder: "/c" };
      await registry.create("cutover", { ...cutover, addresses: [URI] }, BY);
      const lease = { token: "t", holder: "anna@admin01", since: "2026-01-02T03:04:05.678Z" };
      await registry.update("cutover", "contoso", { stage: "migrate", lease }, "1", BY);
      const { text } = await answer(history, "cutover", "contoso");
      assert.match(
        text,
        /stage: prepare -> migrate; lease\.holder: anna@admin01; lease\.since: 2026-01-02T\S+$/,
      );
      assert.deepEqual((await answer(list, "cutovers")).text.split("\n"), [
        "CUTOVER  STAGE    LEASE         MANAGED BY",
        "contoso  migrate  anna@admin01  chat/test/ocschat",
      ]);
    });

    it("shows who has the lease of a cutover, and not what lets him in, nor what a directory keeps of users", async () => {
      await fill();
      const cutover = { name: "contoso", poolFqdn: "pc.contoso.com", folder: "/c" };
      await registry.create("cutover", { ...cutover, addresses: [URI] }, BY);
      const since = "2026-01-02T03:04:05.678Z";
      for (const [token, revision] of [
        ["t0ken-one", "1"],
        ["t0ken-two", "2"],
      ] as const) {
        const lease = { token, holder: "anna@admin01", since };
        await registry.update("cutover", "contoso", { lease }, revision, BY);
      }
      const sipAddress = "sip:bob@contoso.com";
      await registry.create("sip-user", { sipAddress, attributes: { title: "t0ken-three" } }, BY);
      const records = (answer: { json: unknown }) => answer.json as { record: object; to: object }[];
      const asked = [
        await answer(list),
        await answer(history, "cutover", "contoso"),
        await answer(history, "sip-user", sipAddress),
      ] as const;
      for (const { json, text } of asked)
        assert.doesNotMatch(JSON.stringify(json) + text, /t0ken|attributes/);
      const lease = { holder: "anna@admin01", since };
      const [listed, changes, user] = asked.map(records);
      const stored = (await registry.get("cutover", "contoso"))?.record;
      assert.deepEqual(listed?.at(-1)?.record, { ...stored, lease });
      assert.deepEqual(changes?.at(-1)?.to, { ...stored, lease });
      assert.deepEqual(user?.[0]?.to, { sipAddress });
    });

    it("says that a key was never used", async () => {
      const { json, notFound } = await answer(history, "pools", "pc.contoso.com");
      assert.deepEqual(json, []);
      assert.equal(notFound, "the registry has never had the Persistent Chat pool 'pc.contoso.com'");
    });
  });
});

function reading(registry: MemoryRegistry) {
  return {
    get: registry.get.bind(registry),
    list: registry.list.bind(registry),
    resolve: registry.resolve.bind(registry),
    history: registry.history.bind(registry),
    migrate: registry.migrate.bind(registry),
  };
}
