import { z } from "zod";
import { displayName, fqdn, sipAddress } from "./fields";
import type { ResourceKind } from "./kind";

export const endpointKind: ResourceKind<"endpoint"> = {
  kind: "endpoint",
  fields: z.strictObject({ sipAddress, poolFqdn: fqdn, displayName: displayName.optional() }),
  identity: "sipAddress",
  fixed: [],
  managed: ["poolFqdn", "displayName"],
  freeText: ["displayName"],
  problems: () => [],
  computed: () => ({}),
};
