import type * as pulumi from "@pulumi/pulumi";
import type { AdoptPolicy } from "./declaration";
import { TopologyResource } from "./topology-resource";

const TYPE = "pulumi-nodejs:dynamic/persistentchat:SipDomain";
const OUTPUTS = ["isDefault", "effective", "revision", "incarnation"];

/** The arguments of a `SipDomain`. */
export interface SipDomainArgs {
  /**
   * The domain, such as `contoso.com`: letters, digits and inner hyphens in at least two labels, without regard to case.
   * Another value is another domain: the new one is made before the old one is removed.
   */
  domain: pulumi.Input<string>;
  /**
   * Whether this is the default SIP domain. There is at most one: making a domain the default takes it from the other, as
   * `Set-CsSipDomain` does. Left out, it is not managed; a new domain is not the default.
   */
  isDefault?: pulumi.Input<boolean>;
  /** What to do when the domain exists and is not managed by this resource. Default `"fail"`; see the README, "Adopting". */
  adopt?: pulumi.Input<AdoptPolicy>;
}

/**
 * A domain that may stand in SIP addresses (`Get-CsSipDomain`). A legacy endpoint's address must be in one.
 *
 * A domain that is in use by an address cannot be removed. Where the registry is the product itself (`shell:`), domains are
 * asserted and forgotten, unless `manageSipDomains` is set.
 *
 * @example
 * ```ts
 * const contoso = new SipDomain("contoso", { domain: "contoso.com", isDefault: true });
 * ```
 */
export class SipDomain extends TopologyResource {
  /** The domain in lower case. */
  declare readonly domain: pulumi.Output<string>;
  /** Whether it is the default, where the program says so; otherwise see `effective`. */
  declare readonly isDefault: pulumi.Output<boolean | undefined>;
  /** What the registry has for the arguments that were left out. */
  declare readonly effective: pulumi.Output<{ isDefault?: boolean }>;
  /** Opaque; another one after each write to the record. */
  declare readonly revision: pulumi.Output<string>;
  /** Opaque; another one each time the record is made or adopted. */
  declare readonly incarnation: pulumi.Output<string>;

  /** Reads a domain that exists, without managing it. Fails when the registry does not have it. */
  static get(name: string, domain: pulumi.Input<string>, opts?: pulumi.CustomResourceOptions): SipDomain {
    return new SipDomain(name, { domain }, { ...opts, id: domain });
  }

  constructor(name: string, args: SipDomainArgs, opts?: pulumi.CustomResourceOptions) {
    super("sip-domain", TYPE, name, args, OUTPUTS, opts);
  }
}
