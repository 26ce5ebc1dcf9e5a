import type { Resolution } from "../registry/registry";
import { type Answer, type Command, type CommandRegistry, UsageError } from "./command";
import { table } from "./table";

/** `resolutions`: where each legacy endpoint leads to. As JSON a list of resolutions in the order of their SIP URIs. */
export const resolutions: Command = (operands) => {
  if (operands.length > 0) throw new UsageError("resolutions takes no operand");
  return readResolutions;
};

/** Prints the table `SIP URI, pool, servers` of all legacy endpoints. */
export async function printResolutions(
  registry: CommandRegistry,
  out: { write(text: string): unknown },
): Promise<void> {
  out.write(`${(await readResolutions(registry)).text}\n`);
}

async function readResolutions(registry: CommandRegistry): Promise<Answer> {
  const found: Extract<Resolution, { kind: "endpoint" }>[] = [];
  for await (const { record } of registry.list("endpoint")) {
    const resolution = await registry.resolve(record.sipAddress);
    // Somebody may have removed the endpoint, or given its address to a user, since it was listed.
    if (resolution?.kind === "endpoint") found.push(resolution);
  }
  const rows = found.map(({ sipAddress, poolFqdn, servers }) => [sipAddress, poolFqdn, servers.join(", ")]);
  return {
    json: found,
    text:
      rows.length > 0 ? table(["SIP URI", "POOL", "SERVERS"], rows) : "the registry has no legacy endpoint",
  };
}
