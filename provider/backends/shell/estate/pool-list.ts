import { RegistryError } from "../../../registry/errors";
import { lowerCase } from "../../../registry/fqdn";
import type { PoolRecord, PoolSettings, PoolShape } from "../../../registry/records";
import type { Calls } from "../calls";
import {
  type Configuration,
  configurationResult,
  documentResult,
  parsed,
  poolResult,
  type Service,
  serviceResult,
  stateResult,
} from "./results";
import { poolShapes } from "./topology-shapes";

const LIST = "list the Persistent Chat pools";
const SERVICE_SCOPE = "service:persistentchatserver:";

/** A pool, and what the cmdlets that change it need to know of it. */
export interface ObservedPool {
  record: PoolRecord;
  /** How the product itself spells the pool's service. */
  identity: string;
  /** Another one where the pool was defined anew. */
  serviceId: string;
  /** Whether it has settings of its own, not those of its site or of all. */
  hasOwnSettings: boolean;
}

/** The services of all pools, one call. */
export async function listServices(calls: Calls, onBegin: () => void): Promise<Service[]> {
  const objects = await calls.list(LIST, "Get-CsService", { PersistentChatServer: true }, onBegin);
  return parsed(LIST, "Get-CsService", serviceResult, objects);
}

/** All Persistent Chat pools as the topology, the settings and the state describe them: four calls. */
export async function listPools(calls: Calls, services: readonly Service[]): Promise<ObservedPool[]> {
  const members = await listMembers(calls);
  const shapes = await listShapes(calls);
  const configurations = await listConfigurations(calls);
  const states = await listStates(calls);
  return services.map((service) => {
    const poolFqdn = service.PoolFqdn;
    const shape = shapes.get(poolFqdn);
    if (shape === undefined)
      throw new RegistryError(
        "unavailable",
        `cannot ${LIST}: the topology document has no pool '${poolFqdn}', which the list of services has; run again once the topology is published`,
      );
    const serving = texts(service.ActiveServers);
    const { settings, hasOwnSettings } = settingsOf(service, configurations);
    const record: PoolRecord = {
      poolFqdn,
      shape,
      ...(service.DisplayName !== undefined && { displayName: service.DisplayName }),
      servers: sorted(membersOf(service, members.get(poolFqdn) ?? [])),
      activeServers: sorted(serving),
      ...(service.Registrar !== undefined && {
        nextHopPool: lowerCase(service.Registrar.replace(/^.*:/, "")),
      }),
      port: service.MtlsPort,
      settings,
      poolState: states.find(({ Identity }) => Identity.endsWith(`:${poolFqdn}`))?.PoolState ?? "Normal",
    };
    return { record, identity: service.Identity, serviceId: service.ServiceId ?? "", hasOwnSettings };
  });
}

/**
 * The members of a pool. Its list of computers comes as names or, where the objects in it have none as their text, as names of
 * types; the lists of the service, which are always of names, tell the two apart.
 */
function membersOf(
  { ActiveServers, InactiveServers }: Service,
  computers: readonly string[],
): readonly string[] {
  const serving = [...texts(ActiveServers), ...texts(InactiveServers)];
  return serving.every((server) => computers.includes(server)) ? computers : serving;
}

/** The name of a pool's own settings, in the spelling that the cmdlets document. */
export function settingsIdentity(poolFqdn: string): string {
  return `service:PersistentChatServer:${poolFqdn}`;
}

/** What applies to a pool: its own settings, else those of its site, else those of all. Each of them is whole. */
function settingsOf(
  { PoolFqdn, SiteId }: Service,
  configurations: readonly Configuration[],
): { settings: PoolSettings; hasOwnSettings: boolean } {
  const at = (scope: string) => configurations.find(({ Identity }) => Identity === lowerCase(scope));
  const own = at(SERVICE_SCOPE + PoolFqdn);
  const applying = own ?? (SiteId === undefined ? undefined : at(SiteId)) ?? at("global");
  if (applying === undefined)
    throw new RegistryError(
      "unavailable",
      `cannot ${LIST}: no settings apply to '${PoolFqdn}', not even global ones, which there always are; the account may not read them: 'persistentchat doctor' tells more`,
    );
  const settings: PoolSettings = {
    defaultChatHistory: applying.DefaultChatHistory,
    maxFileSizeKB: applying.MaxFileSizeKB,
    participantUpdateLimit: applying.ParticipantUpdateLimit,
    ...(applying.RoomManagementUrl != null && { roomManagementUrl: applying.RoomManagementUrl }),
  };
  return { settings, hasOwnSettings: own !== undefined };
}

async function listMembers(calls: Calls): Promise<Map<string, string[]>> {
  const objects = await calls.list(LIST, "Get-CsPool", {});
  const pools = parsed(LIST, "Get-CsPool", poolResult, objects);
  return new Map(pools.map(({ Fqdn, Computers }) => [Fqdn, texts(Computers)]));
}

async function listShapes(calls: Calls): Promise<Map<string, PoolShape>> {
  const objects = await calls.list(LIST, "Get-CsTopology", { AsXml: true });
  const [document] = parsed(LIST, "Get-CsTopology", documentResult, objects);
  try {
    return poolShapes(document?.OuterXml ?? "");
  } catch (error) {
    throw new RegistryError(
      "unavailable",
      `cannot ${LIST}: the topology document cannot be read (${error instanceof Error ? error.message : error}); run again once the topology is published`,
      { cause: error },
    );
  }
}

async function listConfigurations(calls: Calls): Promise<Configuration[]> {
  const cmdlet = "Get-CsPersistentChatConfiguration";
  return parsed(LIST, cmdlet, configurationResult, await calls.list(LIST, cmdlet, {}));
}

async function listStates(calls: Calls) {
  const cmdlet = "Get-CsPersistentChatState";
  return parsed(LIST, cmdlet, stateResult, await calls.list(LIST, cmdlet, {}));
}

function texts(list: readonly string[] | null | undefined): string[] {
  return (list ?? []).map(lowerCase);
}

function sorted(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}
