import assert from "node:assert/strict";
import type { SignedDrift } from "../../provider/cli/stacks/drift/authors";
import { driftJson, driftMarkdown, driftText } from "../../provider/cli/stacks/drift/report";
import { SECRET } from "../../provider/review/preview";
import { hostileTexts } from "../support/hostile-texts";

const PLACE = { project: "chat", stack: "test" };
const AT = "2026-01-02T03:04:05.678Z";

function changed(key: string, live: unknown, rest: Partial<SignedDrift> = {}): SignedDrift {
  return {
    urn: `urn:pulumi:test::chat::T::${key}`,
    type: "T",
    name: key,
    kind: "endpoint",
    key,
    isKeySecret: false,
    gone: false,
    fields: [{ path: "displayName", recorded: "Chat", live, by: { operator: "anna@admin01" }, at: AT }],
    ...rest,
  };
}

const drifts = (resources: SignedDrift[], rest = {}) => ({ resources, unlisted: 0, notes: [], ...rest });
const markdown = (resources: SignedDrift[], rest = {}) => driftMarkdown(PLACE, drifts(resources, rest));
const rowsIn = (text: string) => text.split("\n").filter((line) => /^\| (?!kind|---)/.test(line));
const cells = (row: string) => row.split(/(?<!\\)\|/).slice(1, -1);

