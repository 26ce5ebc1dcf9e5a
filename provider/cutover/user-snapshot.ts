import { z } from "zod";
import { parseSipAddress, type SipAddress } from "../registry/sip-address";
import type { SipUserSnapshot } from "../registry/sip-users";

/** A SIP URI in a file or a property; it is brought into canonical form. */
export const sipAddress: z.ZodType<SipAddress> = z.string().transform((text, context) => {
  const parsed = parseSipAddress(text);
  if ("value" in parsed) return parsed.value;
  context.addIssue({ code: "custom", message: `it has an address that is no SIP URI: ${parsed.problem}` });
  return z.NEVER;
});

/** A snapshot as it travels between resources and files: it is a secret there, and no message repeats any of it. */
export const userSnapshot: z.ZodType<SipUserSnapshot> = z.object({
  account: z.string(),
  sipAddress,
  displayName: z.string().optional(),
  attributes: z.record(
    z.string(),
    z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]),
  ),
});
