import * as pulumi from "@pulumi/pulumi";
import type { Resolution } from "../registry/registry";
import { parseSipAddress, type SipAddress } from "../registry/sip-address";
import { LOADER } from "./loader";
import { currentProgram } from "./program";

const TYPE = "pulumi-nodejs:dynamic/persistentchat:Resolution";

/**
 * What a legacy client that calls a SIP URI gets: the pool with its active servers, port and next hop, or the SIP user who
 * still holds the URI; `undefined` where nobody does. For programs that need what another stack declared; read at each preview
 * and each update. In the program that declares the endpoint it is read before the endpoint is made, unless `dependsOn` in the
 * options says otherwise. An address that is none fails at once.
 *
 * @example
 * ```ts
 * export const chat = resolve("sip:ocschat@contoso.com").apply((found) => found?.kind === "endpoint" ? found.poolFqdn : undefined);
 * ```
 */
export function resolve(
  sipAddress: string,
  opts?: pulumi.CustomResourceOptions,
): pulumi.Output<Resolution | undefined> {
  const parsed = parseSipAddress(sipAddress);
  if ("problem" in parsed)
    throw new pulumi.RunError(
      `cannot resolve '${sipAddress}': it is not a SIP URI such as sip:ocschat@contoso.com: ${parsed.problem}`,
    );
  const lookup = new ResolutionLookup(nameOf(parsed.value), parsed.value, opts);
  return lookup.resolution.apply((resolution) => resolution ?? undefined);
}

// How often each program has asked for each address.
const asked = new WeakMap<object, Map<SipAddress, number>>();

/** The engine refuses a second resource of one name, whatever its provider; a program may ask for an address again, under other options. */
function nameOf(sipAddress: SipAddress): string {
  const counts = asked.get(currentProgram()) ?? new Map<SipAddress, number>();
  asked.set(currentProgram(), counts);
  const count = (counts.get(sipAddress) ?? 0) + 1;
  counts.set(sipAddress, count);
  return count === 1 ? sipAddress : `${sipAddress} (${count})`;
}

/** A read that the engine makes, so that it goes to the registry of the stack or of the provider in the options. */
class ResolutionLookup extends pulumi.CustomResource {
  declare readonly resolution: pulumi.Output<Resolution | null>;

  constructor(name: string, sipAddress: SipAddress, opts?: pulumi.CustomResourceOptions) {
    const props = { resolution: undefined, __kind: "resolution", __provider: LOADER };
    super(TYPE, name, props, { ...opts, id: sipAddress });
  }
}
