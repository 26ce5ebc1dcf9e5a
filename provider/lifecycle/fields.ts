import { z } from "zod";
import { parseFqdn } from "../registry/fqdn";
import { isSystemEndpoint, parseSipAddress } from "../registry/sip-address";

// The arguments' schemas that more than one kind uses. Each normalises, and says what is wrong in words that follow the path.

/** A fully qualified domain name that identifies the resource, and so is no secret: a message may repeat it. */
export const identityFqdn = z.string().transform((text, context) => {
  const parsed = parseFqdn(text);
  if ("value" in parsed) return parsed.value;
  context.addIssue({ code: "custom", message: `'${text}' is not an FQDN: ${parsed.problem}` });
  return z.NEVER;
});

/** Any other fully qualified domain name. */
export const fqdn = z.string().transform((text, context) => {
  const parsed = parseFqdn(text);
  if ("value" in parsed) return parsed.value;
  context.addIssue({ code: "custom", message: `it is not an FQDN: ${parsed.problem}` });
  return z.NEVER;
});

/** A SIP URI that a program may declare. */
export const sipAddress = z.string().transform((text, context) => {
  const parsed = parseSipAddress(text);
  if ("problem" in parsed) {
    context.addIssue({
      code: "custom",
      message: `'${text}' is not a SIP URI such as sip:ocschat@contoso.com: ${parsed.problem}`,
    });
    return z.NEVER;
  }
  if (isSystemEndpoint(parsed.value)) {
    context.addIssue({
      code: "custom",
      message: `'${parsed.value}' is the automatic endpoint of a pool, which the product makes and removes by itself; declare an address of your own`,
    });
    return z.NEVER;
  }
  return parsed.value;
});

/** A set of names: order and repetition carry no meaning, so they never make a difference. */
export const fqdnSet = z.array(fqdn).transform((names) => [...new Set(names)].sort());

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const CONTROL = /[\u0000-\u001f\u007f]/;

/** Free text in one line, at most 256 characters (Display-Name in the Active Directory schema). */
export const displayName = z
  .string()
  .min(1, "it is empty; leave the argument out instead")
  .max(256, "it has more than 256 characters")
  .refine((text) => !CONTROL.test(text), "it has a control character")
  .refine((text) => text === text.trim(), "it begins or ends with white space");

/** A whole number from `least` to `most`. */
export function wholeNumber(least: number, most: number) {
  const message = `it must be a whole number from ${least} to ${most}`;
  return z.int({ error: message }).min(least, message).max(most, message);
}

/** The largest value of the product's unsigned 32-bit settings. */
export const UINT32_MAX = 4294967295;
