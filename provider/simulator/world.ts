import { z } from "zod";
import { callSchema, faultSchema } from "./fault-schema";
import { knobs } from "./knobs";

const name = z.string().min(1);
const milliseconds = z.int().min(0).default(0);
const moment = z.iso.datetime();
const fqdn = z.string().regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/i, "is not an FQDN");
const sipAddress = z
  .string()
  .regex(/^sip:[^@\s]+@[^@\s]+$/i, "is not a SIP address such as sip:anna@contoso.test");

/** How long a change takes to a place that sees the directory. */
const delays = {
  /** For what happens to users (a domain's partition). */
  userMs: milliseconds,
  /** For what happens to contacts (the configuration partition). */
  contactMs: milliseconds,
  /** What every other change needs on top, so that a later one overtakes it. */
  lateMs: milliseconds,
};

const user = z.strictObject({
  dn: name,
  guid: z.guid(),
  samAccountName: name,
  userPrincipalName: name,
  displayName: z.string(),
  /** `null` is a user whom the product does not know. */
  sipAddress: sipAddress.nullable().default(null),
  registrarPool: fqdn.nullable().default(null),
  enabled: z.boolean().default(false),
  enterpriseVoiceEnabled: z.boolean().default(false),
  lineUri: z.string().default(""),
  hostingProvider: z.string().default("SRV:"),
  /** Policies that were granted to this user, such as `{ "VoicePolicy": "Tag:London" }`. */
  policies: z
    .record(z.string().regex(/Policy$|^DialPlan$/, "is not the name of a policy"), z.string())
    .default({}),
  mail: z.string().default(""),
  proxyAddresses: z.array(z.string()).default([]),
  /** 1 for a member, now or once, of a protected group. */
  adminCount: z.int().min(0).default(0),
  /** Whether the rights on the account keep the product's administrators from writing to it. */
  protected: z.boolean().default(false),
});

const contact = z.strictObject({
  dn: name,
  sipAddress: z.string().min(1),
  displayName: z.string().nullable().default(null),
  /** The Persistent Chat pool to which the contact leads. */
  pool: fqdn,
  /** Whether the installation of the service made it. */
  automatic: z.boolean().default(false),
});

const persistentChat = z.strictObject({
  /** The Front End pool that routes to this pool. */
  registrar: fqdn,
  mtlsPort: z.int().min(1).max(65535).default(5041),
  displayName: z.string().default(""),
  activeServers: z.array(fqdn),
  serviceId: name,
  state: z.enum(["Normal", "FailedOver"]).default("Normal"),
  database: z.string().default(""),
  complianceDatabase: z.string().default(""),
  fileStore: z.string().default(""),
  /** Whether the Persistent Chat cmdlets fail over this pool, as they do over one that is half removed. */
  chokes: z.boolean().default(false),
});

const pool = z.strictObject({
  fqdn,
  /** The name of a site; `BackCompatSite` is that of servers older than the product. */
  site: name,
  shape: z.enum(["single", "multiple"]),
  computers: z.array(fqdn).min(1),
  /** 4 is OCS 2007 R2, 5 Lync 2010, 6 Lync 2013, 7 Skype for Business 2015. */
  version: z.int().min(3).max(8).default(7),
  /** Services beside Persistent Chat, such as `Registrar`. */
  roles: z.array(name).default([]),
  persistentChat: persistentChat.optional(),
});

const configuration = z.strictObject({
  /** `Global`, `Site:<name>` or `Service:PersistentChatServer:<pool fqdn>`. */
  identity: z.string().regex(/^(Global|Site:.+|Service:PersistentChatServer:.+)$/, "is not a scope"),
  defaultChatHistory: z.int().min(1).max(500).default(30),
  maxFileSizeKB: z.int().min(0).max(4294967295).default(20000),
  participantUpdateLimit: z.int().min(0).max(4294967295).default(75),
  roomManagementUrl: z.string().nullable().default(null),
});

const domainController = z.strictObject({ fqdn, globalCatalog: z.boolean().default(false), ...delays });

const frontEnd = z.strictObject({
  fqdn,
  /** The domain controller from which its User Replicator reads; its delays count from there. */
  domainController: fqdn,
  ...delays,
});

