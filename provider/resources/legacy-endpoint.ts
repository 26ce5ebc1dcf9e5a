import type * as pulumi from "@pulumi/pulumi";
import type { AdoptPolicy } from "./declaration";
import { TopologyResource } from "./topology-resource";

const TYPE = "pulumi-nodejs:dynamic/persistentchat:LegacyEndpoint";
const OUTPUTS = ["poolFqdn", "displayName", "effective", "revision", "incarnation"];

/** The arguments of a `LegacyEndpoint`. */
export interface LegacyEndpointArgs {
  /**
   * The SIP URI that legacy clients call, as `ocschat@contoso.com` or `sip:ocschat@contoso.com`, without regard to case.
   * Another value is another endpoint: the old URI answers until the new one does. `*` and the product's own automatic
   * endpoints (`sip:GC-…`) are refused.
   */
  sipAddress: pulumi.Input<string>;
  /** FQDN of the pool that the URI leads to; best given as `pool.poolFqdn`. Another value repoints the endpoint in place. */
  poolFqdn: pulumi.Input<string>;
  /** Free text, 1 to 256 characters. Left out, it is not managed. */
  displayName?: pulumi.Input<string>;
  /** What to do when the endpoint exists and is not managed by this resource. Default `"fail"`; see the README, "Adopting". */
  adopt?: pulumi.Input<AdoptPolicy>;
}

/**
 * A legacy endpoint (`New-CsPersistentChatEndpoint`): the contact that leads Group Chat clients of OCS 2007 R2 and Lync 2010
 * from the one SIP URI they know to a Persistent Chat pool. It takes the place of the well-known user whose URI it has; that
 * user must have given the URI up before.
 *
 * One endpoint per pool is enough, several are allowed; a client uses one pool at a time.
 *
 * @example
 * ```ts
 * new LegacyEndpoint("ocschat", {
 *   sipAddress: "sip:ocschat@contoso.com",
 *   poolFqdn: pool.poolFqdn,
 *   displayName: "Group Chat",
 * });
 * ```
 */
export class LegacyEndpoint extends TopologyResource {
  /** The SIP URI in canonical form, `sip:user@domain` in lower case. */
  declare readonly sipAddress: pulumi.Output<string>;
  /** FQDN of the pool that the URI leads to, in lower case. */
  declare readonly poolFqdn: pulumi.Output<string>;
  /** The display name, where the program says one; otherwise see `effective`. */
  declare readonly displayName: pulumi.Output<string | undefined>;
  /** What the registry has for the arguments that were left out. */
  declare readonly effective: pulumi.Output<{ displayName?: string }>;
  /** Opaque; another one after each write to the record. */
  declare readonly revision: pulumi.Output<string>;
  /** Opaque; another one each time the record is made or adopted. */
  declare readonly incarnation: pulumi.Output<string>;

  /** Reads an endpoint that exists, without managing it. Fails when the registry does not have it. */
  static get(
    name: string,
    sipAddress: pulumi.Input<string>,
    opts?: pulumi.CustomResourceOptions,
  ): LegacyEndpoint {
    // The engine reads everything else from the registry.
    return new LegacyEndpoint(name, { sipAddress } as LegacyEndpointArgs, { ...opts, id: sipAddress });
  }

  constructor(name: string, args: LegacyEndpointArgs, opts?: pulumi.CustomResourceOptions) {
    super("endpoint", TYPE, name, args, OUTPUTS, opts);
  }
}
