import assert from "node:assert/strict";
import { renderComment } from "../../../provider/review/comment/comment";
import { readPreview } from "../../../provider/review/read-preview";
import { endpoint, PreviewDocument, pool, type Resource, sipDomain } from "../../support/preview-document";

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const SECRET = "[secret]";
const MODULE = "pulumi-nodejs:dynamic/persistentchat:";

const chat = (fqdn = "pc", more = {}) => endpoint("chat", "sip:chat@contoso.com", fqdn, more);
const help = (fqdn = "pc") => endpoint("help", "sip:help@contoso.com", fqdn);
const looked = (sipAddress: string): Resource => ({ ...chat(), name: "looked", inputs: { sipAddress } });
const pc = (more = {}) => pool("pc", "pc", more);
/** One of which nothing is declared, with what the registry has for it. */
const known = (effective: object): Resource => ({ ...pc(), outputs: { effective } });
const withPool = (one: Resource): Resource => ({ ...one, deletedWith: new PreviewDocument().urn(pc()) });
const contoso = (more = {}) => sipDomain("contoso", "contoso.com", more);
const ofCutover = (type: string): Resource => ({
  type: MODULE + type,
  name: "c",
  inputs: { sipAddress: "sip:chat@contoso.com", poolFqdn: "pc" },
  parent: "urn:pulumi:test::chat::persistentchat:index:GroupChatCutover::contoso",
});
const lab = (registry: string): Resource => ({
  type: "pulumi:providers:pulumi-nodejs",
  name: "lab",
  inputs: { "persistentchat:registry": registry },
});

const inLab = (one: Resource) => ({ ...one, provider: "lab" });

const COMPONENT = "urn:pulumi:test::chat::my:index:Component::all";
const NO_ENDPOINT = "Clients of contoso.com will have no endpoint";
const NOWHERE = "sip:chat@contoso.com will lead nowhere: clients that still call it find no rooms";
const LAST = "Pool pc loses its last endpoint: no legacy client gets there any more";
const REMOVED = "Pool pc is removed: its rooms are out of reach";
const REPLACED = "Pool pc is replaced and then removed: nothing moves its rooms to the new one";
const STAYS =
  "Legacy endpoint sip:chat@contoso.com gets another provider: it stays in the former registry, and is not moved";
const DOMAIN = "SIP domain contoso.com is removed: addresses in it can no longer be declared";