describe("a report of drift", () => {
  it("begins with a line by which an issue is found again, drift or none", () => {
    for (const resources of [[], [changed("sip:a@contoso.com", "x")]])
      assert.equal(markdown(resources).split("\n")[0], "<!-- pulumi-persistentchat drift chat/test -->");
  });

  it("says who and when, or that it is not known and why", () => {
    const key = "sip:a@contoso.com";
    const gone = changed(key, "", {
      gone: true,
      fields: [],
      author: { by: { operator: "job@ci", managedBy: "net/prod/x" }, at: AT },
    });
    assert.match(
      driftText("test", drifts([gone])),
      /the record +there +gone +job@ci for net\/prod\/x +2026-01-02 03:04:05/,
    );
    const unsigned = changed(key, "x", { fields: [{ path: "displayName", live: "x" }] });
    const text = driftText("test", drifts([unsigned]));
    assert.match(text, /displayName +not set +x +not known/);
    assert.match(text, /not in the history of the registry/);
    const noted = driftText(
      "test",
      drifts([{ ...unsigned, isUnasked: true }], { notes: ["the registry keeps no history"] }),
    );
    assert.match(noted, /^the registry keeps no history$/m);
    assert.doesNotMatch(noted, /not in the history/);
  });

  it("shows no key that is a secret", () => {
    const secret = changed("sip:canary@contoso.com", SECRET, { isKeySecret: true, urn: "u", name: "n" });
    for (const text of [
      markdown([secret]),
      driftText("test", drifts([secret])),
      JSON.stringify(driftJson("test", drifts([secret]))),
    ])
      assert.doesNotMatch(text, /canary/);
  });

  it("says what makes again what a cutover made, which no run with a refresh does", () => {
    const ofCutover = changed("sip:a@contoso.com", "x", { gone: true, fields: [], isOfCutover: true });
    const alone = driftText("test", drifts([ofCutover]));
    assert.match(
      alone,
      /declare legacy endpoint sip:a@contoso\.com in the program as a LegacyEndpoint with adopt: "take-over"/,
    );
    assert.doesNotMatch(alone, /--refresh/);
    const both = driftText("test", drifts([ofCutover, changed("sip:b@contoso.com", "x")]));
    assert.match(both, /^pulumi up --refresh --stack test undoes the rest of it\./m);
    assert.doesNotMatch(driftText("test", drifts([], { unlisted: 1 })), /cutover|the rest/);
    assert.doesNotMatch(
      driftText("test", drifts([{ ...ofCutover, isKeySecret: true }])),
      /sip:a@/,
      "the key is a secret",
    );
  });

  it("says of what somebody else manages that one of two programs is to give it up, as an update would fail", () => {
    const taken = changed("sip:a@contoso.com", "x", { otherOwner: "net/prod/x" });
    const alone = driftText("test", drifts([taken]));
    assert.match(
      alone,
      /: legacy endpoint sip:a@contoso\.com by net\/prod\/x\. Remove it from one of the two programs/,
    );
    assert.doesNotMatch(alone, /--refresh/);
    const both = driftText("test", drifts([taken, changed("sip:b@contoso.com", "x")]));
    assert.match(both, /undoes the rest of it\./);
    assert.doesNotMatch(both, /sip:b@contoso\.com by/);
    const json = JSON.stringify(driftJson("test", drifts([taken])));
    assert.match(json, /"managedBy":"net\/prod\/x"/);
    assert.doesNotMatch(driftText("test", drifts([{ ...taken, isKeySecret: true }])), /sip:a@/);
  });

  it("tells beside no drift what could not be looked at", () => {
    const text = driftText("test", drifts([], { notes: ["what cutovers made was not compared"] }));
    assert.match(
      text,
      /^No drift, as far as it could be looked at: .*\nwhat cutovers made was not compared$/,
    );
  });

  it("names what is no record by its URN, and counts what is not listed", () => {
    const other = changed("k", "", { kind: undefined, fields: [] });
    const text = driftText("test", drifts([other], { unlisted: 2 }));
    assert.match(text, /^other +urn:pulumi:test::chat::T::k +the resource +there +changed/m);
    assert.match(text, /^2 more resources differ, and the engine does not say which/m);
    const onlyUnlisted = driftText("test", drifts([], { unlisted: 1 }));
    assert.match(onlyUnlisted, /^1 more resource differs, /m);
    assert.doesNotMatch(onlyUnlisted, /No drift/i);
  });

  it("keeps a hostile text in the one cell where it stands, 1,000 of them", () => {
    const texts = hostileTexts(1000);
    const rows = texts.flatMap((text) => rowsIn(markdown([changed(text, text)])));
    assert.equal(rows.length, texts.length);
    for (const row of rows) {
      const found = cells(row);
      assert.equal(found.length, 7, row);
      for (const index of [1, 4])
        assert.match(found[index] ?? "", /^ (?:(`+)(?:(?!\1).)*[^`]?\1|\(empty\)) $/su, row);
    }
  });

  it("has at most 65,536 characters, and is cut at a row", () => {
    const many = Array.from({ length: 5000 }, (_, index) =>
      changed(`sip:user${index}@contoso.com`, "x".repeat(150)),
    );
    const text = markdown(many);
    assert.ok(text.length <= 65_536 && text.length > 60_000, String(text.length));
    const rows = rowsIn(text);
    for (const row of rows) assert.equal(cells(row).length, 7);
    assert.ok(text.includes(`\n${(5000 - rows.length).toLocaleString("en")} more lines: `));
    assert.match(text, /undoes it/);
    assert.doesNotMatch(markdown(many.slice(0, 10)), /more line/);
  });

  it("tells a reason with what is to be done at its end, and a few of many", () => {
    const reason = (index: number) => `${"why ".repeat(100)}${index}; ask the owner`;
    const notes = Array.from({ length: 5000 }, (_, index) => reason(index));
    const some = changed("sip:a@contoso.com", "x");
    for (const text of [markdown([some], { notes }), driftText("test", drifts([some], { notes }))]) {
      assert.ok(text.length < 10_000, String(text.length));
      for (const index of [0, 1, 2]) assert.match(text, new RegExp(` ${index}; ask the owner`));
      assert.match(text, /4,997 more reasons of that kind: --json tells all of them\./);
    }
    assert.doesNotMatch(markdown([some], { notes: notes.slice(0, 3) }), /more reason/);
  });
});
