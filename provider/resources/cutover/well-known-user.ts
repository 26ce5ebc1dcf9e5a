import * as pulumi from "@pulumi/pulumi";
import { LOADER } from "../loader";
import { ownerOf } from "../program";

const SNAPSHOT = "pulumi-nodejs:dynamic/persistentchat:WellKnownUserSnapshot";
const RELEASE = "pulumi-nodejs:dynamic/persistentchat:WellKnownUserRelease";
const RESTORE = "pulumi-nodejs:dynamic/persistentchat:WellKnownUserRestore";

/** Where a step of a cutover notes what it did. A `GroupChatCutover` fills it in; a resource that stands alone has none. */
export interface NotedStep {
  cutover: pulumi.Input<string>;
  id: pulumi.Input<string>;
  lease: pulumi.Input<string>;
  folder: pulumi.Input<string>;
  step: pulumi.Input<string>;
  attempt: pulumi.Input<number>;
}

/** The arguments of a `WellKnownUserSnapshot`. */
export interface WellKnownUserSnapshotArgs {
  /** The SIP URI that the user holds. */
  sipAddress: pulumi.Input<string>;
  /** The sealed file, as an absolute path. `persistentchat:snapshotPassphrase` seals it. */
  file: pulumi.Input<string>;
  /** Another text takes the snapshot anew. */
  taken?: pulumi.Input<string>;
  noted?: NotedStep;
  /** Whether the user is to get the address back in this run. A `GroupChatCutover` says so. */
  goesBack?: pulumi.Input<boolean>;
}

/**
 * The user who holds an address, with everything that is needed to give the address back: a sealed text in state, and the
 * same in a file that outlives state. It changes nothing. Destroying it forgets the snapshot; the file stays.
 */
export class WellKnownUserSnapshot extends pulumi.CustomResource {
  declare readonly sipAddress: pulumi.Output<string>;
  declare readonly file: pulumi.Output<string>;
  /** The sealed text of the snapshot, which only `persistentchat:snapshotPassphrase` opens. */
  declare readonly snapshot: pulumi.Output<string>;

  constructor(name: string, args: WellKnownUserSnapshotArgs, opts?: pulumi.CustomResourceOptions) {
    const props = { ...args, snapshot: undefined, __kind: "user-snapshot", __provider: LOADER };
    super(SNAPSHOT, name, props, pulumi.mergeOptions(opts, { additionalSecretOutputs: ["snapshot"] }));
  }
}

/** The arguments of a `WellKnownUserRelease`. */
export interface WellKnownUserReleaseArgs {
  /** The snapshot that was taken before, in a resource of its own: a crash in between must not lose it. */
  snapshot: pulumi.Input<string>;
  /** How the address is given up; see `GroupChatCutoverArgs.release`. */
  way: pulumi.Input<"rename" | "disable" | "delete" | "elsewhere">;
  /** Where a renamed user is parked. Default `sip:released-<user>@<domain>`. */
  parkedAddress?: pulumi.Input<string>;
  noted?: NotedStep;
}

/**
 * Has the user of a snapshot give the address up, and waits until no view that matters shows it any more. It refuses a user
 * who is not as in the snapshot, and an address that somebody else holds; and it refuses to run under
 * `PULUMI_SKIP_CHECKPOINTS`. Destroying it forgets it and changes nothing: the way back is a `WellKnownUserRestore`.
 */
export class WellKnownUserRelease extends pulumi.CustomResource {
  declare readonly sipAddress: pulumi.Output<string>;
  declare readonly way: pulumi.Output<string>;
  declare readonly parkedAddress: pulumi.Output<string | undefined>;

  constructor(name: string, args: WellKnownUserReleaseArgs, opts?: pulumi.CustomResourceOptions) {
    super(RELEASE, name, userStep("user-release", name, args), opts);
  }
}

/** The arguments of a `WellKnownUserRestore`. */
export interface WellKnownUserRestoreArgs {
  snapshot: pulumi.Input<string>;
  noted?: NotedStep;
}

/**
 * Makes the user of a snapshot again what it was, address and all, and waits until every view that matters shows it. It
 * refuses an address that somebody else holds. Destroying it forgets it and changes nothing.
 */
export class WellKnownUserRestore extends pulumi.CustomResource {
  declare readonly sipAddress: pulumi.Output<string>;

  constructor(name: string, args: WellKnownUserRestoreArgs, opts?: pulumi.CustomResourceOptions) {
    super(RESTORE, name, userStep("user-restore", name, args), opts);
  }
}

function userStep(kind: string, name: string, args: object): pulumi.Inputs {
  return { sipAddress: undefined, ...args, managedBy: ownerOf(name), __kind: kind, __provider: LOADER };
}
