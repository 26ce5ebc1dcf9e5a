import { z } from "zod";
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

const sipUser: z.ZodType<SipUserRecord> = z.object({ sipAddress, displayName });

/** The form of each kind of record in a store. */
export const STORED_RECORDS: { readonly [K in Kind]: z.ZodType<RecordOf<K>> } = {
  "sip-domain": sipDomain,
  pool,
  endpoint,
  "sip-user": sipUser,
};

/** The first problem of a value, as a path and words that follow it. */
export function firstProblem(error: z.ZodError): string {
  const [issue] = error.issues;
  return issue ? `${issue.path.join(".")}: ${issue.message}` : error.message;
}
