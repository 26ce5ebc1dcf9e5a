import { z } from "zod";
import { RegistryError } from "../../registry/errors";
import { named } from "../../registry/failures";
import type { SipAddress } from "../../registry/sip-address";
import { displayName, fqdn, sipAddress } from "../fields";
import type { Properties } from "../properties";
import { actorOf, argumentsIn, type CutoverContext, type CutoverKind } from "./cutover-kind";
import { noted, performed } from "./noted-step";

const fields = z.strictObject({
  sipAddress,
  poolFqdn: fqdn,
  displayName: displayName.optional(),
  noted: noted.optional(),
});

/** Makes the endpoint that leads an address to the pool, once nobody holds the address any more. */
export const endpointStepKind: CutoverKind = {
  fields,

  async create(inputs, context) {
    const said = saidBy(inputs);
    await performed(inputs, context, "do", async () => {
      await make(said, inputs, context);
      return null;
    });
    return { id: said.sipAddress, outs: inputs };
  },
};

/** Removes that endpoint again: the way back. */
export const endpointRemovalKind: CutoverKind = {
  fields,

  async create(inputs, context) {
    const said = saidBy(inputs);
    await performed(inputs, context, "undo", async () => {
      await remove(said, inputs, context);
      return null;
    });
    return { id: said.sipAddress, outs: inputs };
  },
};

interface Said {
  sipAddress: SipAddress;
  poolFqdn: string;
  displayName: string | undefined;
}

async function make(said: Said, inputs: Properties, context: CutoverContext): Promise<void> {
  const { registry } = context;
  const live = await registry.get("endpoint", said.sipAddress);
  if (live?.record.poolFqdn === said.poolFqdn) return;
  if (live)
    throw new RegistryError(
      "conflict",
      `cannot create ${named("endpoint", said.sipAddress)}: it exists and leads to '${live.record.poolFqdn}', not to '${said.poolFqdn}'; find out who made it, and remove it`,
    );
  await registry.create("endpoint", said, actorOf(inputs, context));
}

async function remove(said: Said, inputs: Properties, context: CutoverContext): Promise<void> {
  const { registry } = context;
  const live = await registry.get("endpoint", said.sipAddress);
  if (live === undefined) return registry.assertExists();
  if (live.record.poolFqdn !== said.poolFqdn)
    throw new RegistryError(
      "conflict",
      `cannot remove ${named("endpoint", said.sipAddress)}: somebody repointed it to '${live.record.poolFqdn}'; find out why, and point it to '${said.poolFqdn}' again or remove it`,
    );
  if (registry.capabilities.ownership && live.managedBy !== inputs.managedBy)
    throw new RegistryError(
      "not-owner",
      `cannot remove ${named("endpoint", said.sipAddress)}: it is managed by '${live.managedBy ?? "nobody"}' and not by the cutover any more; remove it there first`,
    );
  await registry.remove("endpoint", said.sipAddress, live, actorOf(inputs, context));
}

function saidBy(inputs: Properties): Said {
  const { noted: _, ...said } = fields.parse(argumentsIn(inputs));
  return { ...said, sipAddress: said.sipAddress as SipAddress, displayName: said.displayName };
}
