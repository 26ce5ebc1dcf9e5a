import assert from "node:assert/strict";
import { openRegistry } from "../../provider/backends/index";
import { parseRegistrySettings } from "../../provider/registry/settings";
import { CONTOSO } from "../../provider/simulator/contoso";
import { KNOBS, type Knobs } from "../../provider/simulator/knobs";
import { ACCOUNT, ADDRESS, ANNA_ADDRESS, PARKED, RENAME, useUserWorld } from "../support/shell-users";
import { DC1, DC2 } from "../support/test-world";
import { until } from "../support/until";
import { ANNA, failsWith } from "./bench";

const POOL = "pcpool.contoso.test";
const BOTH = `callTimeout=2&replicationTimeout=4&domainControllers=${DC1},${DC2}`;

describe("the SIP users behind a management shell", function () {
  this.timeout(30_000);
  const world = useUserWorld();

  describe("are snapped", () => {
    it("with all that the shell tells of them", async () => {
      world.editUser({ policies: { VoicePolicy: "Tag:London" }, lineUri: "tel:+49", adminCount: 1 });
      const snapshot = await world.snapshot();
      const { sid, ...attributes } = snapshot.attributes;
      assert.match(String(sid), /^S-1-5-21-/);
      assert.deepEqual(
        { ...snapshot, attributes },
        {
          account: ACCOUNT,
          sipAddress: ADDRESS,
          displayName: "Group Chat",
          attributes: {
            dn: CONTOSO.users?.[0]?.dn,
            primaryUserAddress: ADDRESS,
            samAccountName: "ocschat",
            userPrincipalName: "ocschat@contoso.test",
            registrarPool: "oldpool.contoso.test",
            homeServer: "CN=Lc Services,CN=Microsoft,CN=oldpool.contoso.test",
            enabled: true,
            enterpriseVoiceEnabled: false,
            hostingProvider: "SRV:",
            lineUri: "tel:+49",
            voicePolicy: "Tag:London",
            conferencingPolicy: null,
            clientPolicy: null,
            externalAccessPolicy: null,
            persistentChatPolicy: null,
            proxyAddresses: ["SMTP:ocschat@contoso.test", ADDRESS],
            mail: "ocschat@contoso.test",
            adminCount: 1,
            userAccountControl: "NormalAccount",
          },
        },
      );
    });

    it("in whatever case their address is asked for, and not where nobody has it", async () => {
      const registry = world.open();
      const snapshot = await world.snapshot(registry);
      assert.deepEqual(await world.snapshot(registry, "sip:OcsChat@Contoso.TEST"), snapshot);
      assert.equal(await registry.snapshotUser("sip:nobody@contoso.test"), undefined);
    });

    for (const fault of [
      { kind: "empty", cmdlet: "Get-CsUser", helloIsFine: true },
      { kind: "empty", cmdlet: "read", helloIsFine: true },
      { kind: "access-denied", cmdlet: "read" },
      { kind: "truncated", cmdlet: "Get-CsUser", keeps: 0 },
    ] as const)
      it(`and never taken for absent with ${fault.kind} of ${fault.cmdlet}`, async () => {
        world.edit({ faults: [{ ...fault, occurrence: "every", seen: 0 }] as never });
        await failsWith(world.open().snapshotUser(ADDRESS), "unavailable");
        await failsWith(world.open().sightings(ADDRESS), "unavailable");
      });

    it("and not where two hold the address", async () => {
      const [, anna] = CONTOSO.users ?? [];
      world.edit({ users: [...world.place.read().users, { ...anna, sipAddress: ADDRESS } as never] });
      await failsWith(world.open().snapshotUser(ADDRESS), "unavailable", "2 users hold the address");
    });

    it("and are resolved by name and address alone", async () => {
      const user = { kind: "sip-user", sipAddress: ADDRESS, displayName: "Group Chat" };
      assert.deepEqual(await world.open().resolve(ADDRESS), user);
    });
  });

  // What the others ask has no part in it; the first answers are those of a world that names none.
  const asked = [
    "absentUser",
    "automaticEndpoint",
    "duplicateEndpoint",
    "duplicateUserAddress",
    "ldapFilterBrackets",
    "proxyAddresses",
    "storedAddress",
    "unpinnedReads",
  ] as const satisfies (keyof Knobs)[];
  const others = asked.flatMap((knob) =>
    KNOBS[knob].answers
      .slice(1)
      .map((answer): [string, Partial<Knobs>] => [`where ${knob} is ${answer}`, { [knob]: answer }]),
  );
  for (const [question, set] of [["where all is as the simulator guesses", {}] as const, ...others])
    it(`hand an address over and take it back ${question}`, async () => {
      world.edit({ knobs: { ...world.place.read().knobs, ...set } });
      const registry = world.open("callTimeout=10&replicationTimeout=10");
      const snapshot = await world.snapshot(registry);
      const before = world.user();
      for (const release of [RENAME, { way: "disable" }] as const) {
        await registry.releaseUser(snapshot, release, ANNA);
        assert.equal(world.user().sipAddress, release.way === "rename" ? PARKED : null);
        assert.deepEqual(await registry.sightings(ADDRESS), []);
        const endpoint = await registry.create("endpoint", { sipAddress: ADDRESS, poolFqdn: POOL }, ANNA);
        const [seen, ...others] = await registry.sightings(ADDRESS);
        assert.deepEqual([seen?.view, seen?.kind, seen?.poolFqdn, others], [DC1, "endpoint", POOL, []]);
        await failsWith(registry.restoreUser(snapshot, ANNA), "in-use", `SIP user '${ADDRESS}'`);
        await registry.remove("endpoint", ADDRESS, endpoint, ANNA);
        await registry.restoreUser(snapshot, ANNA);
        assert.deepEqual(await world.snapshot(registry), snapshot);
        const { proxyAddresses, ...after } = world.user();
        assert.deepEqual({ ...after, proxyAddresses: proxyAddresses.toSorted() }, before);
      }
    });

  it("are seen by each domain controller as it knows", async () => {
    world.editDirectory({
      domainControllers: [
        { fqdn: DC1, globalCatalog: true, userMs: 0, contactMs: 0, lateMs: 0 },
        { fqdn: DC2, globalCatalog: false, userMs: 1_500, contactMs: 0, lateMs: 0 },
      ],
    });
    const registry = world.open(BOTH);
    const snapshot = await world.snapshot(registry);
    const held = (view: string) => ({ view, kind: "sip-user", displayName: "Group Chat", account: ACCOUNT });
    assert.deepEqual(await registry.sightings(ADDRESS), [held(DC1), held(DC2)]);
    const releasing = registry.releaseUser(snapshot, RENAME, ANNA);
    await until("it is parked", () => world.user().sipAddress === PARKED);
    assert.deepEqual(await world.open(BOTH).sightings(ADDRESS), [held(DC2)]);
    assert.equal(world.user(DC2).sipAddress, ADDRESS);
    await releasing;
    assert.equal(world.user(DC2).sipAddress, PARKED);
    const restoring = registry.restoreUser(snapshot, ANNA);
    await until("it is back", () => world.user().sipAddress === ADDRESS);
    assert.equal(world.user(DC2).sipAddress, PARKED);
    await restoring;
    assert.equal(world.user(DC2).sipAddress, ADDRESS);
  });

  it("are named to a cmdlet by what means nobody else, or not at all", async () => {
    world.editUser({ dn: "CN=*,DC=contoso,DC=test" });
    const registry = world.open();
    const snapshot = await world.snapshot(registry);
    await failsWith(registry.releaseUser(snapshot, RENAME, ANNA), "unavailable", "'*'");
    assert.equal(world.user().sipAddress, ADDRESS);
  });

  it("are no concern of anybody's who may not start a shell", async () => {
    const registry = openRegistry(parseRegistrySettings("shell:/none/powershell.exe", world.place.folder));
    await failsWith(registry.snapshotUser(ANNA_ADDRESS), "unavailable", "/none/powershell.exe");
    await registry.close();
  });
});
