import assert from "node:assert/strict";
import { isAbsolute, join } from "node:path";
import fc from "fast-check";
import { isRegistryError } from "../../provider/registry/errors";
import { DEFAULT_REGISTRY, parseRegistrySettings } from "../../provider/registry/settings";

const FOLDER = "/projects/chat";

function refusal(text: string): string {
  try {
    parseRegistrySettings(text, FOLDER);
  } catch (error) {
    assert.ok(isRegistryError(error, "invalid"), String(error));
    return error.message;
  }
  return assert.fail(`'${text}' was accepted`);
}

describe("parseRegistrySettings", () => {
  it("reads the default as a file of the project", () => {
    assert.deepEqual(parseRegistrySettings(DEFAULT_REGISTRY, FOLDER), {
      backend: "sqlite",
      path: join(FOLDER, ".persistentchat/registry.db"),
    });
  });

  it("counts a relative path from the project's folder, and leaves an absolute one alone", () => {
    for (const [text, path] of [
      ["sqlite:a.db", `${FOLDER}/a.db`],
      ["sqlite:./a.db", `${FOLDER}/a.db`],
      ["sqlite:../a.db", "/projects/a.db"],
      ["sqlite:/var/lib/a.db", "/var/lib/a.db"],
      ["sqlite:with space#?%20&.db", `${FOLDER}/with space#?%20&.db`],
      ["sqlite::memory:", `${FOLDER}/:memory:`],
    ] as const)
      assert.deepEqual(parseRegistrySettings(text, FOLDER), { backend: "sqlite", path });
  });

  it("gives an absolute path for every path", () => {
    const path = fc.string({ minLength: 1, unit: "grapheme" }).filter((text) => !text.includes("\0"));
    fc.assert(
      fc.property(path, (text) => {
        const settings = parseRegistrySettings(`sqlite:${text}`, FOLDER);
        assert.ok(settings.backend === "sqlite" && isAbsolute(settings.path));
      }),
    );
  });

  it("refuses every other form with one code, and never repeats the value", () => {
    const other = fc.oneof(
      fc.string(),
      fc.constantFrom("sqlite:", "sqlite:a\0b", "SQLITE:a", "mysql://u:pw@h/d", " sqlite:a"),
    );
    fc.assert(
      fc.property(
        other.filter((text) => !/^sqlite:[^\0]+$/.test(text)),
        (text) => {
          const message = refusal(text);
          assert.equal(message, refusal("another secret"));
        },
      ),
    );
  });
});