describe("the risks of a preview", () => {
  type Case = [string, (document: PreviewDocument) => PreviewDocument, ...string[]];
  const cases: Case[] = [
    ["nothing that changes", (preview) => preview.same(contoso(), pc(), chat())],
    ["a new topology", (preview) => preview.create(contoso(), pc(), chat())],
    [
      "the last endpoint that goes",
      (preview) => preview.same(contoso(), pc()).delete(chat()),
      NO_ENDPOINT,
      NOWHERE,
      LAST,
    ],
    [
      "one of two endpoints that goes",
      (preview) => preview.same(contoso(), pc(), help()).delete(chat()),
      NOWHERE,
    ],
    [
      "an endpoint that goes while a lookup shows another one",
      (preview) =>
        preview
          .same(contoso(), pc())
          .delete(chat())
          .read(looked("sip:other@contoso.com"), { poolFqdn: "pc" }),
      NOWHERE,
    ],
    [
      "an endpoint that goes and was looked up too",
      (preview) =>
        preview
          .same(contoso(), pc(), help())
          .delete(chat())
          .read(looked("sip:chat@contoso.com"), { poolFqdn: "pc" }),
    ],
    [
      "an address that passes to another resource, which does not say that it takes it",
      (preview) =>
        preview
          .same(pc())
          .delete(chat())
          .create(endpoint("other", "sip:chat@contoso.com", "pc")),
      "Legacy endpoint sip:chat@contoso.com belongs to the resource chat until that one is gone, and other is made before: the update will fail; a renamed resource needs an alias",
    ],
    [
      "an address that another resource is to have in place of its own",
      (preview) =>
        preview
          .same(pc())
          .delete(chat())
          .replace(help(), endpoint("help", "sip:chat@contoso.com", "pc")),
      "sip:help@contoso.com will lead nowhere: clients that still call it find no rooms",
      "Legacy endpoint sip:chat@contoso.com belongs to the resource chat until that one is gone, and help is made before: the update will fail; a renamed resource needs an alias",
    ],
    [
      "an address that another resource takes",
      (preview) =>
        preview
          .same(pc())
          .delete(chat())
          .create(endpoint("other", "sip:chat@contoso.com", "pc", { adopt: "match" })),
    ],
    [
      "a topology that gets another parent",
      (preview) =>
        preview
          .delete(chat(), pc(), contoso())
          .create(...[chat(), pc(), contoso()].map((one) => ({ ...one, parent: COMPONENT }))),
    ],
    ["what is kept when its resource goes", (preview) => preview.retained(chat(), pc(), contoso())],
    [
      "an address that the engine takes to go with its pool",
      (preview) => preview.same(help()).delete(withPool(chat()), pc(), contoso()),
      "Pool pc is to be removed while sip:help@contoso.com and sip:chat@contoso.com still lead there: the update will fail",
      "SIP domain contoso.com is to be removed while addresses such as sip:help@contoso.com are in it: the update will fail",
    ],
    [
      "an address that the engine takes to go with its pool, when both get others",
      (preview) =>
        preview
          .same(contoso())
          .replace(pc(), pool("pc", "pc2"))
          .replace(withPool(chat()), withPool(endpoint("chat", "sip:new@contoso.com", "pc2"))),
      "Pool pc is to be removed while sip:chat@contoso.com still leads there: the update will fail",
    ],
    [
      "an address that goes, and would with its pool, which stays",
      (preview) => preview.same(contoso(), pc(), help()).delete(withPool(chat())),
      NOWHERE,
    ],
    [
      "an address that is kept when another one comes",
      (preview) =>
        preview
          .same(pc())
          .replace(chat(), endpoint("chat", "sip:new@contoso.com", "pc"), { isRetained: true }),
    ],
    [
      "another address",
      (preview) => preview.same(pc()).replace(chat(), endpoint("chat", "sip:new@contoso.com", "pc")),
      NOWHERE,
    ],
    [
      "another address in another domain",
      (preview) => preview.same(pc()).replace(chat(), endpoint("chat", "sip:chat@fabrikam.com", "pc")),
      NO_ENDPOINT,
      NOWHERE,
    ],
    [
      "an endpoint that is removed before it is made again",
      (preview) => preview.replace(chat(), chat(), { removedFirst: true }),
      "sip:chat@contoso.com will lead nowhere for a time: the endpoint is removed before it is made again",
    ],
    ["an endpoint that is made again first", (preview) => preview.replace(chat(), chat())],
    [
      "the last endpoint that leads elsewhere",
      (preview) => preview.same(pc()).update(chat(), chat("pc2")),
      LAST,
    ],
    [
      "the last endpoint that leads elsewhere, in a preview that refreshes first",
      (preview) => preview.refreshed(pc(), chat()).same(pc()).update(chat(), chat("pc2")),
      LAST,
    ],
    [
      "a pool and a domain that go, after a refresh found their address gone and the program dropped it",
      (preview) => preview.refreshed(contoso(), pc(), chat()).delete(contoso(), pc()),
      REMOVED,
      DOMAIN,
    ],
    [
      "the last endpoint that leads elsewhere, and was looked up too",
      (preview) =>
        preview
          .same(pc())
          .update(chat(), chat("pc2"))
          .read(looked("sip:chat@contoso.com"), { poolFqdn: "pc" }),
      LAST,
    ],
    [
      "a pool that goes with its endpoint",
      (preview) => preview.delete(chat(), pc()),
      NO_ENDPOINT,
      NOWHERE,
      REMOVED,
    ],
    [
      "a pool that goes while endpoints stay",
      (preview) => preview.same(chat(), help()).delete(pc()),
      "Pool pc is to be removed while sip:chat@contoso.com and sip:help@contoso.com still lead there: the update will fail",
    ],
    [
      "a pool in whose place another one comes",
      (preview) => preview.replace(pc(), pool("pc", "pc2")).update(chat(), chat("pc2")),
      REPLACED,
    ],
    [
      "a pool that is removed before the other one comes",
      (preview) =>
        preview.replace(pc(), pool("pc", "pc2"), { removedFirst: true }).update(chat(), chat("pc2")),
      "Pool pc is to be removed before the new one is made, while sip:chat@contoso.com still leads there: the update will fail",
    ],
    [
      "a pool that is removed before the other one comes, and the program drops its endpoint",
      (preview) => preview.replace(pc(), pool("pc", "pc2"), { removedFirst: true }).delete(chat()),
      NO_ENDPOINT,
      NOWHERE,
      "Pool pc is to be removed before the new one is made, while sip:chat@contoso.com still leads there: the update will fail",
    ],
    [
      "a pool that is removed before the other one comes, after its endpoint",
      (preview) =>
        preview
          .replace(pc(), pool("pc", "pc2"), { removedFirst: true })
          .replace(chat(), chat("pc2"), { removedFirst: true }),
      REPLACED,
      "sip:chat@contoso.com will lead nowhere for a time: the endpoint is removed before it is made again",
    ],
    [
      "a pool that is known after the update",
      (preview) => preview.replace(pc(), pool("pc", UNKNOWN)).update(chat(), chat(UNKNOWN)),
      REPLACED,
    ],
    [
      "a pool without an active server",
      (preview) => preview.same(chat()).update(pc({ activeServers: ["a"] }), pc({ activeServers: [] })),
      "Pool pc will have no active server: nobody gets into its rooms",
    ],
    [
      "a pool that had none",
      (preview) => preview.update(pc({ activeServers: [] }), pc({ activeServers: [], port: 1 })),
      "Pool pc will be reached at port 1: Front Ends that still use another one do not get there",
    ],
    [
      "a pool that is made without servers",
      (preview) => preview.create(pc({ shape: "multiple" })),
      "Pool pc is made with no server named: nobody gets into its rooms before it has one",
    ],
    [
      "an endpoint to a pool without an active server",
      (preview) => preview.same({ ...pc(), outputs: { effective: { activeServers: [] } } }).create(chat()),
      "sip:chat@contoso.com will lead to pc, which has no active server",
    ],
    [
      "an endpoint to a pool that stays without an active server",
      (preview) =>
        preview.update(pc({ activeServers: [] }), pc({ activeServers: [], displayName: "x" })).create(chat()),
      "sip:chat@contoso.com will lead to pc, which has no active server",
    ],
    [
      "an endpoint to a pool of which it is no longer declared that it has none",
      (preview) => preview.update(pc({ activeServers: [] }), pc({ displayName: "x" })).create(chat()),
      "sip:chat@contoso.com will lead to pc, which has no active server",
    ],
    [
      "an endpoint to a pool that is looked up, and has no active server",
      (preview) =>
        preview
          .read(
            { ...pc(), inputs: { __kind: "pool", poolFqdn: "pc" } },
            { poolFqdn: "pc", activeServers: [] },
          )
          .create(chat()),
      "sip:chat@contoso.com will lead to pc, which has no active server",
    ],
    [
      "servers that leave or rest, and another way there",
      (preview) =>
        preview.update(
          pc({ servers: ["a", "b", "c"], activeServers: ["a", "b"], nextHopPool: "fe1" }),
          pc({ servers: ["b", "c"], activeServers: ["c"], nextHopPool: "fe2" }),
        ),
      "Pool pc will be reached through fe2 instead of fe1",
      "Sessions on a end: no server of pool pc any more",
      "Sessions on b end: no active server of pool pc any more",
    ],
    [
      "servers that leave or rest, and another way there, of which nothing was declared",
      (preview) =>
        preview.update(
          known({ servers: ["a", "b", "c"], activeServers: ["a", "b"], nextHopPool: "fe1", port: 1 }),
          pc({ servers: ["b", "c"], activeServers: ["c"], nextHopPool: "fe2", port: 2 }),
        ),
      "Pool pc will be reached at port 2: Front Ends that still use another one do not get there",
      "Pool pc will be reached through fe2 instead of fe1",
      "Sessions on a end: no server of pool pc any more",
      "Sessions on b end: no active server of pool pc any more",
    ],
    [
      "what a pool has already, and is newly declared",
      (preview) => preview.update(known({ activeServers: [], port: 1 }), pc({ activeServers: [], port: 1 })),
    ],
    [
      "a newly declared port that is secret",
      (preview) => preview.update(known({ port: 1 }), pc({ port: SECRET })),
      "Pool pc will be reached at port a secret: Front Ends that still use another one do not get there",
    ],
    ["a domain that goes", (preview) => preview.delete(contoso()), DOMAIN],
    [
      "a domain that goes while an address is in it",
      (preview) => preview.same(chat()).delete(contoso()),
      "SIP domain contoso.com is to be removed while addresses such as sip:chat@contoso.com are in it: the update will fail",
    ],
    [
      "a domain in whose place another one comes",
      (preview) => preview.replace(contoso(), sipDomain("contoso", "c.com")),
      DOMAIN,
    ],
    [
      "a domain that is removed before the other one comes, and its address moves there",
      (preview) =>
        preview
          .replace(contoso(), sipDomain("contoso", "c.com"), { removedFirst: true })
          .replace(chat(), endpoint("chat", "sip:chat@c.com", "pc")),
      NO_ENDPOINT,
      NOWHERE,
      "SIP domain contoso.com is to be removed before the new one is made, while addresses such as sip:chat@contoso.com are still in it: the update will fail",
    ],
    [
      "a domain that is removed before the other one comes, after the address in it",
      (preview) =>
        preview
          .replace(contoso(), sipDomain("contoso", "c.com"), { removedFirst: true })
          .replace(chat(), endpoint("chat", "sip:chat@c.com", "pc"), { removedFirst: true }),
      NO_ENDPOINT,
      NOWHERE,
      DOMAIN,
    ],
    [
      "a mark that another domain has, here or elsewhere",
      (preview) => preview.update(contoso(), contoso({ isDefault: true })),
      "SIP domain contoso.com takes the mark of the default SIP domain from whichever domain has it now",
    ],
    [
      "a mark that passes between two domains",
      (preview) =>
        preview
          .create(contoso({ isDefault: true }))
          .same({ ...sipDomain("old", "old.com"), outputs: { effective: { isDefault: true } } }),
      "SIP domain contoso.com takes the mark of the default SIP domain from old.com",
    ],
    [
      "a mark that a domain has already",
      (preview) =>
        preview.update(
          { ...contoso(), outputs: { effective: { isDefault: true } } },
          contoso({ isDefault: true }),
        ),
    ],
    [
      "what somebody else took or made again",
      (preview) =>
        preview
          .same(pc())
          .update({ ...chat(), outputs: { __superseded: true } }, chat("pc", { displayName: "x" })),
      "Legacy endpoint sip:chat@contoso.com was made or claimed anew since this stack wrote it: where another stack manages it now, the update will fail",
    ],
    [
      "what somebody else took or made again, and this stack gives up",
      (preview) => preview.same(pc()).delete({ ...chat(), outputs: { __superseded: true } }),
    ],
    [
      "a stack that has another name than when it began",
      (preview) =>
        preview
          .same(pc())
          .update(
            chat("pc", { managedBy: "chat/old/chat" }),
            chat("pc", { managedBy: "chat/old/chat", port: 1 }),
          ),
    ],
    [
      "what is taken over",
      (preview) => preview.create(pc({ adopt: "take-over" }), chat("pc", { adopt: "match" })),
      "Persistent Chat pool pc may exist already: then it is taken from whoever manages it, and changed to what is declared",
    ],
    [
      "another registry",
      (preview) => preview.update(lab("a"), lab("b")),
      "Provider lab will use another registry: what was declared in the former one stays there, and is not moved",
    ],
    [
      "an address that gets another provider",
      (preview) => preview.same(lab("lab"), pc(), contoso()).passed(chat(), inLab(chat())),
      STAYS,
    ],
    [
      "an address that gets the provider of the stack",
      (preview) => preview.same(lab("lab")).passed(inLab(chat()), chat()),
      STAYS,
    ],
    [
      "an address that gets another provider, and with it another name",
      (preview) => preview.same(lab("lab"), pc()).update(chat(), inLab(chat("pc", { displayName: "Chat" }))),
      STAYS,
    ],
    [
      "another address in another registry",
      (preview) =>
        preview
          .same(lab("lab"), pc(), contoso())
          .replace(chat(), inLab(endpoint("chat", "sip:new@contoso.com", "pc"))),
      NO_ENDPOINT,
      NOWHERE,
      LAST,
    ],
    [
      "a pool that gets another provider while an address leads there",
      (preview) => preview.same(lab("lab"), chat()).passed(pc(), inLab(pc())),
      "Persistent Chat pool pc gets another provider: it stays in the former registry, and is not moved",
    ],
    [
      "a provider that is a secret before and after",
      (preview) =>
        preview
          .delete(lab("[secret]"))
          .create({ ...lab("[secret]"), name: "new" })
          .passed(inLab(chat()), { ...chat(), provider: "new" }),
      STAYS,
    ],
    [
      "a provider that gets another name, and has the same registry",
      (preview) =>
        preview
          .delete(lab("lab"))
          .create({ ...lab("lab"), name: "new" })
          .passed(inLab(chat()), { ...chat(), provider: "new" }),
    ],
    [
      "a provider that gets another name by an alias",
      (preview) =>
        preview.same({ ...lab("lab"), name: "new" }).passed(inLab(chat()), { ...chat(), provider: "new" }),
    ],
    [
      "a provider with the registry of the stack",
      (preview) => preview.same(lab("sqlite:registry.db")).passed(inLab(chat()), chat()),
    ],
    [
      "an address that a cutover hands over",
      (preview) => preview.same(pc()).create(ofCutover("CutoverEndpoint")),
      "sip:chat@contoso.com will lead nowhere for a time, while it passes from its user to its endpoint",
    ],
    [
      "an address that a cutover gives back",
      (preview) =>
        preview.same(pc()).delete(ofCutover("CutoverEndpoint")).create(ofCutover("CutoverEndpointRemoval")),
      LAST,
      "sip:chat@contoso.com will lead nowhere for a time, while it passes from its endpoint back to its user",
    ],
    ["a cutover that is forgotten", (preview) => preview.same(pc()).delete(ofCutover("CutoverEndpoint"))],
    [
      "an endpoint in one registry and its namesake in another",
      (preview) =>
        preview.same(contoso(), pc(), chat()).delete({ ...chat(), name: "lab-chat", provider: "lab" }),
      NO_ENDPOINT,
      NOWHERE,
      LAST,
    ],
  ];
  const risksOf = (document: PreviewDocument) => renderComment(readPreview(document.text)).json.risks;
  for (const [what, of, ...expected] of cases)
    it(`tell of ${what}`, () =>
      assert.deepEqual(
        risksOf(of(new PreviewDocument())).map(({ text }) => text),
        expected,
      ));

  it("are other ones behind a management shell, which changes no endpoint in place and no pool at all", () => {
    const shell = () => new PreviewDocument({ registry: "shell:local" });
    const [repoint, ...more] = risksOf(shell().same(pc(), help()).update(chat(), chat("pc2")));
    assert.match(repoint?.text ?? "", /^sip:chat@contoso\.com will lead nowhere for some seconds: /);
    assert.deepEqual(more, []);
    assert.deepEqual(risksOf(shell().delete(contoso(), pc())), []);
    const again = risksOf(shell().replace(chat(), chat("pc", { displayName: "x" })));
    assert.deepEqual(again, repoint && [repoint]);
    assert.deepEqual(risksOf(shell().update(chat(), chat("pc", { adopt: "match" }))), []);
    assert.deepEqual(risksOf(shell().delete({ ...chat(), outputs: { __adopted: true } })), []);
    const managing = new PreviewDocument({ registry: "shell:ssh chat?manageSipDomains=true" });
    assert.deepEqual(
      risksOf(managing.delete(contoso())).map(({ text }) => text),
      [DOMAIN],
    );
  });

  it("are those of the registry that a resource is in", () => {
    const kindsOf = (document: PreviewDocument) => risksOf(document).map(({ risk }) => risk);
    const shell = () => new PreviewDocument({ registry: "shell:local" });
    const repoint = (document: PreviewDocument) => document.update(inLab(chat()), inLab(chat("pc2")));
    assert.deepEqual(kindsOf(repoint(shell().same(lab("sqlite:lab.db")))), ["pool-without-endpoint"]);
    assert.deepEqual(kindsOf(repoint(new PreviewDocument().same(lab("shell:local")))), [
      "pool-without-endpoint",
      "address-interrupted",
    ]);
  });
});
