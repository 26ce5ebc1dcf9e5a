import assert from "node:assert/strict";
import type { RegistryErrorCode } from "../../provider/registry/errors";
import type { TopologyRegistry } from "../../provider/registry/registry";
import type { Fault } from "../../provider/simulator/fault-schema";
import type { WorldInput } from "../../provider/simulator/world";
import { useShellWorld } from "../support/shell-world";
import { until } from "../support/until";
import { ANNA, BERT, failsWith, present } from "./bench";

type Faults = NonNullable<WorldInput["faults"]>;
const NEW = "New-CsPersistentChatEndpoint";
const REMOVE = "Remove-CsPersistentChatEndpoint";
const ADDRESS = "sip:ocschat@contoso.test";
const POOL = "pcpool.contoso.test";
const OTHER_POOL = "pcpool.fabrikam.test";
const ENDPOINT = { sipAddress: ADDRESS, poolFqdn: POOL } as const;

const kindOf = (fault: object) => (fault as Fault).kind;
const shown = (fault: object) => JSON.stringify(fault).replace(/"(\w+)":/g, "$1: ");

describe("a change through a management shell", function () {
  this.timeout(60_000);
  const world = useShellWorld();
  const befall = (cmdlet: string, fault: object) => world.edit({ faults: [{ cmdlet, ...fault }] as Faults });
  const create = (registry: TopologyRegistry) => registry.create("endpoint", ENDPOINT, ANNA);
  const pools = () => world.contacts().map(({ pool }) => pool);

  /** What the next run does that meets what this one left behind. */
  async function ensure(): Promise<void> {
    const registry = world.open();
    const live = await registry.get("endpoint", ADDRESS);
    if (live) assert.equal(live.managedBy, ANNA.managedBy, "it is recognised");
    else await create(registry);
    assert.deepEqual(pools(), [POOL]);
  }

  /** Those after which a change is done, whatever came of its answer. */
  const done = [
    { kind: "lost-reply" },
    { kind: "half-reply" },
    { kind: "half-reply", goesOn: true },
    { kind: "crash-after" },
    { kind: "effect-after-timeout", ms: 50 },
    { kind: "effect-after-timeout", ms: 50, answers: false },
    { kind: "noise" },
    { kind: "frame-noise" },
    { kind: "stderr-flood" },
    { kind: "latency", ms: 600 },
  ];
  /** Those after which it is not, and by which words it is told. */
  const notDone: [object, string][] = [
    [{ kind: "crash-before" }, "ended"],
    [{ kind: "hang" }, "deadline"],
    [{ kind: "hang", ignoresDeadline: true }, "no answer came"],
    [{ kind: "access-denied" }, "Insufficient access rights"],
  ];

  describe("that makes an endpoint", () => {
    for (const fault of done)
      it(`is done in spite of ${shown(fault)}`, async () => {
        befall(NEW, fault);
        const made = await create(world.open());
        assert.deepEqual(pools(), [POOL]);
        const seen = await present(world.open().get("endpoint", ADDRESS));
        assert.deepEqual(seen, made);
      });

    for (const [fault, words] of notDone)
      it(`is not done with ${shown(fault)}, is told so, and is done by the next run`, async () => {
        befall(NEW, fault);
        await failsWith(create(world.open()), "unavailable", `'${ADDRESS}'`, words);
        assert.deepEqual(pools(), []);
        await ensure();
      });

    for (const answers of [true, false])
      it(`takes effect after it was given up, ${answers ? "with" : "without"} a word, and is recognised`, async () => {
        befall(NEW, { kind: "effect-after-timeout", ms: 2_000, answers });
        await failsWith(create(world.open()), "unavailable", "the next run sees it");
        assert.deepEqual(pools(), []);
        // What is due happens with the next call.
        const isDue = ({ at }: { at: string }) => Date.parse(at) <= Date.now();
        await until("the change takes effect", () => world.place.read().pending.every(isDue));
        await ensure();
      });

    const taken: [string, object, RegistryErrorCode, string[]][] = [
      [
        "an endpoint",
        {
          cmdlet: NEW,
          p: [
            ["SipAddress", "s", ADDRESS],
            ["PersistentChatPoolFqdn", "s", OTHER_POOL],
          ],
        },
        "already-exists",
        [OTHER_POOL],
      ],
      [
        "a user",
        {
          cmdlet: "Set-CsUser",
          p: [
            ["Identity", "s", "sip:anna@contoso.test"],
            ["SipAddress", "s", ADDRESS],
          ],
        },
        "in-use",
        [],
      ],
    ];
    for (const [who, does, code, left] of taken)
      it(`finds the address with ${who} that took it after it was seen to be free`, async () => {
        befall(NEW, { kind: "second-administrator", does });
        await failsWith(create(world.open()), code, ADDRESS);
        assert.deepEqual(pools(), left);
        // What is somebody else's is not taken for what was cut off.
        assert.equal((await world.open().get("endpoint", ADDRESS))?.managedBy, undefined);
      });
  });

  describe("that leads an endpoint elsewhere", () => {
    const repoint = async (registry: TopologyRegistry) => {
      const { revision } = await present(registry.get("endpoint", ADDRESS));
      return registry.update("endpoint", ADDRESS, { poolFqdn: OTHER_POOL }, revision, ANNA);
    };
    beforeEach(async () => {
      await world.open().create("endpoint", { ...ENDPOINT, displayName: "Chat" }, ANNA);
    });

    for (const cmdlet of [NEW, REMOVE])
      for (const fault of done.filter((one) => !["noise", "frame-noise"].includes(kindOf(one))))
        it(`is done in spite of ${shown(fault)} of ${cmdlet}`, async () => {
          // The first removal is only tried.
          befall(cmdlet, { ...fault, occurrence: cmdlet === REMOVE ? 2 : 1 });
          const moved = await repoint(world.open());
          assert.deepEqual(moved.record, { sipAddress: ADDRESS, poolFqdn: OTHER_POOL, displayName: "Chat" });
          assert.deepEqual(pools(), [OTHER_POOL]);
        });

    for (const [fault, words] of notDone)
      it(`leaves the old one with ${shown(fault)} of the removal, and says so`, async () => {
        befall(REMOVE, { ...fault, occurrence: 2 });
        const registry = world.open();
        const before = await registry.get("endpoint", ADDRESS);
        const left = kindOf(fault) === "access-denied" ? "it leads to where it did" : "it was still there";
        await failsWith(repoint(registry), "unavailable", words, left);
        assert.deepEqual(pools(), [POOL]);
        assert.deepEqual(await world.open().get("endpoint", ADDRESS), before);
      });

    it("puts the old one back where the new one is refused, and says so", async () => {
      // So slow that it is tried twice, at once and when the time is over.
      const slow = { kind: "latency", cmdlet: NEW, occurrence: "every", ms: 1_100 } as const;
      const denied = [1, 2].map(
        (occurrence) => ({ kind: "access-denied", cmdlet: NEW, occurrence }) as const,
      );
      world.edit({ faults: [slow, ...denied] });
      const registry = world.open("callTimeout=2&replicationTimeout=1");
      const before = await present(registry.get("endpoint", ADDRESS));
      await failsWith(repoint(registry), "unavailable", "was put back", `leads to '${POOL}'`, "Insufficient");
      const [contact, ...others] = world.contacts();
      assert.deepEqual([contact?.pool, contact?.displayName, others], [POOL, "Chat", []]);
      const back = await present(world.open().get("endpoint", ADDRESS));
      assert.deepEqual([back.record, back.managedBy], [before.record, ANNA.managedBy]);
      // A resource that knows the old incarnation alone can still remove it.
      assert.equal(await world.open().remove("endpoint", ADDRESS, before, ANNA), true);
    });

    it("says that nobody answers where the old one cannot be put back either", async () => {
      world.edit({ faults: [{ kind: "access-denied", cmdlet: NEW, occurrence: "every" }] });
      await failsWith(
        repoint(world.open("callTimeout=2&replicationTimeout=1")),
        "unavailable",
        "nobody answers",
      );
      assert.deepEqual(pools(), []);
      world.edit({ faults: [] });
      await ensure();
    });

    it("says that nobody answers where the new one came to nothing, and the next run makes it", async () => {
      befall(NEW, { kind: "crash-before" });
      await failsWith(repoint(world.open()), "unavailable", "the old one is removed", "nobody answers");
      assert.deepEqual(pools(), []);
      const registry = world.open();
      assert.equal(await registry.get("endpoint", ADDRESS), undefined);
      await create(registry);
      assert.deepEqual(pools(), [POOL]);
    });

    it("is brought to its end where the registry is closed in the middle of it", async () => {
      // The first removal is only tried.
      befall(REMOVE, { kind: "latency", ms: 500, occurrence: 2 });
      const registry = world.open();
      const moved = repoint(registry);
      await until("the removal is under way", () => world.place.read().faults[0]?.seen === 2);
      await Promise.all([registry.close(), moved]);
      assert.deepEqual(pools(), [OTHER_POOL]);
      assert.equal((await world.open().get("endpoint", ADDRESS))?.managedBy, ANNA.managedBy);
    });

    for (const occurrence of [1, 2])
      it(`does nothing more where a second administrator removes it before our removal ${occurrence} of 2`, async () => {
        // The first one is only tried.
        const does = { cmdlet: REMOVE, p: [["Identity", "s", ADDRESS]] };
        befall(REMOVE, { kind: "second-administrator", occurrence, does });
        await failsWith(repoint(world.open()), "conflict", ADDRESS);
        assert.deepEqual(pools(), []);
      });
  });

  it("that is refused again and again takes its note back where the registry is closed meanwhile", async () => {
    const registry = world.open("callTimeout=1&replicationTimeout=20");
    const made = await create(registry);
    await registry.remove("endpoint", ADDRESS, made, ANNA);
    befall(NEW, { kind: "access-denied", occurrence: "every" });
    const refused = failsWith(create(registry), "unavailable", "Insufficient access rights");
    await until("it is tried again", () => (world.place.read().faults[0]?.seen ?? 0) >= 2);
    await registry.close();
    await refused;
    world.edit({ faults: [] });
    const other = world.open("journal=elsewhere.db");
    await other.create("endpoint", { ...ENDPOINT, displayName: "By hand" }, BERT);
    assert.equal((await present(world.open().get("endpoint", ADDRESS))).managedBy, undefined);
  });

  describe("that removes an endpoint", () => {
    const remove = async (registry: TopologyRegistry) =>
      registry.remove("endpoint", ADDRESS, await present(registry.get("endpoint", ADDRESS)), ANNA);
    beforeEach(async () => {
      await create(world.open());
    });

    for (const fault of done)
      it(`is done in spite of ${shown(fault)}`, async () => {
        befall(REMOVE, fault);
        assert.equal(await remove(world.open()), true);
        assert.deepEqual(pools(), []);
      });

    for (const [fault, words] of notDone)
      it(`is not done with ${shown(fault)}, is told so, and is done by the next run`, async () => {
        befall(REMOVE, fault);
        await failsWith(remove(world.open()), "unavailable", `'${ADDRESS}'`, words);
        assert.deepEqual(pools(), [POOL]);
        assert.equal((await present(world.open().get("endpoint", ADDRESS))).managedBy, ANNA.managedBy);
        assert.equal(await remove(world.open()), true);
        assert.deepEqual(pools(), []);
      });

    it("is nobody's success where a second administrator was faster", async () => {
      befall(REMOVE, {
        kind: "second-administrator",
        does: { cmdlet: REMOVE, p: [["Identity", "s", ADDRESS]] },
      });
      assert.equal(await remove(world.open()), false);
      assert.deepEqual(pools(), []);
    });
  });
});