const change = z.strictObject({
  sequence: z.int(),
  at: moment,
  /** The domain controller that took the write. */
  madeOn: fqdn,
  partition: z.enum(["user", "contact"]),
  dn: name,
  /** The object after the write; `null` when it was removed. */
  after: z.union([user, contact]).nullable(),
});

const holding = z.strictObject({
  at: moment,
  /** A domain controller or a Front End. */
  view: fqdn,
  /** In lower case. */
  address: z.string().min(1),
  /** The DNs of those who hold it there from then on; empty where nobody does. */
  holders: z.array(name),
});

/** The world of a simulated management shell, as its file has it. A person may edit all of it. */
export const worldSchema = z.strictObject({
  /** For people. */
  about: z.string().optional(),
  /** What the shell says of itself. */
  shell: z
    .strictObject({
      module: z.strictObject({ name, version: name, path: name }).nullable().default({
        name: "SkypeForBusiness",
        version: "7.0.0.0",
        path: "C:\\Program Files\\Common Files\\Skype for Business Server 2015\\Modules\\SkypeForBusiness",
      }),
      psVersion: name.default("5.1.17763.1"),
      clr: name.default("4.0.30319.42000"),
      languageMode: z
        .enum(["FullLanguage", "ConstrainedLanguage", "RestrictedLanguage"])
        .default("FullLanguage"),
      is64Bit: z.boolean().default(true),
      user: name.default("CONTOSO\\anna"),
      elevated: z.boolean().default(true),
      groups: z.array(name).default(["RTCUniversalServerAdmins", "RTCUniversalUserAdmins"]),
      /** Whether the script stands before the cmdlets, and lets through only what is on its list. */
      closedList: z.boolean().default(true),
      missingCmdlets: z.array(name).default([]),
      missingParameters: z.record(z.string(), z.array(name)).default({}),
      /** Before the shell reads anything, before its module is loaded, in every call, and once more in the first of a cmdlet. */
      startMs: milliseconds,
      importMs: milliseconds,
      latencyMs: milliseconds,
      firstCallMs: milliseconds,
    })
    .prefault({}),
  sipDomains: z.array(z.strictObject({ domain: fqdn, isDefault: z.boolean().default(false) })).min(1),
  sites: z.array(name).min(1),
  pools: z.array(pool),
  configurations: z.array(configuration).default([]),
  directory: z.strictObject({
    /** Under which new contacts are made; under `System` where OCS 2007 was first. */
    contactContainer: name,
    /** The domain controller to which the shell's host is bound. */
    shellDomainController: fqdn,
    domainControllers: z.array(domainController).min(1),
    frontEnds: z.array(frontEnd).default([]),
    /** How often the Front Ends read the directory, as [d.]hh:mm:ss: short, so that nobody waits long for them. */
    replicationCycleInterval: z
      .string()
      .regex(/^(\d+\.)?\d\d:\d\d:\d\d$/)
      .default("00:00:01"),
  }),
  /** What every view has; a change that is still under way to one of them is in `changes`. */
  users: z.array(user).default([]),
  contacts: z.array(contact).default([]),
  knobs: knobs.prefault({}),
  faults: z.array(faultSchema).default([]),
  /** Kept by the simulator: writes that some view does not have yet. */
  changes: z.array(change).default([]),
  /** Kept by the simulator: from when on who holds an address in a view, for each that a write changes; some are still to come. */
  holdings: z.array(holding).default([]),
  /** Kept by the simulator: calls that take effect later, whoever waits for them. */
  pending: z.array(z.strictObject({ at: moment, call: callSchema })).default([]),
  /** Kept by the simulator: the number of the last change, and how many reads went to whichever domain controller. */
  lastSequence: z.int().min(0).default(0),
  unpinnedReads: z.int().min(0).default(0),
});

export type World = z.infer<typeof worldSchema>;
export type WorldInput = z.input<typeof worldSchema>;
export type User = z.infer<typeof user>;
export type Contact = z.infer<typeof contact>;
export type Pool = z.infer<typeof pool>;
export type PersistentChatPool = Pool & { persistentChat: z.infer<typeof persistentChat> };
export type Configuration = z.infer<typeof configuration>;
export type Change = z.infer<typeof change>;
export type Holding = z.infer<typeof holding>;
