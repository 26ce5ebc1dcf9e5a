import assert from "node:assert/strict";
import { CONTOSO } from "../../provider/simulator/contoso";
import type { KNOBS } from "../../provider/simulator/knobs";
import type { WorldInput } from "../../provider/simulator/world";
import { type SimulatedShell, WorldPlace } from "../support/simulated-shell";

const POOL = "pcpool.contoso.test";
const URI = "sip:ocschat@contoso.test";
const OLD = "sip:ocschat@old.contoso.test";
const NEW_ENDPOINT = { SipAddress: URI, PersistentChatPoolFqdn: POOL };

describe("the cmdlets of the simulator", function () {
  this.timeout(60_000);
  let place: WorldPlace;
  let shell: SimulatedShell;

  before(async () => {
    // The cmdlets themselves, of which the script lets through a part.
    place = new WorldPlace({ closedList: false });
    place.fill();
    shell = await place.shell();
  });
  beforeEach(() => place.fill());
  after(() => place.dispose());

  /** The shell reads the file at every call, so that a knob can be turned under it. */
  const turn = (knobs: Partial<Record<keyof typeof KNOBS, string>>, parts: Partial<WorldInput> = {}) =>
    place.fill({ ...parts, knobs: knobs as never });
  const addresses = async (parameters = {}) =>
    (await shell.done("Get-CsPersistentChatEndpoint", parameters, "SipAddress")).map(
      (endpoint) => (endpoint as { SipAddress: string }).SipAddress,
    );
  const users = (change: (user: Record<string, unknown>) => void): Partial<WorldInput> => ({
    users: CONTOSO.users?.map((user) => {
      const copy = structuredClone(user);
      if (copy.sipAddress === OLD) change(copy);
      return copy;
    }),
  });

  describe("bind parameters as PowerShell does", () => {
    for (const [id, cmdlet, parameters] of [
      ["CommandNotFoundException", "Get-Nothing", {}],
      ["CommandNotFoundException", "constructor", {}],
      ["NamedParameterNotFound", "Get-CsPool", { Nope: "x" }],
      ["NamedParameterNotFound", "Get-CsPool", { constructor: "x" }],
      ["NamedParameterNotFound", "New-CsPersistentChatEndpoint", { ...NEW_ENDPOINT, DomainController: "x" }],
      ["NamedParameterNotFound", "New-CsPersistentChatEndpoint", { ...NEW_ENDPOINT, Force: true }],
      ["NamedParameterNotFound", "Get-CsPool", { WhatIf: true }],
      ["MissingMandatoryParameter", "New-CsPersistentChatEndpoint", { SipAddress: URI }],
      ["MissingMandatoryParameter", "Enable-CsUser", { Identity: OLD }],
      ["ParameterArgumentValidationErrorNullNotAllowed", "Disable-CsUser", { Identity: null }],
      ["CannotConvertArgumentNoMessage", "Set-CsUser", { Identity: OLD, Enabled: "false" }],
      ["CannotConvertArgumentNoMessage", "Set-CsUser", { Identity: ["a", "b"], Enabled: false }],
      ["CannotConvertArgumentNoMessage", "New-CsSipDomain", { Identity: "a b" }],
      ["CannotConvertArgumentNoMessage", "Get-CsUser", { ResultSize: "many" }],
      ["ParameterArgumentValidationError", "Set-CsPersistentChatConfiguration", { DefaultChatHistory: 501 }],
      ["ParameterArgumentValidationError", "Set-CsPersistentChatConfiguration", { DefaultChatHistory: 0 }],
      [
        "ParameterArgumentValidationError",
        "Set-CsPersistentChatState",
        { Identity: POOL, PoolState: "Broken" },
      ],
      ["NotSimulated", "Get-CsUser", { Filter: "x -eq 1" }],
    ] as const)
      it(`${id}: ${cmdlet} ${JSON.stringify(parameters)}`, async () => {
        const before = place.read();
        assert.equal(await shell.fails(cmdlet, parameters), id);
        assert.deepEqual(place.read(), before);
      });

    it("and refuse a parameter that comes twice, and a value with the tag of another type", async () => {
      const failure = async (...p: [string, string, unknown][]) =>
        (await shell.call("Set-CsUser", {}, { p })).errors[0]?.id.split(",")[0];
      const identity: [string, string, unknown] = ["Identity", "s", OLD];
      assert.equal(await failure(identity, identity), "ParameterAlreadyBound");
      assert.equal(await failure(identity, ["PassThru", "i", 1]), "CannotConvertArgumentNoMessage");
      assert.equal(
        await failure(identity, ["SipAddress", "m", { Add: [] }]),
        "CannotConvertArgumentNoMessage",
      );
      // A number is a [Boolean], though, and a Boolean a text.
      assert.equal(await failure(identity, ["Enabled", "i", 0]), undefined);
      assert.equal(place.read().changes[0]?.after?.dn, CONTOSO.users?.[0]?.dn);
    });

    it("and do what they can without doing it under -WhatIf", async () => {
      await shell.done("New-CsPersistentChatEndpoint", { ...NEW_ENDPOINT, WhatIf: true });
      assert.ok(!(await addresses()).includes(URI));
      assert.match(shell.noise, /What if: Performing operation "New-CsPersistentChatEndpoint"/);
      assert.equal(
        await shell.fails("New-CsPersistentChatEndpoint", {
          SipAddress: URI,
          PersistentChatPoolFqdn: "no.contoso.test",
          WhatIf: true,
        }),
        "ManagementObjectNotFound",
      );
    });

    it("and show what was asked for, by any case, and what is missing", async () => {
      const reply = await shell.call("Get-CsPool", { Identity: POOL }, { select: ["fqdn", "Nope"], max: 1 });
      assert.deepEqual(reply.results, [{ fqdn: POOL }]);
      assert.deepEqual(reply.missing, ["Nope"]);
      assert.equal(reply.type, "Microsoft.Rtc.Management.Deploy.Internal.Cluster");
      assert.ok(reply.names?.includes("Services"));
      assert.equal(reply.truncated, false);
      const cut = await shell.call("Get-CsPool", {}, { select: ["Fqdn"], max: 2 });
      assert.deepEqual([cut.results.length, cut.truncated], [2, true]);
    });
  });

  describe("*-CsPersistentChatEndpoint", () => {
    it("begin with the automatic endpoints, make one silently, list it, and remove it", async () => {
      assert.deepEqual(await addresses(), [
        "sip:GC-1-PersistentChatService-2@contoso.test",
        "sip:GC-2-PersistentChatService-1@contoso.test",
      ]);
      assert.deepEqual(
        await shell.done("New-CsPersistentChatEndpoint", { ...NEW_ENDPOINT, DisplayName: "Chat" }),
        [],
      );
      for (const Identity of [URI, "OCSCHAT@contoso.test", "chat", "C*t"])
        assert.deepEqual(await addresses({ Identity }), [URI], Identity);
      assert.ok((await addresses({ PersistentChatPoolFqdn: POOL })).includes(URI));
      assert.ok(!(await addresses({ PersistentChatPoolFqdn: "pcpool.fabrikam.test" })).includes(URI));
      assert.deepEqual(await addresses({ LdapFilter: `(msRTCSIP-PrimaryUserAddress=${URI})` }), [URI]);
      assert.deepEqual(await addresses({ ResultSize: 0 }), []);
      await shell.done("Remove-CsPersistentChatEndpoint", { Identity: URI });
      assert.equal((await addresses()).length, 2);
    });

    it("give each new object another name, and take it as an identity", async () => {
      const make = async () => {
        const [made] = await shell.done(
          "New-CsPersistentChatEndpoint",
          { ...NEW_ENDPOINT, PassThru: true },
          "Identity",
        );
        return (made as { Identity: string }).Identity;
      };
      const first = await make();
      await shell.done("Remove-CsPersistentChatEndpoint", { Identity: first });
      const second = await make();
      assert.notEqual(first, second);
      assert.match(second, /^CN=\{[0-9a-f-]{36}\},CN=Application Contacts,CN=RTC Service,/);
      assert.equal(
        await shell.fails("Remove-CsPersistentChatEndpoint", { Identity: first }),
        "ManagementObjectNotFound",
      );
    });

    it("remove the automatic endpoint if they are asked to", async () => {
      await shell.done("Remove-CsPersistentChatEndpoint", {
        Identity: "sip:GC-1-PersistentChatService-2@contoso.test",
      });
      assert.equal((await addresses()).length, 1);
    });

    it("know of nothing that is not there", async () => {
      const fails = (parameters: object) => shell.fails("Get-CsPersistentChatEndpoint", { ...parameters });
      assert.equal(await fails({ Identity: URI }), "ManagementObjectNotFound");
      assert.equal(await fails({ PersistentChatPoolFqdn: "no.contoso.test" }), "ManagementObjectNotFound");
      assert.equal(await fails({ DomainController: "no.contoso.test" }), "ServerNotOperational");
      assert.equal(await fails({ LdapFilter: "(a=b" }), "InvalidLdapFilter");
      turn({ absentEndpoint: "nothing", unknownPool: "nothing", absentEndpointRemoval: "nothing" });
      assert.deepEqual(await addresses({ Identity: URI }), []);
      assert.deepEqual(await addresses({ PersistentChatPoolFqdn: "no.contoso.test" }), []);
      await shell.done("Remove-CsPersistentChatEndpoint", { Identity: URI });
    });

    for (const [name, parameters, knob, answer] of [
      [
        "an address that a user holds",
        { SipAddress: "SIP:Anna@contoso.test" },
        "duplicateEndpoint",
        "accepted",
      ],
      ["an unknown SIP domain", { SipAddress: "sip:a@litware.test" }, "unknownSipDomain", "accepted"],
      ["an address without sip:", { SipAddress: "a@contoso.test" }, "addressWithoutScheme", "accepted"],
    ] as const)
      it(`refuse ${name}, unless ${knob} is ${answer}`, async () => {
        await shell.fails("New-CsPersistentChatEndpoint", { ...NEW_ENDPOINT, ...parameters });
        turn({ [knob]: answer });
        await shell.done("New-CsPersistentChatEndpoint", { ...NEW_ENDPOINT, ...parameters });
      });

    it("show, name and keep what the knobs say", async () => {
      turn({
        automaticEndpoint: "hidden",
        endpointPoolProperty: "PoolFqdn",
        storedAddress: "lowered",
        defaultDisplayName: "address",
        removalAsks: "yes",
      });
      await shell.done("New-CsPersistentChatEndpoint", {
        ...NEW_ENDPOINT,
        SipAddress: "sip:OcsChat@contoso.test",
      });
      const found = await shell.done(
        "Get-CsPersistentChatEndpoint",
        {},
        "SipAddress",
        "PoolFqdn",
        "DisplayName",
      );
      assert.deepEqual(found, [{ SipAddress: URI, PoolFqdn: POOL, DisplayName: URI }]);
      assert.equal(
        await shell.fails("Remove-CsPersistentChatEndpoint", { Identity: URI }),
        "InvalidOperation",
      );
      await shell.done("Remove-CsPersistentChatEndpoint", { Identity: URI, Force: true });
    });
  });

  describe("the topology", () => {
    it("is told by Get-CsService", async () => {
      const [service] = await shell.done(
        "Get-CsService",
        { PersistentChatServer: true, PoolFqdn: POOL },
        ...["Identity", "Registrar", "MtlsPort", "DisplayName", "ActiveServers", "InactiveServers"],
        ...["ServiceId", "SiteId", "PoolFqdn", "Version", "Role", "PersistentChatComplianceDatabase"],
      );
      assert.deepEqual(service, {
        Identity: `PersistentChatServer:${POOL}`,
        Registrar: "Registrar:fepool.contoso.test",
        MtlsPort: 5041,
        DisplayName: "Headquarters",
        ActiveServers: ["pc01.contoso.test", "pc02.contoso.test"],
        InactiveServers: [],
        ServiceId: "1-PersistentChatService-2",
        SiteId: "Site:Headquarters",
        PoolFqdn: POOL,
        Version: 7,
        Role: "PersistentChatServer",
        PersistentChatComplianceDatabase: null,
      });
      assert.equal((await shell.done("Get-CsService", { PersistentChatServer: true })).length, 2);
      assert.equal(
        await shell.fails("Get-CsService", { Identity: "PersistentChatServer:x" }),
        "ManagementObjectNotFound",
      );
    });

    it("is told by Get-CsPool, whose other pools have no such service", async () => {
      const pools = await shell.done("Get-CsPool", {}, "Fqdn", "Services", "Computers", "Site");
      assert.equal(pools.length, 5);
      assert.deepEqual(pools[4], {
        Fqdn: "pcpool.fabrikam.test",
        Services: ["PersistentChatServer:pcpool.fabrikam.test"],
        Computers: ["pc01.fabrikam.test"],
        Site: "Site:Branch",
      });
      turn({ poolComputers: "type-name" });
      const [pool] = await shell.done("Get-CsPool", { Identity: POOL }, "Computers");
      assert.match(JSON.stringify(pool), /Internal\.Machine/);
    });

    it("is told by Get-CsTopology, with the shape of a pool", async () => {
      const [topology] = await shell.done("Get-CsTopology", { AsXml: true }, "OuterXml");
      const { OuterXml: xml } = topology as { OuterXml: string };
      assert.match(xml, /^<Topology xmlns="urn:schema:Microsoft\.Rtc\.Management\.Deploy\.Topology\.2008">/);
      assert.match(xml, /<Cluster [^>]*Fqdn="pcpool\.contoso\.test" IsSingleMachineOnly="false">/);
      assert.match(xml, /<Machine OrdinalInCluster="2" Fqdn="pc02\.contoso\.test" \/>/);
      assert.equal(xml.match(/RoleName="PersistentChatService" ServiceVersion="7"/g)?.length, 2);
    });

    it("has collocated and half-removed pools, too", async () => {
      const [main] = CONTOSO.pools.slice(-2);
      assert.ok(main?.persistentChat);
      const single = {
        ...main,
        shape: "single" as const,
        computers: ["se.contoso.test"],
        fqdn: "se.contoso.test",
      };
      place.fill({
        pools: [{ ...single, persistentChat: { ...main.persistentChat, activeServers: [], chokes: true } }],
      });
      const [{ OuterXml }] = (await shell.done("Get-CsTopology", { AsXml: true }, "OuterXml")) as [
        { OuterXml: string },
      ];
      assert.match(OuterXml, /IsSingleMachineOnly="true"/);
      const [service] = await shell.done("Get-CsService", { PersistentChatServer: true }, "ActiveServers");
      assert.deepEqual(service, { ActiveServers: [] });
      await shell.fails("Get-CsPersistentChatEndpoint", { PersistentChatPoolFqdn: "se.contoso.test" });
      await shell.fails("Get-CsPersistentChatState", { Identity: "se.contoso.test" });
    });
  });

  describe("Set-CsPersistentChatActiveServer", () => {
    const active = async (ActiveServers: unknown, Identity = `PersistentChatServer:${POOL}`) => {
      await shell.done("Set-CsPersistentChatActiveServer", { Identity, ActiveServers });
      const parameters = { PersistentChatServer: true, PoolFqdn: POOL };
      const [service] = await shell.done("Get-CsService", parameters, "ActiveServers", "InactiveServers");
      return (service as { ActiveServers: string[] }).ActiveServers;
    };
    const [one, two] = ["pc01.contoso.test", "pc02.contoso.test"];

    it("adds, removes, replaces and empties", async () => {
      assert.deepEqual(await active({ Remove: [one] }), [two]);
      assert.deepEqual(await active({ Add: ["PC01.contoso.test"] }), [two, one]);
      assert.deepEqual(await active({ Replace: [one] }), [one]);
      assert.deepEqual(await active([two]), [two]);
      assert.deepEqual(await active(null), []);
    });

    it("changes nothing for an empty Replace", async () => {
      assert.deepEqual(await active({ Replace: [] }), [one, two]);
    });

    it("swaps the active for the others", async () => {
      await active({ Replace: [one] });
      await shell.done("Set-CsPersistentChatActiveServer", { Identity: POOL, Swap: true });
      assert.deepEqual(place.read().pools.find(({ fqdn }) => fqdn === POOL)?.persistentChat?.activeServers, [
        two,
      ]);
    });

    it("refuses what is no server of the pool, and no change at all", async () => {
      const fails = (parameters: object) =>
        shell.fails("Set-CsPersistentChatActiveServer", { Identity: POOL, ...parameters });
      assert.equal(await fails({ ActiveServers: { Add: ["pc09.contoso.test"] } }), "InvalidOperation");
      assert.equal(await fails({}), "AmbiguousParameterSet");
      turn({ foreignActiveServer: "accepted" });
      assert.equal((await active({ Add: ["pc09.contoso.test"] })).length, 3);
    });

    it("refuses a fifth active server, unless the knob takes it", async () => {
      const computers = [1, 2, 3, 4, 5].map((number) => `pc0${number}.contoso.test`);
      const pools = CONTOSO.pools.map((pool) => (pool.fqdn === POOL ? { ...pool, computers } : pool));
      place.fill({ pools });
      const five = { Identity: POOL, ActiveServers: { Replace: computers } };
      assert.equal(await shell.fails("Set-CsPersistentChatActiveServer", five), "InvalidOperation");
      turn({ fifthActiveServer: "accepted" }, { pools });
      assert.equal((await active({ Replace: computers })).length, 5);
    });

    it("takes the spellings of a pool that the knob says", async () => {
      const spellings = ["", "PersistentChatServer:", "service:PersistentChatServer:", "service:"];
      for (const spelling of spellings) await active({ Replace: [one] }, spelling + POOL);
      turn({ poolIdentities: "role-fqdn" });
      await active({ Replace: [one] });
      assert.equal(
        await shell.fails("Set-CsPersistentChatActiveServer", { Identity: POOL, ActiveServers: null }),
        "ManagementObjectNotFound",
      );
    });
  });

  describe("*-CsPersistentChatConfiguration", () => {
    const SCOPE = `service:PersistentChatServer:${POOL}`;
    const all = [
      "Identity",
      "DefaultChatHistory",
      "MaxFileSizeKB",
      "ParticipantUpdateLimit",
      "RoomManagementUrl",
    ];
    const get = (parameters = {}) => shell.done("Get-CsPersistentChatConfiguration", parameters, ...all);
    const DEFAULTS = {
      DefaultChatHistory: 30,
      MaxFileSizeKB: 20000,
      ParticipantUpdateLimit: 75,
      RoomManagementUrl: null,
    };

    it("have a global scope, which Set changes without an identity and Remove resets", async () => {
      assert.deepEqual(await get(), [{ Identity: "Global", ...DEFAULTS }]);
      await shell.done("Set-CsPersistentChatConfiguration", {
        DefaultChatHistory: 500,
        RoomManagementUrl: "https://x",
      });
      assert.deepEqual(await get({ Identity: "global" }), [
        { Identity: "Global", ...DEFAULTS, DefaultChatHistory: 500, RoomManagementUrl: "https://x" },
      ]);
      await shell.done("Remove-CsPersistentChatConfiguration", { Identity: "global" });
      assert.deepEqual(await get(), [{ Identity: "Global", ...DEFAULTS }]);
    });

    it("make scopes of the product's defaults, not of the global settings", async () => {
      await shell.done("Set-CsPersistentChatConfiguration", { DefaultChatHistory: 500 });
      await shell.done("New-CsPersistentChatConfiguration", { Identity: SCOPE, MaxFileSizeKB: 1 });
      assert.deepEqual(await get({ Identity: SCOPE }), [
        { ...DEFAULTS, Identity: `Service:PersistentChatServer:${POOL}`, MaxFileSizeKB: 1 },
      ]);
      assert.equal(
        await shell.fails("New-CsPersistentChatConfiguration", { Identity: SCOPE }),
        "ManagementObjectExists",
      );
      await shell.done("Remove-CsPersistentChatConfiguration", { Identity: SCOPE });
      assert.equal((await get()).length, 1);
    });

    it("fail for a scope without settings, and for one that cannot be", async () => {
      for (const [cmdlet, Identity] of [
        ["Get-CsPersistentChatConfiguration", SCOPE],
        ["Set-CsPersistentChatConfiguration", SCOPE],
        ["Remove-CsPersistentChatConfiguration", "site:Branch"],
        ["New-CsPersistentChatConfiguration", "site:Nowhere"],
        ["New-CsPersistentChatConfiguration", "service:PersistentChatServer:no.contoso.test"],
      ] as const)
        assert.equal(await shell.fails(cmdlet, { Identity }), "ManagementObjectNotFound");
      assert.equal(
        await shell.fails("New-CsPersistentChatConfiguration", { Identity: "global" }),
        "ManagementObjectExists",
      );
    });
  });

  it("Get- and Set-CsPersistentChatState, and Get-CsUserReplicatorConfiguration", async () => {
    await shell.done("Set-CsPersistentChatState", {
      Identity: `PersistentChatServer:${POOL}`,
      PoolState: "failedover",
    });
    assert.deepEqual(await shell.done("Get-CsPersistentChatState", { Identity: POOL }, "PoolState"), [
      { PoolState: "FailedOver" },
    ]);
    assert.equal((await shell.done("Get-CsPersistentChatState")).length, 2);
    assert.deepEqual(await shell.done("Get-CsUserReplicatorConfiguration", {}, "ReplicationCycleInterval"), [
      { ReplicationCycleInterval: "00:00:01" },
    ]);
  });

  describe("*-CsSipDomain", () => {
    const domains = () => shell.done("Get-CsSipDomain", {}, "Identity", "IsDefault");

    it("keep one default", async () => {
      await shell.done("New-CsSipDomain", { Identity: "litware.test", IsDefault: true });
      await shell.done("Set-CsSipDomain", { Identity: "fabrikam.test", IsDefault: true });
      assert.deepEqual(await domains(), [
        { Identity: "contoso.test", IsDefault: false },
        { Identity: "fabrikam.test", IsDefault: true },
        { Identity: "litware.test", IsDefault: false },
      ]);
      const isDefault = { Identity: "fabrikam.test", IsDefault: false };
      assert.equal(await shell.fails("Set-CsSipDomain", isDefault), "InvalidOperation");
      assert.equal(
        await shell.fails("Remove-CsSipDomain", { Identity: "fabrikam.test" }),
        "InvalidOperation",
      );
      await shell.done("Remove-CsSipDomain", { Identity: "litware.test" });
      assert.equal((await domains()).length, 2);
    });

    it("refuse what is there, what is not, and what an address is in", async () => {
      assert.equal(
        await shell.fails("New-CsSipDomain", { Identity: "Contoso.test" }),
        "ManagementObjectExists",
      );
      assert.equal(await shell.fails("Set-CsSipDomain", { Identity: "no.test" }), "ManagementObjectNotFound");
      assert.equal(await shell.fails("Get-CsSipDomain", { Identity: "no.test" }), "ManagementObjectNotFound");
      const removal = { Identity: "fabrikam.test" };
      const endpoint = { ...NEW_ENDPOINT, SipAddress: "sip:a@fabrikam.test" };
      await shell.done("New-CsPersistentChatEndpoint", endpoint);
      assert.equal(await shell.fails("Remove-CsSipDomain", removal), "InvalidOperation");
      turn({ endpointInSipDomain: "does-not" });
      await shell.done("New-CsPersistentChatEndpoint", endpoint);
      await shell.done("Remove-CsSipDomain", removal);
    });
  });

  describe("*-CsUser", () => {
    const find = async (parameters: object, cmdlet = "Get-CsUser") =>
      (await shell.done(cmdlet, { ...parameters }, "SamAccountName")).map(
        (user) => (user as { SamAccountName: string }).SamAccountName,
      );

    it("find users by each of their names, and several by a pattern", async () => {
      const [user] = CONTOSO.users ?? [];
      for (const Identity of [
        OLD,
        "OCSCHAT@old.contoso.test",
        "ocschat@contoso.test",
        "CONTOSO\\ocschat",
        user?.dn,
        "group*",
      ])
        assert.deepEqual(await find({ Identity }), ["ocschat"], Identity);
      assert.deepEqual(await find({ Identity: "*" }), ["ocschat", "anna"]);
      assert.equal(await shell.fails("Get-CsUser", { Identity: "nobody" }), "ManagementObjectNotFound");
      turn({ absentUser: "nothing" });
      assert.deepEqual(await find({ Identity: "nobody" }), []);
    });

    it("find users by an LDAP filter, with brackets as the knob says", async () => {
      const either = `(|(msRTCSIP-PrimaryUserAddress=sip:anna@contoso.test)(msRTCSIP-PrimaryUserAddress=sip:\\6fcschat@old.*))`;
      assert.deepEqual(await find({ LdapFilter: `(&(objectCategory=person)${either})` }), [
        "ocschat",
        "anna",
      ]);
      assert.deepEqual(await find({ LdapFilter: either.slice(1, -1) }), ["ocschat", "anna"]);
      assert.deepEqual(await find({ LdapFilter: "(!(msRTCSIP-UserEnabled=TRUE))" }), []);
      // 7d1c0f52-5a0e-4f0b-9c39-0c6b2f1f4a02, in the order of the octets in the directory.
      const guid = "\\52\\0f\\1c\\7d\\0e\\5a\\0b\\4f\\9c9\\0C\\6b\\2f\\1f\\4a\\02";
      assert.deepEqual(await find({ LdapFilter: `(objectGUID=${guid})` }), ["anna"]);
      turn({ ldapFilterBrackets: "must" });
      assert.equal(await shell.fails("Get-CsUser", { LdapFilter: either.slice(1, -1) }), "InvalidLdapFilter");
      turn({ ldapFilterBrackets: "must-not" });
      assert.equal(await shell.fails("Get-CsUser", { LdapFilter: either }), "InvalidLdapFilter");
    });

    it("rename, and keep the address of whoever is not enabled", async () => {
      await shell.done("Set-CsUser", { Identity: OLD, Enabled: false });
      assert.deepEqual(await find({ Identity: OLD }), ["ocschat"]);
      await shell.done("Set-CsUser", { Identity: OLD, SipAddress: "sip:parked@litware.test" });
      const [user] = await shell.done(
        "Get-CsUser",
        { Identity: "Group Chat" },
        "SipAddress",
        "ProxyAddresses",
      );
      assert.deepEqual(user, {
        SipAddress: "sip:parked@litware.test",
        ProxyAddresses: ["sip:parked@litware.test"],
      });
      turn({ proxyAddresses: "kept" });
      await shell.done("Set-CsUser", { Identity: OLD, SipAddress: "sip:parked@litware.test" });
      assert.deepEqual(await shell.done("Get-CsUser", { Identity: "Group Chat" }, "ProxyAddresses"), [
        { ProxyAddresses: [OLD] },
      ]);
    });

    it("set what is given, and empty a line with $null", async () => {
      const given = { Identity: OLD, LineURI: "tel:+49", EnterpriseVoiceEnabled: true };
      await shell.done("Set-CsUser", given);
      await shell.done("Set-CsUser", { Identity: OLD, Enabled: false });
      const lines = () => shell.done("Get-CsUser", { Identity: OLD }, "LineURI", "EnterpriseVoiceEnabled");
      assert.deepEqual(await lines(), [{ LineURI: "tel:+49", EnterpriseVoiceEnabled: true }]);
      await shell.done("Set-CsUser", { Identity: OLD, LineURI: null });
      assert.deepEqual(await lines(), [{ LineURI: "", EnterpriseVoiceEnabled: true }]);
    });

    it("disable with the loss of everything, and enable again", async () => {
      await shell.done("Disable-CsUser", { Identity: "anna@contoso.test" });
      assert.deepEqual(await find({}), ["ocschat"]);
      assert.deepEqual(await find({}, "Get-CsAdUser"), ["ocschat", "anna"]);
      const enabling = { Identity: "CONTOSO\\anna", SipAddress: "sip:anna@contoso.test" };
      assert.equal(
        await shell.fails("Enable-CsUser", { ...enabling, RegistrarPool: POOL }),
        "ManagementObjectNotFound",
      );
      await shell.done("Enable-CsUser", { ...enabling, RegistrarPool: "fepool.contoso.test" });
      const [anna] = await shell.done(
        "Get-CsUser",
        { Identity: "anna@contoso.test" },
        "Enabled",
        "VoicePolicy",
      );
      assert.deepEqual(anna, { Enabled: true, VoicePolicy: null });
    });

    it("hit everyone whom an identity means", async () => {
      await shell.done("Disable-CsUser", { Identity: "*" });
      assert.deepEqual(await find({}), []);
    });

    it("refuse an address that somebody holds, unless the knob takes it", async () => {
      await shell.done("New-CsPersistentChatEndpoint", NEW_ENDPOINT);
      for (const SipAddress of ["sip:anna@contoso.test", URI])
        assert.equal(await shell.fails("Set-CsUser", { Identity: OLD, SipAddress }), "SipAddressInUse");
      turn({ duplicateUserAddress: "accepted" });
      await shell.done("Set-CsUser", { Identity: OLD, SipAddress: "sip:anna@contoso.test" });
    });

    it("are denied a protected account, and refuse one that an earlier version has", async () => {
      const rename = { Identity: OLD, SipAddress: "sip:parked@contoso.test" };
      place.fill(users((user) => Object.assign(user, { protected: true, adminCount: 1 })));
      assert.equal(await shell.fails("Set-CsUser", rename), "AccessDenied");
      // As on the real one, -WhatIf does not tell.
      await shell.done("Set-CsUser", { ...rename, WhatIf: true });
      const pools = CONTOSO.pools.map((pool) =>
        pool.fqdn === "oldpool.contoso.test" ? { ...pool, site: "BackCompatSite", version: 4 } : pool,
      );
      place.fill({ pools });
      assert.equal(await shell.fails("Set-CsUser", rename), "InvalidOperation");
      turn({ legacyHomedUser: "accepted" }, { pools });
      await shell.done("Set-CsUser", rename);
    });
  });
});
