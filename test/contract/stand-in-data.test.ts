import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Json } from "../../provider/cutover/notes";
import type { StepValues } from "../../provider/cutover/step-values";
import { makeEndpoint, Sequence, valuesIn } from "../support/stand-in-steps";
import { StandInWorld, type StepOrder } from "../support/stand-in-world";

const WHOLE = { import: "restore", files: "remove" } as const;
const CHANNEL = ["gc01.contoso.test", "GroupChatChannel"];

describe("the data of the stand-in world", function () {
  this.timeout(120_000);
  let world: StandInWorld;
  const make = () => {
    world = StandInWorld.create();
    return world;
  };
  afterEach(() => world.dispose());

  describe("what was exported", () => {
    it("is stale when Group Chat has run since, or runs", async () => {
      const sequence = new Sequence(make(), WHOLE);
      await sequence.until("check-export");
      await sequence.do("check-export");
      world.run("control.mjs", "start", ...CHANNEL);
      assert.match(
        await world.fails(sequence.order("check-export", "do")),
        /'GroupChatChannel' on 'gc01.contoso.test' is running; set stage to 'prepare', run 'pulumi up', then/,
      );
      world.run("control.mjs", "stop", ...CHANNEL);
      assert.match(
        await world.fails(sequence.order("check-export", "do")),
        /'gc01.contoso.test' ran until 2/,
      );
    });

    it("is not taken for another file, and another file is neither overwritten nor deleted", async () => {
      const sequence = new Sequence(make(), WHOLE);
      const { file } = sequence.values.export;
      writeFileSync(file, "somebody's own");
      assert.match(await world.fails(sequence.order("export", "do")), /another file is there; move it away/);
      rmSync(file);
      for (const step of ["stop-legacy", "drain-compliance", "export"] as const) await sequence.do(step);
      writeFileSync(file, "somebody's own");
      for (const step of ["check-export", "rehearse-import", "import"] as const)
        assert.match(await world.fails(sequence.order(step, "do")), /is not the file that was/);
      await sequence.undo("export");
      assert.equal(readFileSync(file, "utf8"), "somebody's own");
    });

    it("is refused in rehearsal while a warning is not accepted, and nothing is written", async () => {
      const sequence = new Sequence(make(), WHOLE);
      await sequence.do("export");
      world.inDatabase("mgc", (mgc) => mgc.exec("INSERT INTO rooms VALUES ('of-the-pool', 'Room 7')"));
      const before = world.describe();
      const warning = "room 'Room 7' is in the pool already, with another id";
      const order = sequence.order("rehearse-import", "do");
      assert.match(await world.fails(order), new RegExp(`1 warnings were not accepted.*: ${warning}$`));
      const values: StepValues["rehearse-import"] = {
        ...sequence.values["rehearse-import"],
        acceptedWarnings: [warning],
      };
      assert.deepEqual(await world.step({ ...order, values }), {
        rooms: 40,
        messages: 2000,
        warnings: [warning],
      });
      assert.match(readFileSync(values.report, "utf8"), /40 rooms, 2000 messages\D*Room 7/);
      assert.deepEqual(world.describe(), before);
    });
  });

  describe("files", () => {
    it("of the pool are neither overwritten nor removed", async () => {
      const sequence = new Sequence(make(), WHOLE);
      const { from, to } = sequence.values["copy-files"];
      mkdirSync(join(to, "room-1"));
      writeFileSync(join(to, "room-1", "plan-5.txt"), "another plan");
      writeFileSync(join(to, "room-1", "plan-10.txt"), readFileSync(join(from, "room-1", "plan-10.txt")));
      const before = world.describe();
      assert.match(
        await world.fails(sequence.order("copy-files", "do")),
        /plan-5.txt' is there and is another file/,
      );
      rmSync(join(to, "room-1", "plan-5.txt"));
      await sequence.do("copy-files");
      writeFileSync(join(to, "room-1", "plan-5.txt"), "another plan");
      await sequence.undo("copy-files");
      assert.deepEqual(world.describe(), before);
    });
  });

  describe("messages since the new services started", () => {
    it("need their exact number to be lost", async () => {
      const sequence = new Sequence(make(), WHOLE);
      await makeEndpoint(world);
      await sequence.until("verify");
      assert.deepEqual(await sequence.undo("mark-messages"), { newMessages: 0 });
      const mark = sequence.results.get("mark-messages");
      world.run("say.mjs", "3");
      assert.deepEqual(await sequence.again("mark-messages", true), mark, "the mark stays where it was");
      const gate = (acceptDataLoss?: number): StepOrder => ({
        ...sequence.order("mark-messages", "undo"),
        values: { ...sequence.values["mark-messages"], acceptDataLoss },
      });
      const refused =
        /3 new messages in 'mgc' would be lost to Group Chat; if they may be, set acceptDataLoss: 3$/;
      for (const wrong of [undefined, 0, 2, 4]) assert.match(await world.fails(gate(wrong)), refused);
      assert.deepEqual(await world.step(gate(3)), { newMessages: 3 });
    });

    it("are written by nobody while no service runs", async () => {
      const sequence = new Sequence(make(), WHOLE);
      await sequence.do("stop-persistent-chat");
      assert.equal(world.tryRun("say.mjs", "1").status, 1);
      assert.equal(world.tryRun("say.mjs", "none").status, 2);
    });
  });

  describe("questions", () => {
    it("are asked beforehand, and say what is wrong", async () => {
      make();
      const values = valuesIn(world, WHOLE).preflight;
      const ask = (changed: Partial<typeof values> = {}) =>
        world.step({ step: "preflight", action: "do", values: { ...values, ...changed } });
      const outcomes = (answers: Json) => (answers as { outcome: string }[]).map(({ outcome }) => outcome);
      assert.deepEqual(new Set(outcomes(await ask())), new Set(["ok"]));
      world.run("control.mjs", "stop", ...CHANNEL);
      const answers = await ask({
        exportFile: join(world.folder, "world.json"),
        writtenFolders: [join(world.folder, "nowhere")],
        source: { instance: "sql01", database: "Chat" },
      });
      const wrong = (answers as { question: string; outcome: string }[]).filter(
        ({ outcome }) => outcome !== "ok",
      );
      assert.deepEqual(
        wrong.map(({ question, outcome }) => `${question.split("'")[0]?.trim()}: ${outcome}`),
        [
          "is there a service: no",
          "can the database of Group Chat be read: could not ask",
          "is the place of the exported file free: no",
          "can files be written in: could not ask",
        ],
      );
    });

    it("are asked after the handover: who holds the address, and is every room there", async () => {
      const sequence = new Sequence(make(), WHOLE);
      const order = sequence.order("verify", "do");
      const asking = (sipAddress: string) => ({
        ...order,
        values: { ...sequence.values.verify, addresses: [sipAddress] },
      });
      assert.match(
        await world.fails(order),
        /cannot look up 'sip:ocschat@contoso.test' in the registry .*: there is none/,
      );
      await makeEndpoint(world);
      const nobody = /does not lead to 'pcpool.contoso.test' but to nobody/;
      assert.match(await world.fails(asking("sip:gone@contoso.test")), nobody);
      assert.match(
        await world.fails(order),
        /40 rooms of Group Chat are not in the pool, the first is 'Room/,
      );
      const elsewhere = { ...sequence.values.verify, poolFqdn: "other.contoso.test" };
      assert.match(await world.fails({ ...order, values: elsewhere }), /but to pcpool.contoso.test/);
    });
  });
});
