import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UsageError } from "../../provider/cli/command";
import { addUser, describedUser } from "../../provider/cli/user-add";
import { isRegistryError } from "../../provider/registry/errors";
import { MemoryRegistry, MemoryStore } from "../support/memory-registry";
import { ObservingRegistry } from "../support/observing-registry";

const sipAddress = "sip:ocschat@contoso.com";
const BY = { operator: "anna@admin01" };
const ATTRIBUTES = { title: "Größe", Enabled: true, extension: 7, manager: null, proxies: ["a"] };

describe("user add", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "user-add-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const written = (text: string) => {
    writeFileSync(join(folder, "attributes.json"), text);
    return describedUser({ sipAddress, attributes: "attributes.json" }, folder);
  };

  it("reads attributes from a file, also behind a byte order mark", () => {
    for (const mark of ["", "\ufeff"])
      assert.deepEqual(written(mark + JSON.stringify(ATTRIBUTES)), { sipAddress, attributes: ATTRIBUTES });
    assert.deepEqual(describedUser({ sipAddress, displayName: "" }, folder), { sipAddress, displayName: "" });
  });

  for (const [text, reason] of [
    ["title: secret", /attributes\.json' is not JSON in UTF-8$/],
    ['["secret"]', /attributes\.json' is not an object of texts[^']*$/],
    ['{"a": "x", "b": {"c": "secret"}}', /'b' is none of these$/],
    ['{"list": ["secret", 1]}', /'list' is none of these$/],
  ] as const)
    it(`refuses ${text}, and repeats no value`, () =>
      assert.throws(
        () => written(text),
        (error) =>
          error instanceof UsageError && reason.test(error.message) && !error.message.includes("secret"),
      ));

  it("describes a user whom nobody manages", async () => {
    const registry = new MemoryRegistry();
    await registry.create("sip-domain", { domain: "contoso.com" }, BY);
    const user = { sipAddress, displayName: "Group Chat", attributes: ATTRIBUTES } as const;
    const { json, text } = await addUser(user, registry, BY);
    assert.equal(text, `added SIP user '${sipAddress}'`);
    const stored = await registry.get("sip-user", sipAddress);
    assert.deepEqual(json, stored);
    assert.deepEqual([stored?.record, stored?.managedBy], [user, undefined]);
    assert.deepEqual((await registry.history("sip-user", sipAddress))[0]?.by, BY);
  });

  it("is refused where users are only looked at", () =>
    assert.rejects(addUser({ sipAddress }, new ObservingRegistry(new MemoryStore()), BY), (error) =>
      isRegistryError(error, "unsupported"),
    ));
});
