import assert from "node:assert/strict";
import fc from "fast-check";
import type { Change, Stored } from "../../provider/registry/registry";
import type { Preview, Step } from "../../provider/review/preview";
import { readPreview } from "../../provider/review/read-preview";
import { EngineText, withoutValues } from "../../provider/review/strict/engine-text";
import { movedDefault, movedSentence, movedSince, movedSinceState } from "../../provider/review/strict/moved";
import { readSideFile, savedRecord, sideFileText } from "../../provider/review/strict/side-file";
import { watchedBy } from "../../provider/review/strict/watched";
import { urnParts } from "../../provider/review/urn";
import { hostileParts } from "../support/hostile-texts";
import { endpoint, PreviewDocument } from "../support/preview-document";

const ADDRESS = "sip:ocschat@contoso.com";
const HEAD = "resource urn:pulumi:t::c::my:R::r violates plan: properties changed:";

function filtered(text: string): { text: string; engineText: EngineText } {
  const engineText = new EngineText();
  const lines = text.split("\n").flatMap((line) => engineText.push(line));
  return { text: [...lines, ...engineText.end()].join("\n"), engineText };
}

/** As the engine prints one of its messages below the resource that it is about. */
const diagnosed = (message: string) =>
  [
    "Diagnostics:",
    "  my:R (r):",
    ...`error: ${message}`.split("\n").map((line) => `    ${line}`),
    "",
    "Resources:",
  ].join("\n");

describe("the engine's text of an update", () => {
  it("keeps the names of properties that are not as planned, and drops their values", () => {
    const entries = "++a[{1}], -~b[{x}], =-c, ~=d[{map[e:{f}]}!={&{{g}}}], ~~h[computed{}!={i}]";
    assert.equal(withoutValues(`${HEAD} ${entries}`), `${HEAD} a, b, c, d, h`);
    assert.equal(
      withoutValues("error: t resource 'n': property note value {&{{x}}} has a problem: too long"),
      "error: t resource 'n': property note has a problem: too long",
    );
    assert.equal(
      withoutValues("- property note with value 'x' has a problem: too long"),
      "- property note has a problem: too long",
    );
    assert.equal(withoutValues("- property note with value 'x"), "- property note");
  });

  it("shows no value, whatever it holds", () => {
    const value = fc
      .tuple(hostileParts, hostileParts)
      .map(([before, after]) =>
        [
          ...before,
          "CANARY",
          "\nerror: CANARY",
          "]",
          "\n\nCANARY: {}",
          "} has a problem: CANARY",
          ...after,
        ].join(""),
      );
    fc.assert(
      fc.property(value, value, fc.boolean(), (from, to, isChecked) => {
        const message = isChecked
          ? `my:R resource 'r': property note value {&{{${from}}}} has a problem: bad`
          : `${HEAD} ++more[{1}], ~~note[{&{{${from}}}}!={&{{${to}}}}]`;
        const row = `    my:R r  error: ${message.split("\n")[0]}`;
        const { text, engineText } = filtered(`Previewing update (t):\n${row}\n${diagnosed(message)}\n`);
        assert.doesNotMatch(text, /CANARY/);
        assert.match(
          text,
          isChecked ? /^ {4}error: .*property note has a problem: bad$/m : /properties changed: more, note$/m,
        );
        assert.match(text, /\n\nResources:\n$/);
        if (isChecked) return;
        assert.deepEqual(
          engineText.violations.map(({ resource, urn, properties }) => ({ resource, urn, properties })),
          [{ resource: "my:R (r)", urn: "urn:pulumi:t::c::my:R::r", properties: ["more", "note"] }],
        );
      }),
      { numRuns: 500 },
    );
  });

  it("shows no value of a list of problems, over lines", () => {
    const list =
      "boom\n\t\t- property a with value 'CANARY\nCANARY' has a problem: bad\n\t\t- property b has a problem: bad";
    const { text } = filtered(diagnosed(list));
    assert.doesNotMatch(text, /CANARY/);
    assert.match(text, /- property a has a problem: bad$/m);
  });

  it("passes as it is where it tells no value", () => {
    const text = `Previewing update (t):\n\n    my:R r  a line\n${diagnosed("boom\n  at x\n    error: y")}\n\nUpdating (t):\n`;
    const { text: passed, engineText } = filtered(text);
    assert.equal(passed, text);
    assert.deepEqual([engineText.violations, engineText.hasBegun], [[], true]);
    assert.equal(filtered("Previewing update (t):\nx Updating (t):\n").engineText.hasBegun, false);
  });

  it("tells of what the plan does not allow", () => {
    const { violations } = filtered(
      `${diagnosed("create is not allowed by the plan: no steps were expected for this resource")}\n${diagnosed("expected resource operations for urn:pulumi:t::c::my:R::s but none were seen")}`,
    ).engineText;
    assert.deepEqual(
      violations.map(({ resource, urn, properties }) => [resource, urn, properties]),
      [
        ["my:R (r)", undefined, []],
        ["my:R (r)", "urn:pulumi:t::c::my:R::s", []],
      ],
    );
  });
});

