import type { NewRecordOf, PoolRecord, PoolShape } from "../../../registry/records";

// What no cmdlet changes of a pool, and a person must do in Topology Builder ("Add Persistent Chat Server to the topology").

const SHAPES: Readonly<Record<PoolShape, string>> = {
  single: "single-computer pool",
  multiple: "multiple-computer pool",
};
const PUBLISH = "publish the topology, and run again";

/** What a pool is to be, as far as somebody says it. */
type Wanted = Partial<NewRecordOf<"pool">>;

/** How a pool comes to be that the topology does not have. */
export function howToDefine({ poolFqdn, shape, servers, port, nextHopPool, displayName }: Wanted): string {
  const parts = [
    ...(servers?.length ? [`the ${counted(servers)} ${listed(servers)}`] : []),
    ...(port === undefined ? [] : [`port ${port}`]),
    ...(nextHopPool === undefined ? [] : [`next hop '${nextHopPool}'`]),
    ...(displayName === undefined ? [] : ["the display name that is declared"]),
  ];
  const how = parts.length > 0 ? ` with ${parts.join(", ")}` : "";
  return `the topology has no such pool; in Topology Builder define a ${SHAPES[shape ?? "multiple"]} '${poolFqdn}'${how}, ${PUBLISH}`;
}

/** What is to be done so that a pool is as it is wanted, in the order of the fields; nothing where no cmdlet is needed. */
export function howToChange(live: PoolRecord, wanted: Wanted): string | undefined {
  const steps = [
    ...shapeSteps(live, wanted),
    ...(wanted.servers === undefined ? [] : serverSteps(live.servers, wanted.servers)),
    ...(wanted.nextHopPool === undefined || wanted.nextHopPool === live.nextHopPool
      ? []
      : [`set the next hop (nextHopPool) to '${wanted.nextHopPool}' (it is ${quoted(live.nextHopPool)})`]),
    ...(wanted.port === undefined || wanted.port === live.port
      ? []
      : [`set the port to ${wanted.port} (it is ${live.port})`]),
    // The text itself may be a secret of the program.
    ...(wanted.displayName === undefined || wanted.displayName === live.displayName
      ? []
      : ["set the display name (displayName) to the one that is declared"]),
  ];
  if (steps.length === 0) return undefined;
  return `it is not as declared, and no cmdlet makes it so; in Topology Builder ${steps.join(", ")}, ${PUBLISH}, or declare it as it is`;
}

function shapeSteps(live: PoolRecord, { shape }: Wanted): string[] {
  if (shape === undefined || shape === live.shape) return [];
  return [
    `define a pool of another FQDN as a ${SHAPES[shape]} (shape '${shape}'), since this one is of shape '${live.shape}', which never changes`,
  ];
}

function serverSteps(live: readonly string[], wanted: readonly string[]): string[] {
  const added = wanted.filter((server) => !live.includes(server));
  const removed = live.filter((server) => !wanted.includes(server));
  return [
    ...(added.length > 0 ? [`add the ${counted(added)} ${listed(added)}`] : []),
    ...(removed.length > 0 ? [`remove the ${counted(removed)} ${listed(removed)}`] : []),
  ];
}

function counted(servers: readonly string[]): string {
  return servers.length === 1 ? "server" : "servers";
}

function listed(names: readonly string[]): string {
  return names.map(quoted).join(" and ");
}

function quoted(name: string | undefined): string {
  return name === undefined ? "not set" : `'${name}'`;
}
