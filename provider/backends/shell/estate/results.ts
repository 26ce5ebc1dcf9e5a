import { z } from "zod";
import { RegistryError } from "../../../registry/errors";
import { lowerCase } from "../../../registry/fqdn";
import { parseSipAddress } from "../../../registry/sip-address";
import type { CallResult } from "../session/session";

// What the cmdlets give, as far as it is used. Names come in whatever case somebody typed; they are compared without it.

const name = z.string().min(1).transform(lowerCase);
const texts = z.array(z.string()).nullish();
/** A text that may be empty, or not there. */
const maybe = z
  .string()
  .nullish()
  .transform((text) => text || undefined);
/** An address; one that is none in our eyes is kept as it is. */
const address = z.string().transform((text) => {
  const parsed = parseSipAddress(text);
  return "value" in parsed ? parsed.value : lowerCase(text);
});

export const endpointResult = z.object({
  Identity: z.string().min(1),
  SipAddress: address,
  // An empty one is one, and not none: it was asked for.
  DisplayName: z.string().nullish(),
});

export const serviceResult = z.object({
  Identity: z.string().min(1),
  PoolFqdn: name,
  Registrar: maybe,
  MtlsPort: z.int(),
  DisplayName: maybe,
  ActiveServers: texts,
  InactiveServers: texts,
  ServiceId: maybe,
  SiteId: maybe,
});
export type Service = z.infer<typeof serviceResult>;

export const poolResult = z.object({ Fqdn: name, Computers: texts });

export const documentResult = z.object({ OuterXml: z.string().min(1) });

export const configurationResult = z.object({
  Identity: name,
  DefaultChatHistory: z.int(),
  MaxFileSizeKB: z.int(),
  ParticipantUpdateLimit: z.int(),
  RoomManagementUrl: z.string().nullish(),
});
export type Configuration = z.infer<typeof configurationResult>;

export const stateResult = z.object({ Identity: name, PoolState: z.enum(["Normal", "FailedOver"]) });

export const sipDomainResult = z.object({ Identity: name, IsDefault: z.boolean() });

export const userResult = z.object({
  Identity: z.string().min(1),
  SipAddress: address,
  DisplayName: maybe,
});

/** The objects that a cmdlet gave, in the form that is used of them. Fails with `unavailable`. */
export function parsed<T>(
  doing: string,
  cmdlet: string,
  schema: z.ZodType<T>,
  objects: CallResult["results"],
): T[] {
  return objects.map((object) => {
    const { data, error } = schema.safeParse(object);
    if (error === undefined) return data;
    const [issue] = error.issues;
    throw new RegistryError(
      "unavailable",
      `cannot ${doing}: what '${cmdlet}' gives has another form than this package knows (${issue?.path.join(".")}: ${issue?.message}); 'persistentchat doctor --bundle' writes down what its makers must know`,
      { cause: error },
    );
  });
}
