import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type { Kind, NewRecordOf } from "../../provider/registry/records";
import type { Configuration, Pool, User, World } from "../../provider/simulator/world";

const SITE = "Headquarters";
const FRONT_ENDS = "fepool.default.example";
const MOST_ACTIVE = 4;

/** Makes in a world what a person makes with Topology Builder or in the directory, as the record of a registry says it. */
export function provide<K extends Kind>(world: World, kind: K, record: NewRecordOf<K>): void {
  MAKERS[kind](world, record);
}

/** Removes from a world what a person removes there. */
export function withdraw(world: World, kind: Kind, key: string): void {
  const isOther = (text: string | null) => text?.toLowerCase() !== key.toLowerCase();
  const { sipDomains, pools, users } = world;
  world.sipDomains = kind === "sip-domain" ? sipDomains.filter(({ domain }) => isOther(domain)) : sipDomains;
  world.pools = kind === "pool" ? pools.filter(({ fqdn }) => isOther(fqdn)) : pools;
  world.users = kind === "sip-user" ? users.filter(({ sipAddress }) => isOther(sipAddress)) : users;
  assert.notEqual(kind, "endpoint", "an endpoint is removed with a cmdlet");
}

const MAKERS: { [K in Kind]: (world: World, record: NewRecordOf<K>) => void } = {
  "sip-domain": (world, { domain, isDefault = false }) => {
    if (isDefault) for (const other of world.sipDomains) other.isDefault = false;
    world.sipDomains.push({ domain, isDefault });
  },

  pool: (world, said) => {
    const { nextHopPool = FRONT_ENDS, settings } = said;
    if (!world.pools.some(({ fqdn }) => fqdn === nextHopPool)) world.pools.push(frontEnds(nextHopPool));
    world.pools.push(persistentChat(said, nextHopPool, world.pools.length));
    if (settings) world.configurations.push(configuration(said.poolFqdn, settings));
  },

  "sip-user": (world, { sipAddress, displayName = "" }) => {
    world.users.push(user(sipAddress, displayName));
  },

  endpoint: () => assert.fail("an endpoint is made with a cmdlet"),

  cutover: () => assert.fail("a cutover is a note of this machine"),
};

function frontEnds(fqdn: string): Pool {
  const roles = ["UserServer", "Registrar"];
  return { fqdn, site: SITE, shape: "multiple", computers: [`s1.${fqdn}`], version: 7, roles };
}

function persistentChat(said: NewRecordOf<"pool">, registrar: string, number: number): Pool {
  const { poolFqdn, shape, servers = [shape === "single" ? poolFqdn : `s1.${poolFqdn}`] } = said;
  return {
    fqdn: poolFqdn,
    site: SITE,
    shape,
    computers: [...servers],
    version: 7,
    roles: [],
    persistentChat: {
      registrar,
      mtlsPort: said.port ?? 5041,
      displayName: said.displayName ?? "",
      activeServers: [...(said.activeServers ?? servers.slice(0, MOST_ACTIVE))],
      serviceId: `1-PersistentChatService-${number}`,
      state: said.poolState ?? "Normal",
      database: "sql01.default.example",
      complianceDatabase: "",
      fileStore: "files.default.example",
      chokes: false,
    },
  };
}

function configuration(
  poolFqdn: string,
  settings: NonNullable<NewRecordOf<"pool">["settings"]>,
): Configuration {
  return {
    identity: `Service:PersistentChatServer:${poolFqdn}`,
    defaultChatHistory: settings.defaultChatHistory ?? 30,
    maxFileSizeKB: settings.maxFileSizeKB ?? 20000,
    participantUpdateLimit: settings.participantUpdateLimit ?? 75,
    roomManagementUrl: settings.roomManagementUrl ?? null,
  };
}

function user(sipAddress: string, displayName: string): User {
  const guid = randomUUID();
  const account = sipAddress.replace(/^sip:|@.*$/gi, "");
  return {
    dn: `CN=${guid},OU=Staff,DC=default,DC=example`,
    guid,
    samAccountName: account,
    userPrincipalName: `${account}@default.example`,
    displayName,
    sipAddress,
    registrarPool: FRONT_ENDS,
    enabled: true,
    enterpriseVoiceEnabled: false,
    lineUri: "",
    hostingProvider: "SRV:",
    policies: {},
    mail: "",
    proxyAddresses: [sipAddress],
    adminCount: 0,
    protected: false,
  };
}
