import { z } from "zod";
import { RegistryError } from "../../../registry/errors";
import { lowerCase } from "../../../registry/fqdn";
import { parseSipAddress, type SipAddress } from "../../../registry/sip-address";
import type { CallResult } from "../session/session";

// What the cmdlets give, as far as it is used. Names come in whatever case somebody typed; they are compared without it.

/** Why a list may be empty that cannot be. */
export const CREDENTIALS =
  "a logon that may not read it, or one without network credentials (SSH with a key), gets empty lists: 'persistentchat doctor' tells more";

const name = z.string().min(1).transform(lowerCase);
const texts = z.array(z.string()).nullish();
/** A text that may be empty, or not there. */
const maybe = z
  .string()
  .nullish()
  .transform((text) => text || undefined);
/** An address in canonical form; one that is none in our eyes is kept, in lower case. */
export function canonicalAddress(text: string): SipAddress {
  const parsed = parseSipAddress(text);
  return "value" in parsed ? parsed.value : (lowerCase(text) as SipAddress);
}

const address = z.string().transform(canonicalAddress);

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
  Guid: maybe,
  SipAddress: address,
  DisplayName: maybe,
});

/** A user or an account with everything that is asked for. */
export const accountResult = z
  .object({
    Identity: z.string().min(1),
    Guid: z.guid(),
    DisplayName: maybe,
    SipAddress: z.string().nullish(),
  })
  .catchall(z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]));
export type AccountResult = z.infer<typeof accountResult>;

/** A time span, `[d.]hh:mm:ss[.fraction]`, in milliseconds. */
const timeSpan = z
  .string()
  .regex(/^(?:\d+\.)?\d\d:\d\d:\d\d(?:\.\d+)?$/)
  .transform((text) => {
    const [, days = "0", hours, minutes, seconds] = /^(?:(\d+)\.)?(\d\d):(\d\d):(.+)$/.exec(text) ?? [];
    return (((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
  });

export const replicatorResult = z.object({ ReplicationCycleInterval: timeSpan });

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
