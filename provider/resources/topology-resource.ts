import * as pulumi from "@pulumi/pulumi";
import type { Kind } from "../registry/records";
import { declareResource } from "./declaration";

/** What the three kinds of resource have in common. */
export abstract class TopologyResource extends pulumi.CustomResource {
  protected constructor(
    kind: Kind,
    type: string,
    name: string,
    args: object,
    outputs: readonly string[],
    opts?: pulumi.CustomResourceOptions,
  ) {
    const declaration = declareResource(kind, type, name, { ...args }, outputs, opts);
    // The SDK takes a stack trace for each property, for the case that a promise leaks, and maps each through source maps: a
    // third of the time of a program with hundreds of resources (npm run bench). Where a resource stands in the program is
    // recorded apart from it.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      super(type, name, declaration.props, declaration.opts);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
    declaration.register(this);
  }
}
