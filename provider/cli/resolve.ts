import { type Command, UsageError } from "./command";
import { sipAddressOf } from "./operands";
import { sheet } from "./table";

/** `resolve <sip uri>`: what a legacy client that calls the address gets. As JSON the resolution, or `null`. */
export const resolve: Command = (operands) => {
  const [text, ...rest] = operands;
  if (text === undefined || rest.length > 0) throw new UsageError("resolve takes one SIP URI");
  const address = sipAddressOf(text);
  return async (registry) => {
    const found = await registry.resolve(address);
    if (found === undefined) return { json: null, text: "", notFound: `nobody holds '${address}'` };
    const name = { "display name": found.displayName };
    if (found.kind === "sip-user")
      return {
        json: found,
        text: sheet({ "SIP user": found.sipAddress, ...name, pool: "none: a user holds it" }),
      };
    const { sipAddress, poolFqdn, servers, port, nextHopPool } = found;
    return {
      json: found,
      text: sheet({
        "SIP URI": sipAddress,
        ...name,
        pool: poolFqdn,
        servers: servers.join(", "),
        port: String(port),
        "next hop": nextHopPool,
      }),
    };
  };
};
