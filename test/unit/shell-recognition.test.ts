import assert from "node:assert/strict";
import { entryOf, isGhost, MEMORY } from "../../provider/backends/shell/endpoints/recognition";
import type { Contact } from "../../provider/backends/shell/estate/endpoint-list";
import { means, naturalIncarnation } from "../../provider/backends/shell/incarnations";
import type { Entry } from "../../provider/backends/shell/journal";

const CONTACT: Contact = {
  dn: "CN={2}",
  sipAddress: "sip:a@contoso.com",
  poolFqdn: "pc2.contoso.com",
  displayName: "Chat",
};
const NOW = 1_000;
const ENTRY: Entry = {
  kind: "endpoint",
  key: CONTACT.sipAddress,
  owner: "chat/prod/lobby",
  verb: "create",
  after: { poolFqdn: CONTACT.poolFqdn, displayName: CONTACT.displayName },
  controller: "dc01.contoso.com",
  at: 1,
  done: false,
};

describe("what is noted of a contact", () => {
  for (const [what, entry] of [
    ["an entry that names it", { ...ENTRY, after: undefined, object: CONTACT.dn, done: true }],
    ["a cut off create of the same content", ENTRY],
    ["one that left the display name to the server", { ...ENTRY, after: { poolFqdn: CONTACT.poolFqdn } }],
    [
      "a cut off update that had not taken it away yet",
      {
        ...ENTRY,
        verb: "update",
        before: { object: CONTACT.dn, poolFqdn: CONTACT.poolFqdn },
        after: { poolFqdn: "pc3.contoso.com" },
      },
    ],
    [
      "a cut off update that put the old content back",
      {
        ...ENTRY,
        verb: "update",
        before: { object: "CN={1}", poolFqdn: CONTACT.poolFqdn, displayName: CONTACT.displayName },
        after: { poolFqdn: "pc3.contoso.com" },
      },
    ],
    [
      "a cut off removal",
      { ...ENTRY, verb: "remove", after: undefined, before: { object: CONTACT.dn, poolFqdn: "" } },
    ],
  ] as [string, Entry][])
    it(`is ${what}`, () => assert.equal(entryOf(CONTACT, [entry], NOW), entry));

  for (const [what, entry] of [
    ["a create that is done and made another one", { ...ENTRY, object: "CN={1}", done: true }],
    ["a cut off create that leads elsewhere", { ...ENTRY, after: { poolFqdn: "pc1.contoso.com" } }],
    [
      "a removal that was cut off: whoever makes the same again is somebody else",
      {
        ...ENTRY,
        verb: "remove",
        after: undefined,
        before: { object: "CN={1}", poolFqdn: CONTACT.poolFqdn, displayName: CONTACT.displayName },
      },
    ],
    ["one of another name", { ...ENTRY, after: { poolFqdn: CONTACT.poolFqdn, displayName: "Talk" } }],
  ] as [string, Entry][])
    it(`is not ${what}`, () => assert.equal(entryOf(CONTACT, [entry], NOW), undefined));

  it("is the entry that names it sooner than one that was cut off", () => {
    const named = { ...ENTRY, owner: "another", object: CONTACT.dn, done: true };
    assert.equal(entryOf(CONTACT, [ENTRY, named], NOW), named);
  });

  it("is not one that was cut off long ago", () => {
    assert.equal(entryOf(CONTACT, [ENTRY], ENTRY.at + MEMORY), ENTRY);
    assert.equal(entryOf(CONTACT, [ENTRY], ENTRY.at + MEMORY + 1), undefined);
  });
});

describe("a contact that was taken away", () => {
  const list = (...contacts: Contact[]) => ({ contacts, isBare: false, unreadable: new Map() });
  const bound = (...contacts: Contact[]) => ({ controller: "dc01.contoso.com", list: list(...contacts) });
  const none = { entries: [], graves: [] };

  it("is a ghost wherever it was not taken away", () => {
    const graves = [{ object: CONTACT.dn, controller: "dc01.contoso.com" }];
    assert.equal(isGhost(CONTACT, "dc02.contoso.com", bound(), { ...none, graves }), true);
    assert.equal(isGhost(CONTACT, "dc01.contoso.com", bound(), { ...none, graves }), false);
    assert.equal(
      isGhost({ ...CONTACT, dn: "CN={3}" }, "dc02.contoso.com", bound(), { ...none, graves }),
      false,
    );
  });

  it("is one too where its removal was cut off, and it is gone where changes are taken", () => {
    const before = { object: CONTACT.dn, poolFqdn: CONTACT.poolFqdn };
    const entries: Entry[] = [{ ...ENTRY, verb: "update", before }];
    assert.equal(isGhost(CONTACT, "dc02.contoso.com", bound(), { ...none, entries }), true);
    assert.equal(isGhost(CONTACT, "dc02.contoso.com", bound(CONTACT), { ...none, entries }), false);
    assert.equal(isGhost(CONTACT, "dc01.contoso.com", bound(CONTACT), { ...none, entries }), false);
    assert.equal(isGhost(CONTACT, "dc02.contoso.com", bound(), none), false);
  });
});

describe("an incarnation of a contact", () => {
  const natural = naturalIncarnation(CONTACT.dn);

  it("is that of the object, whatever the case of its name, and of no other", () => {
    assert.equal(naturalIncarnation(CONTACT.dn.toUpperCase()), naturalIncarnation(CONTACT.dn.toLowerCase()));
    assert.notEqual(natural, naturalIncarnation("CN={1}"));
    assert.ok(!natural.includes("."));
  });

  it("is meant by whoever claimed it, also on a machine that does not know", () => {
    assert.equal(means(natural, natural, undefined), true);
    assert.equal(means(`${natural}.claimed`, natural, undefined), true);
    assert.equal(means("another", natural, undefined), false);
  });

  it("is not meant any more by whoever knew it before a claim", () => {
    const claimed: Entry = {
      ...ENTRY,
      verb: "claim",
      object: CONTACT.dn,
      incarnation: `${natural}.2`,
      done: true,
    };
    assert.equal(means(natural, natural, claimed), false);
    assert.equal(means(`${natural}.1`, natural, claimed), false);
    assert.equal(means(`${natural}.2`, natural, claimed), true);
  });

  it("is meant by a resource that was not told of its own change", () => {
    assert.equal(means("old", natural, { ...ENTRY, former: ["older", "old"] }), true);
  });
});
