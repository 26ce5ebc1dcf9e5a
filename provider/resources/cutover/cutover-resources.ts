import * as pulumi from "@pulumi/pulumi";
import type { CutoverState } from "../../cutover/progress";
import { LOADER } from "../loader";
import { ownerOf } from "../program";

// The resources of a cutover that nobody declares by hand.

const type = (name: string) => `pulumi-nodejs:dynamic/persistentchat:${name}`;

/** What the component reads before it declares anything: how far the cutover has come, `null` before the first `up`. */
export class CutoverProgress extends pulumi.CustomResource {
  declare readonly progress: pulumi.Output<CutoverState | null>;

  constructor(name: string, cutover: string, opts: pulumi.CustomResourceOptions) {
    const props = { progress: undefined, __kind: "cutover-progress", __provider: LOADER };
    super(type("CutoverProgress"), name, props, { ...opts, id: cutover });
  }
}

/** The stage on which all steps depend. */
export class CutoverStage extends pulumi.CustomResource {
  declare readonly cutoverId: pulumi.Output<string>;
  declare readonly lease: pulumi.Output<string>;

  constructor(name: string, args: pulumi.Inputs, opts: pulumi.CustomResourceOptions) {
    super(
      type("CutoverStage"),
      name,
      owned("cutover-stage", name, args, ["cutoverId", "lease", "instance", "attempts"]),
      opts,
    );
  }
}

/** The list of all answers of the preflight. */
export class CutoverPreflight extends pulumi.CustomResource {
  constructor(name: string, args: pulumi.Inputs, opts: pulumi.CustomResourceOptions) {
    super(type("CutoverPreflight"), name, owned("cutover-preflight", name, args, ["list"]), opts);
  }
}

/** The endpoint that takes an address over, on behalf of `maker`, which is the same in every attempt. */
export class CutoverEndpoint extends pulumi.CustomResource {
  constructor(name: string, maker: string, args: pulumi.Inputs, opts: pulumi.CustomResourceOptions) {
    super(type("CutoverEndpoint"), name, owned("cutover-endpoint", maker, args), opts);
  }
}

/** The removal of that endpoint on the way back, on behalf of whoever made it. */
export class CutoverEndpointRemoval extends pulumi.CustomResource {
  constructor(name: string, maker: string, args: pulumi.Inputs, opts: pulumi.CustomResourceOptions) {
    super(type("CutoverEndpointRemoval"), name, owned("cutover-endpoint-removal", maker, args), opts);
  }
}

function owned(
  kind: string,
  name: string,
  args: pulumi.Inputs,
  outputs: readonly string[] = [],
): pulumi.Inputs {
  return {
    ...Object.fromEntries(outputs.map((output) => [output, undefined])),
    ...args,
    managedBy: ownerOf(name),
    __kind: kind,
    __provider: LOADER,
  };
}