const urnOf = (name: string, type = "my:index:R") => `urn:pulumi:prod::chat::${type}::${name}`;

function step(name: string, parts: Partial<Step>): Step {
  const urn = urnOf(name);
  const { type } = urnParts(urn);
  return { operation: "same", urn, type, name, dependencies: [], changed: [], replaces: [], ...parts };
}

const previewOf = (...steps: Step[]): Preview => ({ project: "chat", stack: "prod", steps, problems: [] });

describe("what a plan watches", () => {
  const pool = (name: string, parts: Partial<Step> = {}) =>
    step(name, {
      kind: "pool",
      before: { poolFqdn: `${name}.contoso.com` },
      after: { poolFqdn: `${name}.contoso.com` },
      ...parts,
    });
  const keys = (...steps: Step[]) =>
    watchedBy(previewOf(...steps))
      .records.map(({ key }) => key)
      .sort();

  it("is nothing where nothing changes", () => {
    const after = { sipAddress: ADDRESS, poolFqdn: "p1.contoso.com" };
    assert.deepEqual(keys(pool("p1"), step("e", { kind: "endpoint", before: after, after })), []);
  });

  it("is what changes, on both sides of a replacement", () => {
    const before = { poolFqdn: "old.contoso.com" };
    assert.deepEqual(keys(pool("p1", { operation: "replace", before }), pool("p2")), [
      "old.contoso.com",
      "p1.contoso.com",
    ]);
    assert.deepEqual(
      keys(step("d", { operation: "delete", kind: "sip-domain", before: { domain: "contoso.com" } })),
      ["contoso.com"],
    );
  });

  it("is what it depends on, over several steps and resources of others", () => {
    const steps = [
      pool("p1"),
      pool("p2"),
      step("middle", { dependencies: [urnOf("p1")] }),
      step("own", { operation: "create", dependencies: [urnOf("middle")] }),
    ];
    assert.deepEqual(keys(...steps), ["p1.contoso.com"]);
  });

  it("is the pool and the domain of an endpoint, whoever declares them, in the registry of the endpoint", () => {
    const after = { sipAddress: ADDRESS, poolFqdn: "p9.contoso.com" };
    const { records } = watchedBy(
      previewOf(step("e", { operation: "create", kind: "endpoint", provider: "lab", after })),
    );
    assert.deepEqual(records, [
      { provider: "lab", kind: "endpoint", key: ADDRESS },
      { provider: "lab", kind: "pool", key: "p9.contoso.com" },
      { provider: "lab", kind: "sip-domain", key: "contoso.com" },
    ]);
  });

  it("is the record of before in the registry of before, and what it needs in the other one", () => {
    const [before, after] = ["sip:old@contoso.com", ADDRESS].map((sipAddress) => ({
      sipAddress,
      poolFqdn: "p9.contoso.com",
    }));
    assert.ok(before && after);
    const toLab = { operation: "replace", kind: "endpoint", provider: "lab", former: {} } as const;
    const { records } = watchedBy(previewOf(step("e", { ...toLab, before, after })));
    assert.deepEqual(records, [
      { kind: "endpoint", key: "sip:old@contoso.com" },
      { provider: "lab", kind: "endpoint", key: ADDRESS },
      { provider: "lab", kind: "pool", key: "p9.contoso.com" },
      { provider: "lab", kind: "sip-domain", key: "contoso.com" },
    ]);
    const fromLab = { operation: "delete", kind: "endpoint", former: { provider: "lab" } } as const;
    assert.deepEqual(watchedBy(previewOf(step("e", { ...fromLab, before }))).records, [
      { provider: "lab", kind: "endpoint", key: "sip:old@contoso.com" },
    ]);
  });

  it("is what is looked up where it is now", () => {
    const address = endpoint("looked", ADDRESS, "p9.contoso.com");
    const looked = { ...address, provider: "lab" };
    const document = new PreviewDocument().read(looked, address.inputs, address);
    const { steps } = readPreview(document.text);
    const urn = document.urn(address);
    const { records } = watchedBy(
      previewOf(...steps, step("own", { operation: "create", dependencies: [urn] })),
    );
    assert.deepEqual([...new Set(records.map(({ provider }) => provider))], ["lab"]);
  });

  it("is who has the mark of the default, where a domain takes it", () => {
    const domain = (isDefault?: unknown) => ({
      domain: "contoso.com",
      ...(isDefault !== undefined && { isDefault }),
    });
    const marking = (parts: Partial<Step>) =>
      watchedBy(previewOf(step("d", { kind: "sip-domain", ...parts }))).marking;
    const [update, marked, unmarked] = ["update" as const, domain(true), domain()];
    assert.deepEqual(marking({ operation: "create", after: marked }), [undefined]);
    assert.deepEqual(marking({ operation: update, before: unmarked, after: marked, provider: "lab" }), [
      "lab",
    ]);
    assert.deepEqual(marking({ operation: update, before: unmarked, after: domain("[secret]") }), [
      undefined,
    ]);
    assert.deepEqual(
      marking({ operation: update, before: marked, after: marked, provider: "lab", former: {} }),
      ["lab"],
    );
    for (const others of [
      { operation: "same", after: marked },
      { operation: update, before: marked, after: marked },
      { operation: update, before: marked, after: domain(false) },
      { operation: "create", after: unmarked },
      { operation: "delete", before: marked },
    ] as const)
      assert.deepEqual(marking(others), []);
  });

  it("is the endpoint that a cutover makes or removes, with all that it needs", () => {
    const properties = { sipAddress: ADDRESS, poolFqdn: "p9.contoso.com" };
    for (const [type, parts] of [
      ["CutoverEndpoint", { operation: "create", after: properties }],
      ["CutoverEndpointRemoval", { operation: "create", after: properties }],
    ] as const)
      assert.deepEqual(
        keys(step("e", { type: `pulumi-nodejs:dynamic/persistentchat:${type}`, ...parts })),
        ["contoso.com", "p9.contoso.com", ADDRESS],
        type,
      );
  });

  it("does not have a key that is secret or not known, and says of which resource", () => {
    const after = { sipAddress: "[secret]", poolFqdn: "p.04da6b54-80e4-46f7-96ec-b56ff0331ba9" };
    assert.deepEqual(watchedBy(previewOf(step("e", { operation: "create", kind: "endpoint", after }))), {
      records: [],
      marking: [],
      unknown: [urnOf("e")],
      shown: [],
    });
  });
});

