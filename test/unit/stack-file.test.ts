import assert from "node:assert/strict";
import fc from "fast-check";
import { parse, stringify } from "yaml";
import { readStackFile } from "../../provider/cli/stacks/diff/stack-file";

const FILE = `encryptionsalt: v1:salt:of:stack
secretsprovider: awskms://alias/key
encryptedkey: AAEC
environment:
  - chat/prod
config:
  # What the engine takes a value for depends on how it is written.
  chat:octal: 0777
  chat:text: "5"
  chat:yes: yes
  chat:nothing: ~
  chat:empty:
  chat:big: 12345678901234567890
  chat:password:
    secure: v1:CANARY1
  chat:nested:
    list: [1, 0x1F, { secure: "v1:CANARY2" }]
    inner:
      - secure: v1:CANARY3
        note: a setting of this name is none
      - token:
          secure: v1:CANARY4
`;

const SETTINGS = ["chat:password", "chat:nested.list[2]", "chat:nested.inner[1].token"];

describe("a stack's file without its secrets", () => {
  const encrypted = new Map(SETTINGS.map((setting, index) => [setting, `v1:new${index}`]));

  it("names the secrets, and has other values in their place and all else as it was written", () => {
    const file = readStackFile(FILE);
    assert.deepEqual([...file.secrets], SETTINGS);
    assert.equal(file.hasEnvironment, true);
    const text = file.withSecrets("v1:other", encrypted);
    assert.doesNotMatch(text, /CANARY[124]|salt:of|awskms|AAEC|chat\/prod/);
    for (const line of FILE.split("\n").slice(6, 13)) assert.ok(text.includes(`${line}\n`), line);
    const written = parse(text) as { encryptionsalt: string; config: Record<string, unknown> };
    assert.equal(written.encryptionsalt, "v1:other");
    assert.deepEqual(written.config["chat:password"], { secure: "v1:new0" });
    assert.deepEqual(written.config["chat:nested"], {
      list: [1, 31, { secure: "v1:new1" }],
      inner: [
        { secure: "v1:CANARY3", note: "a setting of this name is none" },
        { token: { secure: "v1:new2" } },
      ],
    });
  });

  it("may be empty, and may be JSON, which it stays", () => {
    for (const empty of ["", "# nothing\n", "config:\n"])
      assert.equal(parse(readStackFile(empty).withSecrets("v1:s", new Map())).encryptionsalt, "v1:s");
    const json = readStackFile('{"config":{"chat:a":{"secure":"x"},"chat:b":true}}');
    assert.deepEqual(JSON.parse(json.withSecrets("v1:s", new Map([["chat:a", "y"]]))), {
      config: { "chat:a": { secure: "y" }, "chat:b": true },
      encryptionsalt: "v1:s",
    });
  });

  it("says what is wrong with it", () => {
    for (const wrong of ["config: [", "- a", "a: 1\na: 2"])
      assert.throws(() => readStackFile(wrong), { name: "Error", message: /^[^\n]+$/ });
  });

  it("keeps whatever is no secret", () => {
    const value = fc.jsonValue().filter((json) => !JSON.stringify(json).includes('"secure"'));
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), value), (settings) => {
        const config = Object.fromEntries(
          Object.entries(settings).map(([name, one]) => [`chat:${name}`, one]),
        );
        const text = readStackFile(stringify({ config })).withSecrets("v1:s", new Map());
        assert.deepEqual((parse(text) as { config: unknown }).config, parse(stringify({ config })).config);
      }),
    );
  });
});
