import { z } from "zod";
import { CUTOVER_NAME, CUTOVER_STAGES, type CutoverRecord } from "../registry/cutover-record";
import type {
  EndpointRecord,
  Kind,
  PoolRecord,
  RecordOf,
  SipDomainRecord,
  SipUserRecord,
} from "../registry/records";
import type { SipAddress } from "../registry/sip-address";

// What a store gives back is checked like anything from outside: a row may have been edited by hand. Names come back in
// lower case whatever was typed there; their syntax is the business of whoever writes them.

const name = z.string().min(1).toLowerCase();
const sipAddress = z
  .string()
  .toLowerCase()
  .regex(/^sip:[^@]+@[^@]+$/, "it is not a SIP URI") as z.ZodType<unknown> as z.ZodType<SipAddress>;
const displayName = z.string().optional();

const sipDomain: z.ZodType<SipDomainRecord> = z.object({ domain: name, isDefault: z.boolean() });

const pool: z.ZodType<PoolRecord> = z.object({
  poolFqdn: name,
  shape: z.enum(["single", "multiple"]),
  displayName,
  servers: z.array(name),
  activeServers: z.array(name),
  nextHopPool: name.optional(),
  port: z.int(),
  settings: z.object({
    defaultChatHistory: z.int(),
    maxFileSizeKB: z.int(),
    participantUpdateLimit: z.int(),
    roomManagementUrl: z.string().optional(),
  }),
  poolState: z.enum(["Normal", "FailedOver"]),
});

const endpoint: z.ZodType<EndpointRecord> = z.object({ sipAddress, poolFqdn: name, displayName });

const attributes = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]),
);

const sipUser: z.ZodType<SipUserRecord> = z.object({
  sipAddress,
  displayName,
  attributes: attributes.optional(),
});

const stage = z.enum(CUTOVER_STAGES);
const attempts = z.int().nonnegative();
const milliseconds = z.number().nonnegative();

const cutover: z.ZodType<CutoverRecord> = z.object({
  name: z.string().regex(CUTOVER_NAME, "it is not made of lower-case letters, digits and hyphens"),
  stage,
  begun: stage,
  attempts: z.object({ migrate: attempts, handover: attempts }),
  addresses: z.array(sipAddress),
  poolFqdn: name,
  folder: z.string(),
  plan: z.array(z.string()),
  hold: z.boolean(),
  lease: z.object({ token: z.string(), holder: z.string(), since: z.string() }).nullable(),
  window: z.object({ opens: z.string(), closes: z.string() }).nullable(),
  rehearsal: z
    .object({
      at: z.string(),
      by: z.string(),
      sipAddress,
      release: milliseconds,
      endpoint: milliseconds,
      lookUp: milliseconds,
      removal: milliseconds,
      restore: milliseconds,
    })
    .nullable(),
});

/** The form of each kind of record in a store. */
export const STORED_RECORDS: { readonly [K in Kind]: z.ZodType<RecordOf<K>> } = {
  "sip-domain": sipDomain,
  pool,
  endpoint,
  "sip-user": sipUser,
  cutover,
};

/** The first problem of a value, as a path and words that follow it. */
export function firstProblem(error: z.ZodError): string {
  const [issue] = error.issues;
  return issue ? `${issue.path.join(".")}: ${issue.message}` : error.message;
}
