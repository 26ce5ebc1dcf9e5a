import type { Kind } from "../../provider/registry/records";

export interface Rejected {
  kind: Kind;
  type: string;
  args: object;
  /** All that check has to say, in its order. */
  reasons: string[];
}

const CHARACTERS = "a label has letters, digits and inner hyphens only";
const SINGLE =
  "servers are named, and a single-computer pool has exactly one; declare a new pool of shape 'multiple'";

const domain = (args: object, ...reasons: string[]): Rejected => ({
  kind: "sip-domain",
  type: "SipDomain",
  args: { domain: "contoso.com", ...args },
  reasons,
});

const pool = (args: object, ...reasons: string[]): Rejected => ({
  kind: "pool",
  type: "PersistentChatPool",
  args: { poolFqdn: "p1.contoso.com", shape: "multiple", ...args },
  reasons,
});

const endpoint = (args: object, ...reasons: string[]): Rejected => ({
  kind: "endpoint",
  type: "LegacyEndpoint",
  args: { sipAddress: "sip:ocschat@contoso.com", poolFqdn: "p1.contoso.com", ...args },
  reasons,
});

const notAnFqdn = (name: string, problem: string) =>
  domain({ domain: name }, `domain: '${name}' is not an FQDN: ${problem}`);
const notASipUri = (address: string, problem: string) =>
  endpoint(
    { sipAddress: address },
    `sipAddress: '${address}' is not a SIP URI such as sip:ocschat@contoso.com: ${problem}`,
  );
const wholeNumber = (path: string, range: string) => `${path}: it must be a whole number from ${range}`;
const servers = (count: number) => Array.from({ length: count }, (_, index) => `pc0${index + 1}.contoso.com`);

/** Arguments that break one rule each, and the whole sentence that the user reads after the resource's name. */
export const rejectedArguments: Rejected[] = [
  notAnFqdn("", "it has an empty label"),
  notAnFqdn("contoso", "it has one label only, and a domain must follow"),
  notAnFqdn("chat..contoso.com", "it has an empty label"),
  notAnFqdn("contoso.com..", "it has an empty label"),
  notAnFqdn(`${"a".repeat(64)}.com`, "a label has more than 63 characters"),
  notAnFqdn(`${"a".repeat(62)}.`.repeat(4).concat("co"), "it has 254 characters, and 253 is the limit"),
  notAnFqdn("chat_1.contoso.com", CHARACTERS),
  notAnFqdn("-chat.contoso.com", CHARACTERS),
  notAnFqdn("chat-.contoso.com", CHARACTERS),
  notAnFqdn("10.0.0.1", "its last label is a number"),
  domain({ isDefault: "yes" }, "isDefault: expected boolean, received string"),
  domain({ isDefult: true }, "isDefult: there is no such argument; there are domain, isDefault, adopt"),
  domain({ adopt: "always" }, `adopt: expected one of "fail"|"match"|"take-over"`),
  domain({ domain: undefined }, "domain: it is required"),

  notASipUri("ocschat", "it has no '@'"),
  notASipUri("sip:@contoso.com", "nothing stands before the '@'"),
  notASipUri("sip:ocs chat@contoso.com", "the part before the '@' has a character that must not stand there"),
  notASipUri("sip:*@contoso.com", "'*' is a wildcard to the management shell"),
  notASipUri("sip:ocschat@contoso.com:5060", `its domain is not an FQDN: ${CHARACTERS}`),
  notASipUri(
    "sip:ocschat@contoso",
    "its domain is not an FQDN: it has one label only, and a domain must follow",
  ),
  endpoint(
    { sipAddress: "sip:GC-1-PersistentChatService-2@contoso.com" },
    "sipAddress: 'sip:gc-1-persistentchatservice-2@contoso.com' is the automatic endpoint of a pool, which the product makes and removes by itself; declare an address of your own",
  ),
  endpoint(
    { poolFqdn: "p1" },
    "poolFqdn: it is not an FQDN: it has one label only, and a domain must follow",
  ),
  endpoint({ displayName: "" }, "displayName: it is empty; leave the argument out instead"),
  endpoint({ displayName: "x".repeat(257) }, "displayName: it has more than 256 characters"),
  endpoint({ displayName: "Group\nChat" }, "displayName: it has a control character"),
  endpoint({ displayName: " Group Chat" }, "displayName: it begins or ends with white space"),
  endpoint({ displayName: 7 }, "displayName: expected string, received number"),
  endpoint(
    { sipAddress: undefined, poolFqdn: undefined },
    "sipAddress: it is required",
    "poolFqdn: it is required",
  ),

  pool({ shape: "dual" }, `shape: expected one of "single"|"multiple"`),
  pool({ port: 0 }, wholeNumber("port", "1 to 65535")),
  pool({ port: 65536 }, wholeNumber("port", "1 to 65535")),
  pool({ port: 5041.5 }, wholeNumber("port", "1 to 65535")),
  pool(
    { nextHopPool: "fe" },
    "nextHopPool: it is not an FQDN: it has one label only, and a domain must follow",
  ),
  pool({ servers: ["pc01.contoso.com", "pc_02.contoso.com"] }, `servers.1: it is not an FQDN: ${CHARACTERS}`),
  pool({ servers: servers(9) }, "servers: 9 servers are named, and a pool has at most 8"),
  pool(
    { servers: servers(5), activeServers: servers(5) },
    "activeServers: 5 servers are named, and at most 4 are active at a time",
  ),
  pool(
    { servers: servers(2), activeServers: ["pc03.contoso.com"] },
    "activeServers: 1 of the 1 named is not among the pool's servers",
  ),
  pool({ shape: "single", servers: servers(2) }, `servers: 2 ${SINGLE}`),
  pool({ shape: "single", servers: [] }, `servers: 0 ${SINGLE}`),
  pool({ servers: [] }, "servers: no server is named; name one at least, or leave the argument out"),
  pool(
    { settings: { defaultChatHistory: 0, maxFileSizeKB: -1, participantUpdateLimit: 4294967296 } },
    wholeNumber("settings.defaultChatHistory", "1 to 500"),
    wholeNumber("settings.maxFileSizeKB", "0 to 4294967295"),
    wholeNumber("settings.participantUpdateLimit", "0 to 4294967295"),
  ),
  pool({ settings: { defaultChatHistory: 501 } }, wholeNumber("settings.defaultChatHistory", "1 to 500")),
  pool(
    { settings: { roomManagementUrl: "ftp://rooms.contoso.com" } },
    "settings.roomManagementUrl: it must be an http or https address",
  ),
  pool(
    { settings: { maxFileSize: 20000 } },
    "settings.maxFileSize: there is no such argument; there are defaultChatHistory, maxFileSizeKB, participantUpdateLimit, roomManagementUrl",
  ),
];
