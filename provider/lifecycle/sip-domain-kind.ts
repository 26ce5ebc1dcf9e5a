import { z } from "zod";
import { identityFqdn } from "./fields";
import type { ResourceKind } from "./kind";

export const sipDomainKind: ResourceKind<"sip-domain"> = {
  kind: "sip-domain",
  fields: z.strictObject({ domain: identityFqdn, isDefault: z.boolean().optional() }),
  identity: "domain",
  fixed: [],
  managed: ["isDefault"],
  freeText: [],
  problems: () => [],
  computed: () => ({}),
};
