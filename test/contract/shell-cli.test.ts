import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Result, resultOf } from "../support/result";
import { CLI, WorldPlace } from "../support/simulated-shell";

const ADDRESS = "sip:ocschat@contoso.test";

describe("persistentchat on a management shell", function () {
  this.timeout(60_000);
  let place: WorldPlace;
  beforeEach(() => {
    place = new WorldPlace();
    place.fill({
      contacts: [
        {
          dn: "CN={00000000-0000-4000-8000-000000000001},CN=Application Contacts",
          sipAddress: ADDRESS,
          pool: "pcpool.contoso.test",
        },
      ],
    });
  });
  afterEach(() => place.dispose());

  const setting = "shell:?simulate=world.json&callTimeout=5";
  const tool = (...args: string[]): Promise<Result> =>
    resultOf(
      spawn(process.execPath, [CLI, ...args], { cwd: place.folder, stdio: ["ignore", "pipe", "pipe"] }),
    );
  const on = (...args: string[]) => tool(...args, "--registry", setting);

  it("tells where an address leads, and who holds another one", async () => {
    assert.match((await on("resolve", ADDRESS)).stdout, /pcpool\.contoso\.test/);
    assert.match((await on("resolve", "sip:anna@contoso.test")).stdout, /Anna/);
    assert.equal((await on("resolve", "sip:nobody@contoso.test")).code, 1);
    const { stdout } = await on("resolutions", "--json");
    assert.deepEqual(
      (JSON.parse(stdout) as { sipAddress: string; poolFqdn: string }[]).map(({ sipAddress, poolFqdn }) => [
        sipAddress,
        poolFqdn,
      ]),
      [[ADDRESS, "pcpool.contoso.test"]],
    );
  });

  it("lists every kind, without the automatic endpoints", async () => {
    const { code, stdout } = await on("list", "--json");
    const keys = (JSON.parse(stdout) as { kind: string; key: string }[]).map(
      ({ kind, key }) => `${kind} ${key}`,
    );
    assert.deepEqual(
      [code, keys],
      [
        0,
        [
          "sip-domain contoso.test",
          "sip-domain fabrikam.test",
          "pool pcpool.contoso.test",
          "pool pcpool.fabrikam.test",
          `endpoint ${ADDRESS}`,
          "sip-user sip:anna@contoso.test",
          "sip-user sip:ocschat@old.contoso.test",
        ],
      ],
    );
  });

  it("adds no user, and says what does", async () => {
    const { code, output } = await on("user", "add", "sip:new@contoso.test");
    assert.equal(code, 3, output);
    assert.match(output, /cannot create SIP user .* only looked at here.*\[unsupported\]\n$/);
  });

  it("has no history and no copy of it, and says so", async () => {
    for (const args of [
      ["history", "endpoint", ADDRESS, "--registry", setting],
      ["copy", "--from", setting, "--to", "sqlite:copy.db"],
      ["copy", "--from", "sqlite:none.db", "--to", setting],
    ]) {
      const { code, output } = await tool(...args);
      assert.equal(code, 3, output);
      assert.match(output, /\[(unsupported|unavailable)\]\n$/);
    }
  });

  it("needs nothing to be made before it is used", async () => {
    const { code, output } = await on("migrate");
    assert.equal(code, 0, output);
  });

  it("is examined by the doctor, with an exit code for programs", async () => {
    const healthy = await on("doctor", "--json");
    assert.equal(healthy.code, 0, healthy.output);
    assert.equal((JSON.parse(healthy.stdout) as { usable: boolean }).usable, true);
    const { shell } = place.read();
    place.fill({ shell: { ...shell, missingCmdlets: ["Remove-CsPersistentChatEndpoint"] } });
    const missing = await on("doctor", "--self-test", "--bundle", "bundle.json");
    assert.equal(missing.code, 1, missing.output);
    assert.match(missing.output, /Remove-CsPersistentChatEndpoint/);
    assert.ok(!readFileSync(join(place.folder, "bundle.json"), "utf8").includes("contoso"));
    place.fill({ faults: [{ kind: "empty", cmdlet: "*", occurrence: "every" }] });
    const blind = await on("doctor");
    assert.equal(blind.code, 3, blind.output);
    assert.match(blind.output, /network credentials/);
    const none = await tool("doctor", "--registry", "shell:no-such-program-here");
    assert.equal(none.code, 3, none.output);
    assert.match(none.output, /there is no such program/);
    const other = await tool("doctor", "--registry", "sqlite:a.db");
    assert.equal(other.code, 2, other.output);
  });
});
