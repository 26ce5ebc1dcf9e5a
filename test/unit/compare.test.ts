import assert from "node:assert/strict";
import fc from "fast-check";
import { isAlike } from "../../provider/review/compare/comparison";
import { DomainMap, MapError, readDomainRules } from "../../provider/review/compare/domain-map";
import { declaredIn, type Item, recordedAs } from "../../provider/review/compare/environment";
import { markdownSection } from "../../provider/review/compare/page";
import type { StateResource } from "../../provider/review/state";
import { compared, item } from "../support/compared-items";

const mapOf = (...rules: string[]) => new DomainMap(readDomainRules(rules));

describe("a map of domains", () => {
  const map = mapOf("contoso.com=contoso.test", "eu.Contoso.com.=europe.test", "fabrikam.com=fabrikam.test");

  for (const [name, mapped] of [
    ["contoso.com", "contoso.test"],
    ["pc.contoso.com", "pc.contoso.test"],
    ["PC.Contoso.COM", "pc.contoso.test"],
    ["eu.contoso.com", "europe.test"],
    ["pc.eu.contoso.com", "pc.europe.test"],
    ["noteu.contoso.com", "noteu.contoso.test"],
    ["mycontoso.com", "mycontoso.com"],
    ["contoso.com.net", "contoso.com.net"],
  ] as const)
    it(`has ${mapped} for ${name}`, () => assert.equal(map.name(name), mapped));

  it("maps an address by its domain, and a URL by its host", () => {
    assert.equal(map.address("sip:contoso.com@EU.contoso.com"), "sip:contoso.com@europe.test");
    assert.equal(
      map.url("HTTPS://user@Rooms.Contoso.com:8443/contoso.com?x=contoso.com"),
      "https://user@rooms.contoso.test:8443/contoso.com?x=contoso.com",
    );
    assert.equal(map.url("https://rooms.contoso.com"), "https://rooms.contoso.test");
    assert.equal(map.url("no address of contoso.com"), "no address of contoso.com");
  });

  for (const rules of [
    ["contoso.com"],
    ["contoso.com="],
    ["contoso.com=localhost"],
    ["a.com=b.com=c.com"],
    ["a.com=x.test", "A.com=y.test"],
    ["a.com=x.test", "b.com=x.test"],
  ])
    it(`is not made of ${rules.join(" and ")}`, () => assert.throws(() => readDomainRules(rules), MapError));
});