describe("what moved since a plan", () => {
  const stored = (poolFqdn: string, revision: string, incarnation = "i"): Stored<"endpoint"> => ({
    kind: "endpoint",
    key: ADDRESS,
    record: { sipAddress: ADDRESS, poolFqdn },
    revision,
    incarnation,
  });
  const change = (
    action: Change["action"],
    to: Stored | undefined,
    revision: string,
    operator: string,
  ): Change => ({
    sequence: Number(revision),
    at: `2026-01-0${revision}T00:00:00.000Z`,
    action,
    by: operator === "own" ? { operator: "ci@runner", managedBy: "chat/prod/e" } : { operator },
    ...(to && { to: to.record }),
    revision,
    incarnation: "i",
  });
  const saved = savedRecord({ kind: "endpoint", key: ADDRESS }, stored("a.x", "1"));
  const history = [
    change("create", stored("a.x", "1"), "1", "own"),
    change("update", stored("b.x", "2"), "2", "anna@admin01"),
  ];
  const sentence = (...args: Parameters<typeof movedSince>) => {
    const moved = movedSince(...args);
    return moved && movedSentence(moved, "chat/prod");
  };

  it("is nothing while revision and incarnation are the same, also where one side knows a claim", () => {
    assert.equal(movedSince(saved, stored("a.x", "1"), []), undefined);
    assert.equal(movedSince(saved, stored("a.x", "1", "i.claim"), []), undefined);
    assert.equal(movedSince({ ...saved, incarnation: "i.claim" }, stored("a.x", "1"), []), undefined);
    assert.equal(movedSince({ kind: "endpoint", key: ADDRESS }, undefined, history), undefined);
  });

  it("is a change that nobody made, where the fields differ in the same write", () => {
    assert.equal(
      sentence(saved, stored("b.x", "1"), history),
      `legacy endpoint '${ADDRESS}' was changed; the registry does not tell by whom (poolFqdn: a.x -> b.x)`,
    );
  });

  it("names what, who and when", () => {
    assert.equal(
      sentence(saved, stored("b.x", "2"), history),
      `legacy endpoint '${ADDRESS}' was changed by hand by anna@admin01 at 2026-01-02T00:00:00.000Z (poolFqdn: a.x -> b.x)`,
    );
    assert.equal(
      sentence({ ...saved, revision: "2", provider: "lab" }, stored("a.x", "3"), [
        ...history,
        change("update", stored("a.x", "3"), "3", "own"),
      ]),
      `legacy endpoint '${ADDRESS}' in the registry of 'lab' was changed by this stack, 'chat/prod/e', ci@runner, at 2026-01-03T00:00:00.000Z (poolFqdn: b.x -> a.x)`,
    );
    assert.match(
      sentence(saved, undefined, [...history, change("remove", undefined, "3", "bob@x")]) ?? "",
      / was removed by hand by bob@x at 2026-01-03/,
    );
    assert.match(
      sentence({ kind: "endpoint", key: ADDRESS }, stored("a.x", "1"), history.slice(0, 1)) ?? "",
      / was made by this stack,/,
    );
    // Made anew, with the first revision again.
    const anew = { ...change("create", stored("b.x", "1"), "1", "anna@admin01"), incarnation: "j" };
    assert.equal(
      sentence(saved, stored("b.x", "1", "j"), [...history, anew]),
      `legacy endpoint '${ADDRESS}' was taken over or made anew by hand by anna@admin01 at 2026-01-01T00:00:00.000Z (poolFqdn: a.x -> b.x)`,
    );
  });

  it("blames nobody for what the history does not have", () => {
    for (const [live, past] of [
      [stored("c.x", "9"), history],
      [stored("c.x", "9"), []],
      [undefined, history],
    ] as const)
      assert.match(sentence(saved, live, past) ?? "", /; the registry does not tell by whom/);
  });

  it("is a domain that was made the default by somebody", () => {
    const record = { domain: "other.com", isDefault: true } as const;
    const live = { kind: "sip-domain", key: "other.com", record, revision: "2", incarnation: "i" } as const;
    const made = {
      sequence: 2,
      at: "2026-01-02T00:00:00.000Z",
      action: "update",
      by: { operator: "bob@x", managedBy: "team2/prod/x" },
      from: { ...record, isDefault: false },
      to: record,
      revision: "2",
      incarnation: "i",
    } as const;
    assert.equal(
      movedSentence(movedDefault({ domain: "contoso.com" }, live, [made]), "chat/prod"),
      "SIP domain 'other.com' was made the default by 'team2/prod/x', bob@x, at 2026-01-02T00:00:00.000Z (default: contoso.com -> other.com)",
    );
    assert.equal(
      movedSentence(movedDefault({ provider: "lab" }, live, []), "chat/prod"),
      "SIP domain 'other.com' in the registry of 'lab' was made the default; the registry does not tell by whom (default: nothing -> other.com)",
    );
  });

  it("is told of what the stack last saw too, in all that it manages and shows", () => {
    const before = {
      sipAddress: ADDRESS,
      poolFqdn: "a.x",
      displayName: "[secret]",
      managedBy: "chat/prod/e",
    };
    const planned = step("e", {
      operation: "update",
      kind: "endpoint",
      before,
      outputs: { incarnation: "i" },
    });
    const of = (live: Stored | undefined) => movedSinceState(planned, ADDRESS, live, history);
    assert.equal(of(stored("a.x", "7")), undefined);
    assert.deepEqual(
      [of(stored("b.x", "2"))?.fields, of(stored("b.x", "2"))?.by],
      [[{ path: "poolFqdn", from: "a.x", to: "b.x" }], { operator: "anna@admin01" }],
    );
    assert.equal(of(stored("c.x", "7"))?.by, undefined);
    assert.deepEqual([of(stored("a.x", "1", "j"))?.what, of(undefined)?.what], ["replaced", "removed"]);
    const toLab = { ...planned, provider: "lab", former: { provider: "old" } };
    assert.equal(movedSinceState(toLab, ADDRESS, undefined, history)?.provider, "old");
  });
});

it("a side file is read as it was written, and nothing else is", () => {
  const file = {
    plan: "0".repeat(64),
    project: "chat",
    stack: "prod",
    made: "2026-01-01T00:00:00.000Z",
    registries: [{ location: "sqlite:registry.db" }, { provider: "lab", location: "sqlite:lab.db" }],
    records: [
      { kind: "pool" as const, key: "p.x" },
      {
        provider: "lab",
        kind: "endpoint" as const,
        key: ADDRESS,
        revision: "1",
        incarnation: "i",
        digest: "0".repeat(64),
      },
    ],
    defaults: [{ domain: "contoso.com" }, { provider: "lab" }],
  };
  assert.deepEqual(readSideFile(sideFileText(file)), file);
  for (const text of [
    "",
    "null",
    sideFileText(file).replace('"form": 2', '"form": 1'),
    sideFileText(file).replace("pool", "cool"),
  ])
    assert.throws(() => readSideFile(text), /^Error: it is not what/);
});
