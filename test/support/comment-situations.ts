import { endpoint, PreviewDocument, pool, type Resource, sipDomain } from "./preview-document";

/** A preview that a comment is made of, and where it comes from. */
export interface Situation {
  /** Also the name of the file that has the comment. */
  name: string;
  document: PreviewDocument;
  /** The programs between which the engine previews the same. */
  programs?: { before: string; after: string };
}

const contoso = sipDomain("contoso", "contoso.com");
const fabrikam = sipDomain("fabrikam", "fabrikam.com");
const domains = [contoso, fabrikam];
const pcpool = pool("pcpool", "pcpool.contoso.com", {
  shape: "multiple",
  servers: ["pc01.contoso.com", "pc02.contoso.com"],
});
const pcpool2 = pool("pcpool2", "pcpool2.contoso.com");
const pools = [pcpool, pcpool2];
const ocschat = endpoint("ocschat", "sip:ocschat@contoso.com", "pcpool.contoso.com");
const fabrikamChat = endpoint("fabrikam-chat", "sip:ocschat@fabrikam.com", "pcpool2.contoso.com");

const DOMAINS = `
new SipDomain("contoso", { domain: "contoso.com" });
new SipDomain("fabrikam", { domain: "fabrikam.com" });`;
const POOLS = `
const pcpool = new PersistentChatPool("pcpool", {
  poolFqdn: "pcpool.contoso.com", shape: "multiple", servers: ["pc02.contoso.com", "pc01.contoso.com"],
});
const pcpool2 = new PersistentChatPool("pcpool2", { poolFqdn: "pcpool2.contoso.com", shape: "single" });`;
const OCSCHAT = `
new LegacyEndpoint("ocschat", { sipAddress: "sip:ocschat@contoso.com", poolFqdn: pcpool.poolFqdn });`;
const FABRIKAM = `
new LegacyEndpoint("fabrikam-chat", { sipAddress: "sip:ocschat@fabrikam.com", poolFqdn: pcpool2.poolFqdn });`;
const BASE = DOMAINS + POOLS + OCSCHAT + FABRIKAM;

/** What all of them begin with, and whose comments the files in test/golden/comments are. */
export function situations(): Situation[] {
  return [
    {
      name: "nothing",
      document: base().same(ocschat, fabrikamChat),
      programs: { before: BASE, after: BASE },
    },
    {
      name: "create",
      document: base()
        .same(ocschat, fabrikamChat)
        .create(endpoint("help", "sip:help@contoso.com", "pcpool.contoso.com")),
      programs: {
        before: BASE,
        after: `${BASE} new LegacyEndpoint("help", { sipAddress: "help@Contoso.com", poolFqdn: pcpool.poolFqdn });`,
      },
    },
    {
      name: "repoint",
      document: base()
        .same(fabrikamChat)
        .update(ocschat, endpoint("ocschat", "sip:ocschat@contoso.com", "pcpool2.contoso.com")),
      programs: { before: BASE, after: BASE.replace("pcpool.poolFqdn", "pcpool2.poolFqdn") },
    },
    {
      name: "uri-change",
      document: base()
        .same(fabrikamChat)
        .replace(ocschat, endpoint("ocschat", "sip:chat@contoso.com", "pcpool.contoso.com"), {
          because: "sipAddress",
        }),
      programs: { before: BASE, after: BASE.replace("sip:ocschat@contoso.com", "sip:chat@contoso.com") },
    },
    poolReplacement(),
    {
      name: "last-endpoint-deleted",
      document: base().same(ocschat).delete(fabrikamChat),
      programs: { before: BASE, after: BASE.replace(FABRIKAM, "") },
    },
    secrets(),
    { name: "ten-thousand", document: tenThousand() },
    hostileNames(),
    {
      name: "failing",
      document: base()
        .same(ocschat, fabrikamChat)
        .failed(
          "error: pulumi-nodejs:dynamic/persistentchat:LegacyEndpoint resource 'bad' has a problem: sipAddress: 'nonsense' is not a SIP URI such as sip:ocschat@contoso.com: it has no '@'\n",
          endpoint("bad", "", ""),
        ),
      programs: {
        before: BASE,
        after: `${BASE} new LegacyEndpoint("bad", { sipAddress: "nonsense", poolFqdn: "pcpool.contoso.com" });`,
      },
    },
    { name: "two-stacks-test", document: twoStacks("test") },
    { name: "two-stacks-prod", document: twoStacks("prod") },
    adopted(),
  ];
}

/** Both domains and pools, as they are. */
function base(stack = "test"): PreviewDocument {
  return new PreviewDocument({ stack }).same(...domains, ...pools);
}

