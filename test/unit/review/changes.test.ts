import assert from "node:assert/strict";
import { renderComment } from "../../../provider/review/comment/comment";
import { readPreview } from "../../../provider/review/read-preview";
import { endpoint, PreviewDocument, pool, type Resource, sipDomain } from "../../support/preview-document";

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const SECRET = "[secret]";
const CUTOVER = "urn:pulumi:test::chat::persistentchat:index:GroupChatCutover::contoso";
const COMPONENT = "urn:pulumi:test::chat::my:index:Component::all";
const MODULE = "pulumi-nodejs:dynamic/persistentchat:";

const chat = (fqdn = "pc.contoso.com", more = {}) => endpoint("chat", "sip:chat@contoso.com", fqdn, more);
const called = (address: string, fqdn = "pc.contoso.com") => endpoint("chat", address, fqdn);
const pc = (more = {}) => pool("pc", "pc.contoso.com", more);
const contoso = (more = {}) => sipDomain("contoso", "contoso.com", more);
const step = (type: string, name: string, inputs: Resource["inputs"] = {}): Resource => ({
  type: MODULE + type,
  name,
  inputs,
  parent: CUTOVER,
});
const command = (name: string): Resource => ({
  type: "command:local:Command",
  name,
  inputs: { create: "do", stdin: '{"lease":"TOKEN"}' },
  parent: CUTOVER,
});

function dataOf(document: PreviewDocument) {
  return renderComment(readPreview(document.text)).json;
}

/** What is said of a preview, as `effect: text`. */
function saidOf(document: PreviewDocument): string[] {
  return dataOf(document).changes.map(({ effect, text }) => `${effect}: ${text}`);
}