describe("two environments", () => {
  it("are alike where names, in lists and URLs too, are those that stand for them", () => {
    const url = "settings.roomManagementUrl";
    const left = item("pool", "pc.contoso.com", {
      servers: ["b.contoso.com", "a.contoso.com"],
      nextHopPool: "fe.contoso.com",
      [url]: "https://rooms.contoso.com/x",
      displayName: "contoso.com",
    });
    const right = item("pool", "pc.contoso.test", {
      servers: ["a.contoso.test", "b.contoso.test"],
      nextHopPool: "fe.contoso.test",
      [url]: "https://Rooms.contoso.test/x",
      displayName: "contoso.com",
    });
    const found = compared([left], [right], "contoso.com=contoso.test");
    assert.deepEqual([isAlike(found), found.same], [true, 1]);
    assert.equal(isAlike(compared([left], [right])), false);
  });

  it("differ where one sets what the other leaves out", () => {
    const found = compared([item("pool", "p.x", { port: 5041 })], [item("pool", "p.x")]);
    assert.deepEqual(
      found.different.map(({ fields }) => fields),
      [[{ path: "port", left: 5041 }]],
    );
    assert.deepEqual([found.same, isAlike(found)], [0, false]);
  });

  it("are not told apart by what is secret on both sides, and are by what is on one", () => {
    const secret = { displayName: "[secret]" };
    const both = compared([item("pool", "p.x", secret)], [item("pool", "p.x", secret)]);
    assert.deepEqual([isAlike(both), both.incomparable.map(({ paths }) => paths)], [true, [["displayName"]]]);
    for (const other of [{}, { displayName: "x" }])
      assert.equal(isAlike(compared([item("pool", "p.x", secret)], [item("pool", "p.x", other)])), false);
  });

  it("are matched by what they are, not by what programs call it, and within one provider", () => {
    const found = compared(
      [item("pool", "p.x", {}, { name: "a" })],
      [item("pool", "p.x", {}, { name: "b" })],
    );
    assert.deepEqual([isAlike(found), found.renamed.length], [true, 1]);
    assert.equal(
      isAlike(compared([item("pool", "p.x", {}, { provider: "lab" })], [item("pool", "p.x")])),
      false,
    );
  });

  it("are refused where the map makes one thing of two", () => {
    const left = [item("sip-domain", "contoso.com"), item("sip-domain", "contoso.test")];
    assert.throws(
      () => compared(left, [], "contoso.com=contoso.test"),
      /'contoso\.com' and 'contoso\.test' one/,
    );
  });

  it("are what a state declares and a registry records, without what is nobody's choice", () => {
    const encrypted = {
      "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
      ciphertext: "v1:x",
    };
    const base = { urn: "u", type: "t", external: false, isCondemned: false, outputs: {} };
    const pool: StateResource = {
      ...base,
      name: "p",
      kind: "pool",
      id: "p.x",
      inputs: {
        poolFqdn: "p.x",
        managedBy: "chat/prod/p",
        adopt: "match",
        displayName: encrypted,
        servers: ["a.x", encrypted],
        settings: { roomManagementUrl: encrypted, maxFileSizeKB: 1 },
      },
    };
    const others = [
      { ...pool, external: true },
      { ...pool, isCondemned: true },
      { ...base, name: "x", inputs: {} },
    ];
    const [declared, ...rest] = declaredIn({ resources: [pool, ...others], pending: [] });
    assert.deepEqual(rest, []);
    assert.deepEqual(Object.fromEntries(declared?.fields ?? []), {
      displayName: "[secret]",
      servers: "[secret]",
      "settings.roomManagementUrl": "[secret]",
      "settings.maxFileSizeKB": 1,
    });
    const stored = { revision: "1", incarnation: "i", managedBy: "a/b/c" };
    const record = (sipAddress: `sip:${string}@${string}`) =>
      recordedAs({ kind: "endpoint", key: sipAddress, record: { sipAddress, poolFqdn: "p.x" }, ...stored });
    assert.deepEqual([...(record("sip:a@x.y")?.fields ?? [])], [["poolFqdn", "p.x"]]);
    assert.equal(record("sip:gc-1-PersistentChatService-2@x.y"), undefined);
  });

  it("are found alike with their own copy, and exactly what was edited in it is found", () => {
    const domain = fc.constantFrom("contoso.com", "eu.contoso.com", "fabrikam.com");
    const label = fc.stringMatching(/^[a-z][a-z0-9]{0,7}$/);
    const name = fc.tuple(label, domain).map((labels) => labels.join("."));
    const pool = fc.record({
      key: name,
      fields: fc.record(
        {
          port: fc.integer({ min: 1, max: 65535 }),
          servers: fc.uniqueArray(name, { maxLength: 8 }),
          nextHopPool: name,
          "settings.roomManagementUrl": name.map((host) => `https://${host}/rooms`),
          displayName: fc.string({ unit: "binary", minLength: 1 }),
        },
        { requiredKeys: ["port"] },
      ),
    });
    const pools = fc.uniqueArray(pool, { selector: ({ key }) => key, minLength: 3, maxLength: 20 });
    const rules = ["contoso.com=contoso.test", "eu.contoso.com=europe.test", "fabrikam.com=fabrikam.test"];
    const renamed = (text: string) =>
      text.replace(
        /\b(?:eu\.contoso|contoso|fabrikam)\.com$/,
        (found) => rules.find((rule) => rule.startsWith(`${found}=`))?.split("=")[1] ?? "",
      );
    const copyOf = (left: Item): Item => {
      const fields = new Map(left.fields);
      for (const [path, value] of fields) {
        if (path === "servers") fields.set(path, (value as string[]).map(renamed).reverse());
        if (path === "nextHopPool") fields.set(path, renamed(value as string));
        if (path.endsWith("Url"))
          fields.set(path, `https://${renamed((value as string).slice(8, -6))}/rooms`);
      }
      return { ...left, key: renamed(left.key), fields };
    };
    const edits = fc.tuple(fc.nat(), fc.nat(), fc.boolean());
    fc.assert(
      fc.property(pools, edits, (made, [first, second, isLeft]) => {
        const left = made.map(({ key, fields }) => item("pool", key, fields));
        const copy = left.map(copyOf);
        const whole = compared(left, copy.toReversed(), ...rules);
        assert.deepEqual([isAlike(whole), whole.same], [true, left.length]);

        const [gone, edited] = [first % left.length, second % left.length];
        const changed = copy.map((one, index) =>
          index === edited ? { ...one, fields: new Map(one.fields).set("port", 0) } : one,
        );
        const right = isLeft ? changed : changed.filter((_, index) => index !== gone);
        const rest = isLeft ? left.filter((_, index) => index !== gone) : left;
        const found = compared(rest, right, ...rules);
        assert.deepEqual(
          [found.onlyLeft, found.onlyRight].map((items) => items.map(({ key }) => key)),
          isLeft ? [[], [copy[gone]?.key]] : [[left[gone]?.key], []],
        );
        const port = left[edited]?.fields.get("port");
        assert.deepEqual(
          found.different.map((pair) => [pair.left.key, pair.right.key, pair.fields]),
          gone === edited
            ? []
            : [[left[edited]?.key, copy[edited]?.key, [{ path: "port", left: port, right: 0 }]]],
        );
        assert.equal(found.same, left.length - (gone === edited ? 1 : 2));
      }),
    );
  });
});

it("a comparison as Markdown has a row for each difference, whatever the values hold", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const found = compared(
        [item("pool", "p.x", { displayName: text })],
        [item("pool", "p.x"), item("pool", "q.x")],
      );
      const lines = markdownSection("As declared", found, "a|b", "b").split("\n");
      assert.deepEqual(lines.slice(0, 3), [
        "### As declared",
        "",
        "0 only in `a|b`, 1 only in `b`, 1 with other values, 0 alike",
      ]);
      assert.equal(lines.length, 8);
      for (const line of lines.slice(4)) assert.equal(line.replace(/\\\|/g, "").split("|").length, 6, line);
    }),
  );
});
