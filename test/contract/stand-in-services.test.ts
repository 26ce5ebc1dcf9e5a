import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { processesIn } from "../support/processes";
import { Sequence, valuesIn } from "../support/stand-in-steps";
import { StandInWorld } from "../support/stand-in-world";
import { until } from "../support/until";

const WHOLE = { import: "restore", files: "remove" } as const;
const CHANNEL = ["gc01.contoso.test", "GroupChatChannel"];

describe("the services of the stand-in world", function () {
  this.timeout(120_000);
  let world: StandInWorld;
  const make = (pace?: { pause?: number; chat?: number }) => {
    world = StandInWorld.create(pace);
    return world;
  };
  afterEach(() => world.dispose());

  describe("services", () => {
    it("do not start twice, however many start them", async () => {
      make();
      world.run("control.mjs", "stop", ...CHANNEL);
      const before = processesIn(world.folder).length;
      const values = { services: [{ server: CHANNEL[0] ?? "", service: CHANNEL[1] ?? "" }] };
      const order = { step: "start-persistent-chat", action: "do", values } as const;
      await Promise.all([1, 2, 3].map((attempt) => world.step({ ...order, attempt })));
      await until("the others have ended", () => processesIn(world.folder).length === before + 1);
      assert.equal(
        world.effects().filter((line) => line.includes("start GroupChatChannel on gc01")).length,
        2,
      );
    });

    it("that were stopped, or of another startup type, are given back just so", async () => {
      const sequence = new Sequence(make(), WHOLE);
      world.run("control.mjs", "stop", ...CHANNEL);
      const definition = join(
        world.folder,
        "servers",
        "gc02.contoso.test",
        "GroupChatWeb",
        "definition.json",
      );
      writeFileSync(definition, readFileSync(definition, "utf8").replace("Automatic", "Disabled"));
      const before = world.describe();
      assert.equal(before.services[CHANNEL.join("/")], "Automatic, Stopped");
      assert.equal(before.services["gc02.contoso.test/GroupChatWeb"], "Disabled, Running");
      await sequence.do("stop-legacy");
      await sequence.undo("stop-legacy");
      assert.deepEqual(world.describe(), before);
    });

    it("stop and start in the order that is theirs", async () => {
      const sequence = new Sequence(make(), WHOLE);
      const from = world.effects().length;
      await sequence.do("stop-legacy");
      await sequence.undo("stop-legacy");
      const order = world
        .effects()
        .slice(from)
        .flatMap((line) => /^(?:stop|start) \w+ on \w+/.exec(line) ?? []);
      assert.deepEqual(order, [
        ...["Web", "Lookup", "Channel"].flatMap((name) =>
          ["gc01", "gc02"].map((on) => `stop GroupChat${name} on ${on}`),
        ),
        ...["Channel", "Lookup", "Web"].flatMap((name) =>
          ["gc02", "gc01"].map((on) => `start GroupChat${name} on ${on}`),
        ),
      ]);
    });

    it("start with the startup type that they had before they were disabled, or by themselves", async () => {
      make();
      const [first, second, third] = ["GroupChatChannel", "GroupChatLookup", "GroupChatWeb"].map(
        (service) => ({
          server: "gc01.contoso.test",
          service,
          state: "Running",
        }),
      );
      assert.ok(first && second && third);
      const services = [first, second, third].map(({ server, service }) => ({ server, service }));
      await world.step({ step: "stop-persistent-chat", action: "do", values: { services } });
      const recorded = [
        { ...first, startup: "Manual" },
        { ...second, startup: "Disabled" },
        { ...third, server: "gc02.contoso.test", startup: "AutomaticDelayed" },
      ];
      await world.step({ step: "start-persistent-chat", action: "do", values: { services, recorded } });
      const found = Object.entries(world.describe().services).filter(([name]) => name.startsWith("gc01."));
      assert.deepEqual(Object.fromEntries(found), {
        "gc01.contoso.test/GroupChatChannel": "Manual, Running",
        "gc01.contoso.test/GroupChatLookup": "Automatic, Running",
        "gc01.contoso.test/GroupChatWeb": "Automatic, Running",
      });
    });

    it("that nobody knows are named, and steps, too", async () => {
      const values = { services: [{ server: "gc09.contoso.test", service: "GroupChatWeb" }] };
      const cause = await make().fails({ step: "stop-legacy", action: "before", values });
      assert.equal(cause, "there is no service 'GroupChatWeb' on 'gc09.contoso.test'; correct the name");
      const unknown = { step: "stop-all" as "stop-legacy", action: "do", values } as const;
      assert.equal(await world.fails(unknown), "there is no step 'stop-all'; correct its name");
    });

    it("of Group Chat have users who go on writing while they run", async () => {
      make({ chat: 20 });
      const count = () => world.inDatabase("GroupChat", countMessages);
      await until("users write", () => count() > 2004);
      const sequence = new Sequence(world, WHOLE);
      await sequence.do("stop-legacy");
      const stopped = count();
      await sequence.do("back-up-source");
      assert.equal(count(), stopped);
    });

    it("end by themselves when their world is gone", async () => {
      make();
      assert.equal(processesIn(world.folder).length, 9);
      rmSync(join(world.folder, "world.json"));
      await until("all have ended", () => processesIn(world.folder).length === 0);
    });

    it("are ended by tear-down, which leaves nothing", () => {
      make();
      world.run("tear-down.mjs");
      assert.deepEqual(processesIn(world.folder), []);
      assert.equal(existsSync(world.folder), false);
      world.run("tear-down.mjs");
    });
  });

  describe("Compliance", () => {
    it("archives all that waits before it stops", async () => {
      const sequence = new Sequence(make(), WHOLE);
      await sequence.do("drain-compliance");
      assert.equal(filesIn("archive").length, 20);
      assert.deepEqual(
        world.describe().services["gccomp01.contoso.test/GroupChatCompliance"],
        "Disabled, Stopped",
      );
    });

    it("is not stopped while messages wait that nobody archives", async () => {
      make();
      world.run("control.mjs", "stop", "gccomp01.contoso.test", "GroupChatCompliance");
      const queue = join(
        world.folder,
        "queues",
        "gccomp01.contoso.test",
        encodeURIComponent("private$\\ocs_groupchat"),
      );
      writeFileSync(join(queue, "9999.txt"), "anna said hello\n");
      const values = valuesIn(world, WHOLE)["drain-compliance"];
      assert.match(
        await world.fails({ step: "drain-compliance", action: "do", values }),
        /messages wait, and Compliance does not run; start it/,
      );
    });

    const filesIn = (folder: string) =>
      world.describe().compliance.filter((name) => existsSync(join(world.folder, folder, name)));
  });
});

function countMessages(database: DatabaseSync): number {
  return Number(database.prepare("SELECT count(*) AS n FROM messages").get()?.n);
}
