import type * as pulumi from "@pulumi/pulumi";
import type { PoolSettings, PoolShape } from "../registry/records";
import type { AdoptPolicy } from "./declaration";
import { TopologyResource } from "./topology-resource";

const TYPE = "pulumi-nodejs:dynamic/persistentchat:PersistentChatPool";
const OUTPUTS = [
  "shape",
  "displayName",
  "servers",
  "activeServers",
  "nextHopPool",
  "port",
  "settings",
  "serviceIdentity",
  "poolState",
  "effective",
  "revision",
  "incarnation",
];

/**
 * The settings of one pool (`Set-CsPersistentChatConfiguration`, service scope). Each one that is left out is not managed;
 * a new pool gets the product's default.
 */
export interface PoolSettingsArgs {
  /** Messages that a client gets when it enters a room, 1 to 500. Product default 30. */
  defaultChatHistory?: pulumi.Input<number>;
  /** Largest file that may be uploaded, in kilobytes, 0 to 4294967295. Product default 20000. */
  maxFileSizeKB?: pulumi.Input<number>;
  /** Participants of a room up to which every join and leave is sent to all, 0 to 4294967295. Product default 75. */
  participantUpdateLimit?: pulumi.Input<number>;
  /** Address of the web page on which rooms are managed, http or https. The product has none by default. */
  roomManagementUrl?: pulumi.Input<string>;
}

/** The arguments of a `PersistentChatPool`. */
export interface PersistentChatPoolArgs {
  /**
   * The pool's FQDN, such as `pcpool.contoso.com`: labels of 1 to 63 letters, digits and inner hyphens, 253 characters in
   * all, without regard to case. Another value is another pool: the new one is made before the old one is removed.
   */
  poolFqdn: pulumi.Input<string>;
  /**
   * `"single"`: one computer, and never more; `"multiple"`: one to eight. Fixed when the pool is made, as in Topology
   * Builder, so another value needs another `poolFqdn` ("Add Persistent Chat Server to the topology").
   */
  shape: pulumi.Input<PoolShape>;
  /** Free text by which custom clients tell pools apart, 1 to 256 characters. Left out, it is not managed. */
  displayName?: pulumi.Input<string>;
  /**
   * FQDNs of the members, at most 8, exactly one in a single-computer pool; their order carries no meaning ("Capacity planning
   * for Persistent Chat Server"). Left out, they are not managed; a new single-computer pool consists of its own FQDN.
   */
  servers?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * FQDNs of the members that accept sessions, at most 4 (`Set-CsPersistentChatActiveServer`). Left out, they are not managed;
   * as many members are active as may be.
   */
  activeServers?: pulumi.Input<pulumi.Input<string>[]>;
  /** FQDN of the Front End pool that routes to this pool. Left out, it is not managed. */
  nextHopPool?: pulumi.Input<string>;
  /** SIP over MTLS from the Front Ends, 1 to 65535. Left out, it is not managed; a new pool gets 5041. */
  port?: pulumi.Input<number>;
  /** The pool's service-scope settings. */
  settings?: pulumi.Input<PoolSettingsArgs>;
  /** What to do when the pool exists and is not managed by this resource. Default `"fail"`; see the README, "Adopting". */
  adopt?: pulumi.Input<AdoptPolicy>;
}

/** What the registry has for the arguments of a pool that were left out. */
export interface EffectivePool {
  displayName?: string;
  servers?: string[];
  activeServers?: string[];
  nextHopPool?: string;
  port?: number;
  settings?: Partial<PoolSettings>;
}

/**
 * A Persistent Chat pool: one or more servers behind one FQDN, over one content database.
 *
 * A pool that an endpoint leads to cannot be removed. Where the registry is the product itself (`shell:`), Topology Builder makes
 * pools: what is declared is asserted, active servers and settings are changed, and a delete forgets.
 *
 * @example
 * ```ts
 * const pool = new PersistentChatPool("pcpool", {
 *   poolFqdn: "pcpool.contoso.com",
 *   shape: "multiple",
 *   servers: ["pc01.contoso.com", "pc02.contoso.com"],
 *   nextHopPool: "fepool.contoso.com",
 *   settings: { defaultChatHistory: 50 },
 * });
 * ```
 */
export class PersistentChatPool extends TopologyResource {
  /** The FQDN in lower case. */
  declare readonly poolFqdn: pulumi.Output<string>;
  declare readonly shape: pulumi.Output<PoolShape>;
  /** The display name, where the program says one; otherwise see `effective`. So for all optional arguments. */
  declare readonly displayName: pulumi.Output<string | undefined>;
  /** The members, sorted. */
  declare readonly servers: pulumi.Output<string[] | undefined>;
  /** The active members, sorted. */
  declare readonly activeServers: pulumi.Output<string[] | undefined>;
  declare readonly nextHopPool: pulumi.Output<string | undefined>;
  declare readonly port: pulumi.Output<number | undefined>;
  declare readonly settings: pulumi.Output<Partial<PoolSettings> | undefined>;
  /** What the cmdlets call the pool's service: `PersistentChatServer:<poolFqdn>`. */
  declare readonly serviceIdentity: pulumi.Output<string>;
  /** `FailedOver` while a stretched pool runs in its second site (`Get-CsPersistentChatState`). */
  declare readonly poolState: pulumi.Output<"Normal" | "FailedOver">;
  /** What the registry has for the arguments that were left out. */
  declare readonly effective: pulumi.Output<EffectivePool>;
  /** Opaque; another one after each write to the record. */
  declare readonly revision: pulumi.Output<string>;
  /** Opaque; another one each time the record is made or adopted. */
  declare readonly incarnation: pulumi.Output<string>;

  /** Reads a pool that exists, without managing it. Fails when the registry does not have it. */
  static get(
    name: string,
    poolFqdn: pulumi.Input<string>,
    opts?: pulumi.CustomResourceOptions,
  ): PersistentChatPool {
    // The engine reads everything else from the registry.
    return new PersistentChatPool(name, { poolFqdn } as PersistentChatPoolArgs, { ...opts, id: poolFqdn });
  }

  constructor(name: string, args: PersistentChatPoolArgs, opts?: pulumi.CustomResourceOptions) {
    super("pool", TYPE, name, args, OUTPUTS, opts);
  }
}