describe("the changes of a preview", () => {
  const said: [string, (document: PreviewDocument) => PreviewDocument, ...string[]][] = [
    [
      "an endpoint that is made",
      (preview) => preview.create(chat()),
      "new: sip:chat@contoso.com will lead to pc.contoso.com",
    ],
    [
      "resources that go while their records stay",
      (preview) => preview.retained(chat(), pc()).delete({ ...contoso(), outputs: { __superseded: true } }),
      "forgotten: sip:chat@contoso.com stays as it is, because of its option retainOnDelete",
      "forgotten: pool pc.contoso.com stays as it is, because of its option retainOnDelete",
      "forgotten: SIP domain contoso.com stays as it is, because it was made or claimed anew since this stack wrote it",
    ],
    [
      "an endpoint that the engine takes to go with its pool",
      (preview) => preview.delete({ ...chat(), deletedWith: preview.urn(pc()) }, pc()),
      "forgotten: sip:chat@contoso.com stays as it is, because of its option deletedWith",
      "removed: pool pc.contoso.com will be removed",
    ],
    [
      "resources that get another provider",
      (preview) => {
        const lab = { type: "pulumi:providers:pulumi-nodejs", name: "lab", inputs: {} };
        const inLab = (one: Resource) => ({ ...one, provider: "lab" });
        return preview
          .same(lab)
          .passed(contoso(), inLab(contoso()))
          .update(inLab(pc()), pc({ port: 1 }))
          .replace(chat(), inLab(called("sip:new@contoso.com")));
      },
      "removed: sip:chat@contoso.com will lead nowhere; it leads to pc.contoso.com",
      "new: sip:new@contoso.com will lead to pc.contoso.com (in the registry of provider lab)",
      "new: pool pc.contoso.com",
      "forgotten: pool pc.contoso.com stays as it is, because its resource gets another provider, which moves nothing (in the registry of provider lab)",
      "forgotten: SIP domain contoso.com stays as it is, because its resource gets another provider, which moves nothing",
    ],
    [
      "resources that get another parent",
      (preview) =>
        preview
          .delete(pc(), contoso())
          .create({ ...pc(), parent: COMPONENT }, { ...contoso(), parent: COMPONENT }),
      "removed: pool pc.contoso.com passes to the resource pc",
      "new: pool pc.contoso.com",
      "removed: SIP domain contoso.com passes to the resource contoso",
      "new: SIP domain contoso.com",
    ],
    [
      "an endpoint that is repointed and renamed",
      (preview) => preview.update(chat(), chat("pc2.contoso.com", { displayName: "Chat" })),
      "repointed: sip:chat@contoso.com will lead to pc2.contoso.com instead of pc.contoso.com; displayName will be Chat",
    ],
    [
      "a repoint to a pool that is known later",
      (preview) => preview.update(chat(), chat(UNKNOWN)),
      "repointed: sip:chat@contoso.com will lead to a pool that is known after the update instead of pc.contoso.com",
    ],
    [
      "a repoint that is secret",
      (preview) => preview.update(chat(SECRET), chat(SECRET), ["poolFqdn"]),
      "repointed: sip:chat@contoso.com will lead to a secret pool instead of a secret pool",
    ],
    [
      "what was left out, and the registry has",
      (preview) =>
        preview.update(
          { ...pc(), outputs: { effective: { port: 5041, activeServers: ["a", "b"], settings: { x: 1 } } } },
          pc({ port: 5041, activeServers: ["a"], settings: { x: 2 } }),
        ),
      "changed: pool pc.contoso.com: activeServers loses b; port is now declared, and stays 5041; settings.x will be 2 instead of 1",
    ],
    [
      "a display name, of which nobody learns more",
      (preview) =>
        preview.update(chat("p", { displayName: SECRET }), chat("p", { displayName: SECRET }), [
          "displayName",
        ]),
      "changed: sip:chat@contoso.com: displayName changes, it is a secret",
    ],
    [
      "another address",
      (preview) =>
        preview.replace(called("sip:a@contoso.com"), called("sip:b@contoso.com", "pc2.contoso.com")),
      "replaced: clients will call sip:b@contoso.com instead of sip:a@contoso.com; it will lead to pc2.contoso.com instead of pc.contoso.com",
    ],
    [
      "an address that is secret, and one that is known later",
      (preview) => preview.replace(called(SECRET), called(UNKNOWN)),
      "replaced: clients will call the address of chat (known after the update) instead of the secret address of chat; it leads to pc.contoso.com",
    ],
    [
      "the same endpoint made anew",
      (preview) => preview.replace(chat(), chat()),
      "replaced: sip:chat@contoso.com will be made anew; it leads to pc.contoso.com",
    ],
    [
      "an endpoint that goes away",
      (preview) => preview.delete(chat()),
      "removed: sip:chat@contoso.com will lead nowhere; it leads to pc.contoso.com",
    ],
    [
      "an address that passes to another resource",
      (preview) =>
        preview.delete(chat()).create(endpoint("other", "sip:chat@contoso.com", "pc2.contoso.com")),
      "removed: sip:chat@contoso.com passes to the resource other",
      "new: sip:chat@contoso.com will lead to pc2.contoso.com",
    ],
    [
      "pools that are made",
      (preview) =>
        preview.create(
          pc({ shape: "multiple", servers: ["a", "b"], nextHopPool: "fe.contoso.com" }),
          pool("next", UNKNOWN, { adopt: "match" }),
        ),
      "new: pool of next (its name is known after the update); what exists already is adopted, if it is just so",
      "new: pool pc.contoso.com with a and b, reached through fe.contoso.com",
    ],
    [
      "a pool's settings",
      (preview) =>
        preview.update(
          pc({ port: 5041, nextHopPool: "fe1", settings: { defaultChatHistory: 30, maxFileSizeKB: 1 } }),
          pc({
            nextHopPool: "fe2",
            displayName: UNKNOWN,
            settings: { defaultChatHistory: 50, maxFileSizeKB: 1 },
          }),
        ),
      "changed: pool pc.contoso.com: nextHopPool will be fe2 instead of fe1; port is no longer declared, and stays as it is; settings.defaultChatHistory will be 50 instead of 30; displayName is known after the update",
    ],
    [
      "a pool's servers",
      (preview) =>
        preview.update(
          pc({ servers: ["a", "b", "c"], activeServers: ["a", "b"] }),
          pc({ servers: ["a", "c", "d"], activeServers: [] }),
        ),
      "changed: pool pc.contoso.com: activeServers loses a and b; servers gains d and loses b",
    ],
    [
      "a pool in whose place another one comes",
      (preview) =>
        preview
          .replace(pc(), pool("pc", "pc2.contoso.com"))
          .update(chat(), chat("pc2.contoso.com"))
          .same(endpoint("other", "sip:other@contoso.com", "elsewhere.contoso.com")),
      "replaced: pool pc2.contoso.com takes the place of pc.contoso.com; 1 endpoint follows: sip:chat@contoso.com",
      "repointed: sip:chat@contoso.com will lead to pc2.contoso.com instead of pc.contoso.com",
    ],
    [
      "a pool that goes away",
      (preview) => preview.delete(pc()),
      "removed: pool pc.contoso.com will be removed",
    ],
    [
      "the mark of the default domain that moves",
      (preview) =>
        preview
          .update(contoso(), contoso({ isDefault: true }))
          .update(
            sipDomain("fabrikam", "fabrikam.com", { isDefault: true }),
            sipDomain("fabrikam", "fabrikam.com"),
          ),
      "changed: SIP domain contoso.com will be the default instead of fabrikam.com",
      "changed: SIP domain fabrikam.com gives the mark of the default SIP domain to contoso.com",
    ],
    [
      "the mark of the default domain that is no longer declared",
      (preview) => preview.update(contoso({ isDefault: true }), contoso()),
      "changed: SIP domain contoso.com: isDefault is no longer declared, and stays as it is",
    ],
    [
      "the mark of the default domain that it has already",
      (preview) =>
        preview.update(
          { ...contoso(), outputs: { effective: { isDefault: true } } },
          contoso({ isDefault: true }),
        ),
      "changed: SIP domain contoso.com: isDefault is now declared, and stays true",
    ],
    [
      "a default domain that gets another parent",
      (preview) =>
        preview
          .delete(contoso({ isDefault: true }))
          .create({ ...contoso({ isDefault: true }), parent: COMPONENT }),
      "removed: SIP domain contoso.com passes to the resource contoso",
      "new: SIP domain contoso.com, the default",
    ],
    [
      "the mark of the default domain that is given up",
      (preview) => preview.update(contoso({ isDefault: true }), contoso({ isDefault: false })),
      "changed: SIP domain contoso.com will no longer be the default",
    ],
    [
      "domains that come, go and change places",
      (preview) =>
        preview
          .create(contoso({ isDefault: true, adopt: "take-over" }))
          .delete(sipDomain("old", "old.com"))
          .replace(sipDomain("x", "x.com"), sipDomain("x", "y.com")),
      "removed: SIP domain old.com will be removed",
      "replaced: SIP domain y.com takes the place of x.com",
      "new: SIP domain contoso.com, the default; what exists already is taken over and changed to this",
    ],
    [
      "what is in another registry",
      (preview) => preview.delete({ ...chat(), provider: "lab" }),
      "removed: sip:chat@contoso.com will lead nowhere; it leads to pc.contoso.com (in the registry of provider lab)",
    ],
    [
      "what is in registries whose providers are called as those of the engine, or nearly so",
      (preview) =>
        preview
          .delete({ ...chat(), provider: "default_lab" }, { ...contoso(), provider: "defaults" })
          .delete({ ...pc(), provider: "default_3_259_0" }),
      "removed: sip:chat@contoso.com will lead nowhere; it leads to pc.contoso.com (in the registry of provider default_lab)",
      "removed: pool pc.contoso.com will be removed",
      "removed: SIP domain contoso.com will be removed (in the registry of provider defaults)",
    ],
    [
      "an update that only repeats itself",
      (preview) => preview.update(pc(), pc()),
      "changed: pool pc.contoso.com: is written again, as it is declared",
    ],
    ["what is looked up", (preview) => preview.read(chat()).same(pc())],
    [
      "providers of this package",
      (preview) =>
        preview.create({ type: "pulumi:providers:pulumi-nodejs", name: "lab", inputs: {} }).update(
          {
            type: "pulumi:providers:pulumi-nodejs",
            name: "old",
            inputs: { "persistentchat:registry": "a" },
          },
          {
            type: "pulumi:providers:pulumi-nodejs",
            name: "old",
            inputs: { "persistentchat:registry": "b" },
          },
        ),
      "new: a registry of its own, by provider lab",
      "changed: provider old gets other settings",
    ],
    [
      "a cutover, as its steps",
      (preview) =>
        preview
          .update(
            step("CutoverStage", "contoso-stage", { stage: "migrate" }),
            step("CutoverStage", "contoso-stage", { stage: "handover" }),
          )
          .update(command("contoso-preflight"), {
            ...command("contoso-preflight"),
            inputs: { stdin: "TOKEN" },
          })
          .create(command("contoso-check-export"))
          .create(step("WellKnownUserRelease", "contoso-release", { way: "rename" }))
          .create(
            step("CutoverEndpoint", "contoso-endpoint", {
              sipAddress: "sip:chat@contoso.com",
              poolFqdn: "pc",
            }),
          )
          .delete(command("contoso-old")),
      "cutover: cutover contoso turns to stage handover from migrate; to do, in the order of their dependencies: contoso-check-export, contoso-release and contoso-endpoint; to be looked at again: contoso-preflight; forgotten, with nothing done: contoso-old",
      "cutover: sip:chat@contoso.com will lead to pc, once its user has given it up",
    ],
    [
      "a cutover's way back",
      (preview) =>
        preview
          .update(
            step("CutoverStage", "contoso-stage", { stage: "handover" }),
            step("CutoverStage", "contoso-stage", { stage: "migrate" }),
          )
          .create(
            step("CutoverEndpointRemoval", "contoso-undo", {
              sipAddress: "sip:chat@contoso.com",
              poolFqdn: "pc",
            }),
          )
          .delete(
            step("CutoverEndpoint", "contoso-endpoint", {
              sipAddress: "sip:chat@contoso.com",
              poolFqdn: "pc",
            }),
          ),
      "cutover: cutover contoso turns to stage migrate from handover; to do, in the order of their dependencies: contoso-undo; forgotten, with nothing done: contoso-endpoint",
      "cutover: sip:chat@contoso.com goes back to its user",
    ],
    [
      "what other providers do, in one row, components and stacks left out",
      (preview) =>
        preview
          .create(
            { type: "random:index:Pet", name: "a", inputs: {} },
            { type: "random:index:Pet", name: "b", inputs: {} },
          )
          .delete({ type: "command:local:Command", name: "c", inputs: {} })
          .create({ type: "my:index:Component", name: "team", inputs: {} }),
      "changed: resources of other providers: 2 new: a (random:index:Pet) and b (random:index:Pet); 1 removed: c (command:local:Command)",
    ],
  ];
  for (const [what, of, ...expected] of said)
    it(`tell of ${what}`, () => assert.deepEqual(saidOf(of(new PreviewDocument())), expected));

  it("come in the order of what matters, whatever the order of the engine", () => {
    const document = new PreviewDocument()
      .create(
        contoso(),
        pc(),
        endpoint("e10", "sip:e10@contoso.com", "p"),
        endpoint("e9", "sip:e9@contoso.com", "p"),
      )
      .delete(sipDomain("d", "d.com"), pool("p", "p.com"))
      .update(chat(), chat("p"))
      .create({ type: "random:index:Pet", name: "pet", inputs: {} })
      .delete(endpoint("gone", "sip:gone@contoso.com", "p"));
    assert.deepEqual(
      dataOf(document).changes.map(({ name }) => name),
      ["gone", "chat", "e9", "e10", "p", "pc", "d", "contoso", undefined],
    );
  });

  it("are counted, those of other providers by themselves", () => {
    const summary = (document: PreviewDocument) =>
      /^\*\*(.*)\*\*$/m.exec(renderComment(readPreview(document.text)).text)?.[1];
    const pets = ["a", "b"].map((name) => ({ type: "random:index:Pet", name, inputs: {} }));
    assert.equal(summary(new PreviewDocument().same(pc())), "No changes.");
    assert.equal(summary(new PreviewDocument().create(pc())), "1 change.");
    assert.equal(summary(new PreviewDocument().create(...pets)), "2 changes of other providers.");
    assert.equal(
      summary(new PreviewDocument().delete(chat()).create(...pets)),
      "1 change, 2 changes of other providers, 3 risks.",
    );
    assert.equal(
      summary(new PreviewDocument().create(pc()).failed("error: x")),
      "The preview failed. What it reached: 1 change.",
    );
  });

  it("are drawn without what may be the same on the other side, where that is a secret", () => {
    const shown = { servers: ["a.contoso.com"], nextHopPool: "fe.contoso.com" };
    const pictureOf = (more: object) =>
      renderComment(readPreview(new PreviewDocument().update(pc(shown), pc(more)).text)).text;
    for (const hidden of [SECRET, UNKNOWN]) {
      const text = pictureOf({ servers: hidden, nextHopPool: hidden });
      assert.match(text, /changed: pool pc\.contoso\.com/);
      assert.doesNotMatch(text, /gone/);
    }
    assert.doesNotMatch(pictureOf({}), /gone/, "what is no longer declared stays");
    const text = pictureOf({ servers: ["b.contoso.com"], nextHopPool: "fe2.contoso.com" });
    assert.match(text, /gone: server a\.contoso\.com/);
    assert.match(text, /gone: Front End pool fe\.contoso\.com/);
  });

  it("are drawn in the registry in which they are, where the provider is another one", () => {
    const lab = { type: "pulumi:providers:pulumi-nodejs", name: "lab", inputs: {} };
    const { text } = renderComment(
      readPreview(new PreviewDocument().same(lab, pc()).passed(chat(), { ...chat(), provider: "lab" }).text),
    );
    assert.match(text, /^ {2}s0n0\["sip#58;chat@contoso\.com"\]$/m);
    assert.doesNotMatch(text, /registry of provider|gone|new:/);
  });

  it("are drawn and compared without what nobody is to see", () => {
    const document = new PreviewDocument()
      .create(
        command("contoso-export"),
        step("CutoverStage", "s", { lease: "TOKEN", seen: { lease: "TOKEN" } }),
      )
      .create({
        type: "pulumi:providers:pulumi-nodejs",
        name: "lab",
        inputs: { "persistentchat:registry": "TOKEN" },
      })
      .create(step("WellKnownUserRelease", "r", { noted: { lease: { token: "TOKEN" } } }))
      .update(chat("p", { displayName: SECRET }), chat("p", { displayName: SECRET }), ["displayName"])
      .create({
        type: "command:local:Command",
        name: "own",
        inputs: { stdin: "shown", list: [{ deep: UNKNOWN }] },
      });
    const { text } = renderComment(readPreview(document.text));
    assert.doesNotMatch(text, /TOKEN|__provider|__kind|exports\.handler/);
    for (const line of [
      "    stdin : [not shown]",
      "    seen.lease: [not shown]",
      "    noted.lease.token: [not shown]",
      "    persistentchat:registry: [not shown]",
      "  ~ displayName: [secret] => [secret]",
      '    stdin       : "shown"',
      "    list[0].deep: [unknown]",
    ])
      assert.ok(text.includes(`\n${line}\n`), line);
  });
});
