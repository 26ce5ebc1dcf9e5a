import type { CutoverRecord } from "../../registry/cutover-record";
import { RegistryError, type RegistryErrorCode } from "../../registry/errors";
import type { TopologyRegistry } from "../../registry/registry";
import type { SipAddress } from "../../registry/sip-address";
import { parkedAddressOf } from "../parked";

/** Fails with `conflict`, `invalid` or `not-found` where a handover must not be rehearsed, or not with this address. */
export async function assertRehearsable(
  record: CutoverRecord,
  sipAddress: SipAddress,
  registry: Pick<TopologyRegistry, "get" | "list">,
): Promise<void> {
  const { name, stage, poolFqdn } = record;
  if (stage !== "prepare" && stage !== "migrate")
    throw refusal("conflict", name, `it stands at '${stage}'`, "rehearse before the handover");
  const mine = [sipAddress, parkedAddressOf(sipAddress)];
  // A user whom people need must not lose the address even for a moment.
  for await (const other of registry.list("cutover")) {
    const needed = other.record.addresses.flatMap((address) => [address, parkedAddressOf(address)]);
    const shared = mine.find((address) => needed.includes(address));
    if (shared !== undefined)
      throw refusal(
        "invalid",
        name,
        `'${shared}' is an address of cutover '${other.key}'`,
        "name the address of a throw-away user",
      );
  }
  const pool = await registry.get("pool", poolFqdn);
  if (pool === undefined)
    throw refusal("not-found", name, `the registry knows no pool '${poolFqdn}'`, "declare it first");
  const { poolState, activeServers } = pool.record;
  if (poolState !== "Normal" || activeServers.length === 0)
    throw refusal(
      "conflict",
      name,
      `pool '${poolFqdn}' is in state ${poolState} with ${activeServers.length} active servers`,
      "bring it into state Normal with an active server",
    );
}

/** Why a handover is not rehearsed, or failed at it. */
export function refusal(code: RegistryErrorCode, name: string, cause: string, cure: string): RegistryError {
  return new RegistryError(code, `cannot rehearse the handover of cutover '${name}': ${cause}; ${cure}`);
}
