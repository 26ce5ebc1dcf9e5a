import type { Cmdlet, Output } from "../cmdlet";
import { ShellError } from "../error-record";
import { persistentChatPools, sameText } from "../searches";
import { topologyXml } from "../topology-xml";
import type { PersistentChatPool, Pool, World } from "../world";

/** What Topology Builder has published, which no cmdlet changes but for the active servers. */
export const TOPOLOGY_CMDLETS: Readonly<Record<string, Cmdlet>> = {
  "Get-CsService": {
    access: "read",
    type: "Microsoft.Rtc.Management.Xds.DisplayPersistentChatServer",
    parameters: {
      Identity: { type: "text" },
      PersistentChatServer: { type: "switch" },
      PoolFqdn: { type: "fqdn" },
    },
    run({ world, given }) {
      const identity = given.text("Identity");
      const pool = given.text("PoolFqdn");
      if (identity !== undefined && given.has("PersistentChatServer"))
        throw new ShellError("ambiguousParameters");
      if (identity === undefined && !given.flag("PersistentChatServer"))
        throw new ShellError("notSimulated", "Get-CsService without -PersistentChatServer");
      if (pool !== undefined && !world.pools.some(({ fqdn }) => sameText(fqdn, pool)))
        throw new ShellError("absent", pool);
      const found = persistentChatPools(world)
        .filter(({ fqdn }) => pool === undefined || sameText(fqdn, pool))
        .filter(({ fqdn }) => identity === undefined || sameText(`PersistentChatServer:${fqdn}`, identity));
      if (identity !== undefined && found.length === 0) throw new ShellError("absent", identity);
      return found.map(shownService);
    },
  },

  "Get-CsPool": {
    access: "read",
    type: "Microsoft.Rtc.Management.Deploy.Internal.Cluster",
    parameters: { Identity: { type: "fqdn" }, Site: { type: "text" } },
    run({ world, given }) {
      const identity = given.text("Identity");
      const site = given.text("Site");
      const found = world.pools
        .filter(({ fqdn }) => identity === undefined || sameText(fqdn, identity))
        .filter((pool) => site === undefined || sameText(pool.site, site));
      if (identity !== undefined && found.length === 0) throw new ShellError("absent", identity);
      return found.map((pool) => shownPool(world, pool));
    },
  },

  "Get-CsTopology": {
    access: "read",
    type: "System.Xml.XmlDocument",
    parameters: { AsXml: { type: "switch" } },
    run({ world, given }) {
      if (!given.flag("AsXml")) throw new ShellError("notSimulated", "Get-CsTopology without -AsXml");
      return [{ OuterXml: topologyXml(world) }];
    },
  },
};

function shownService({ fqdn, site, version, computers, persistentChat }: PersistentChatPool): Output {
  const { registrar, fileStore, database, complianceDatabase, activeServers } = persistentChat;
  const located = (role: string, place: string) => (place === "" ? null : `${role}:${place}`);
  return {
    Identity: `PersistentChatServer:${fqdn}`,
    Registrar: `Registrar:${registrar}`,
    FileStore: located("FileStore", fileStore),
    PersistentChatDatabase: located("PersistentChatDatabase", database),
    MirrorPersistentChatDatabase: null,
    BackupPersistentChatDatabase: null,
    BackupMirrorPersistentChatDatabase: null,
    PersistentChatComplianceDatabase: located("PersistentChatComplianceDatabase", complianceDatabase),
    MirrorPersistentChatComplianceDatabase: null,
    BackupPersistentChatComplianceDatabase: null,
    BackupMirrorPersistentChatComplianceDatabase: null,
    MtlsPort: persistentChat.mtlsPort,
    DisplayName: persistentChat.displayName,
    ActiveServers: [...activeServers],
    InactiveServers: computers.filter((computer) => !activeServers.some((one) => sameText(one, computer))),
    DependentServiceList: [],
    ServiceId: persistentChat.serviceId,
    SiteId: `Site:${site}`,
    PoolFqdn: fqdn,
    Version: version,
    Role: "PersistentChatServer",
  };
}

function shownPool({ knobs }: World, { fqdn, site, roles, computers, persistentChat }: Pool): Output {
  const services = [...roles, ...(persistentChat ? ["PersistentChatServer"] : [])];
  return {
    Identity: fqdn,
    Fqdn: fqdn,
    Services: services.map((role) => `${role}:${fqdn}`),
    Computers: computers.map((computer) =>
      knobs.poolComputers === "fqdn" ? computer : "Microsoft.Rtc.Management.Deploy.Internal.Machine",
    ),
    Site: `Site:${site}`,
    BackupPoolFqdn: null,
  };
}