function poolReplacement(): Situation {
  const next = pool(
    "pcpool",
    "pcpool3.contoso.com",
    pcpool.inputs.servers ? { ...pcpool.inputs, poolFqdn: "pcpool3.contoso.com" } : {},
  );
  const document = new PreviewDocument()
    .same(...domains)
    .replace(pcpool, next, { because: "poolFqdn" })
    .same(pcpool2);
  const numbers = Array.from({ length: 40 }, (_, index) => index + 1);
  for (const number of numbers) {
    const [from, to] = ["pcpool.contoso.com", "pcpool3.contoso.com"].map((fqdn) =>
      endpoint(`site${number}`, `sip:site${number}@contoso.com`, fqdn),
    );
    if (from && to) document.update(from, to);
  }
  const sites = `
for (let site = 1; site <= 40; site++)
  new LegacyEndpoint("site" + site, { sipAddress: "sip:site" + site + "@contoso.com", poolFqdn: pcpool.poolFqdn });`;
  const before = DOMAINS + POOLS + sites;
  return {
    name: "pool-replacement",
    document,
    programs: { before, after: before.replace("pcpool.contoso.com", "pcpool3.contoso.com") },
  };
}

/** The engine shows what is secret as `[secret]`, on both sides. */
function secrets(): Situation {
  const secret = "[secret]";
  const [from, to] = [
    { displayName: secret, settings: { roomManagementUrl: secret } },
    { displayName: secret, settings: { defaultChatHistory: 50, roomManagementUrl: secret } },
  ].map(
    (more): Resource => ({
      ...pool("pcpool2", "pcpool2.contoso.com", more),
      outputs: { effective: { settings: { defaultChatHistory: 30 } } },
    }),
  );
  const chat = endpoint("ocschat", "sip:ocschat@contoso.com", "pcpool.contoso.com", { displayName: secret });
  const document = new PreviewDocument().same(...domains, pcpool, fabrikamChat).update(ocschat, chat);
  if (from && to) document.update(from, to, ["displayName"]);
  const program = (name: string, settings: string, chatName: string) =>
    BASE.replace(
      'shape: "single"',
      `shape: "single", displayName: pulumi.secret("${name}"), settings: {${settings} roomManagementUrl: pulumi.secret("https://canary.contoso.com") }`,
    ).replace('sip:ocschat@contoso.com"', `sip:ocschat@contoso.com"${chatName}`);
  return {
    name: "secrets",
    document,
    programs: {
      before: program("CANARY one", "", ""),
      after: program(
        "CANARY two",
        " defaultChatHistory: 50,",
        ', displayName: pulumi.secret("CANARY three")',
      ),
    },
  };
}

function tenThousand(): PreviewDocument {
  const document = new PreviewDocument().same(contoso, ...pools);
  for (let number = 1; number <= 10_000; number++) {
    const [from, to] = pools.map(({ inputs }) =>
      endpoint(`site${number}`, `sip:site${number}@contoso.com`, String(inputs.poolFqdn)),
    );
    if (from && to) document.update(from, to);
  }
  return document;
}

const HOSTILE = [
  "a | b",
  "`code` ``more``",
  "<script>alert(1)</script>",
  "--> </details>",
  "\\| *bold* [link](http://x)",
  '"]; click a "http://x"',
];

function hostileNames(): Situation {
  const document = base().same(ocschat, fabrikamChat);
  HOSTILE.forEach((name, index) => {
    document.create(endpoint(name, `sip:h${index}@contoso.com`, "pcpool.contoso.com", { displayName: name }));
  });
  const created = HOSTILE.map(
    (name, index) =>
      `new LegacyEndpoint(${JSON.stringify(name)}, { sipAddress: "sip:h${index}@contoso.com", poolFqdn: pcpool.poolFqdn, displayName: ${JSON.stringify(name)} });`,
  );
  return { name: "hostile-names", document, programs: { before: BASE, after: BASE + created.join("\n") } };
}

function twoStacks(stack: string): PreviewDocument {
  return base(stack).same(ocschat).create(fabrikamChat);
}

function adopted(): Situation {
  const document = base()
    .same(ocschat, fabrikamChat)
    .create(
      pool("old", "old.contoso.com", { adopt: "match" }),
      endpoint("old", "sip:old@contoso.com", "old.contoso.com", { adopt: "take-over" }),
    );
  const created = `
const old = new PersistentChatPool("old", { poolFqdn: "old.contoso.com", shape: "single", adopt: "match" });
new LegacyEndpoint("old", { sipAddress: "sip:old@contoso.com", poolFqdn: old.poolFqdn, adopt: "take-over" });`;
  return { name: "adopt", document, programs: { before: BASE, after: BASE + created } };
}
