import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { start } from "../../provider/lifecycle/index";

describe("a lifecycle without a registry", () => {
  let folder: string;
  const VARIABLES = ["PERSISTENTCHAT_REGISTRY", "PERSISTENTCHAT_NO_REGISTRY"] as const;
  const saved = VARIABLES.map((name) => process.env[name]);

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "persistentchat-"));
    process.env.PERSISTENTCHAT_REGISTRY = `sqlite:${join(folder, "none.db")}`;
    process.env.PERSISTENTCHAT_NO_REGISTRY = "true";
  });
  after(() => {
    VARIABLES.forEach((name, index) => {
      const value = saved[index];
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    });
    rmSync(folder, { recursive: true });
  });

  const explicit: Record<string, string> = {
    "persistentchat:explicit": "true",
    "persistentchat:registry": "no registry, but a placeholder",
  };
  const methods = () => start({ get: (key) => explicit[key] });

  it("knows nothing that a program looks up, and no cutover", async () => {
    const props = { __kind: "pool", __lookup: true, poolFqdn: "pcpool.contoso.com" };
    assert.deepEqual(await methods().read("pcpool.contoso.com", props), {
      id: "pcpool.contoso.com",
      props: { ...props, progress: null },
    });
    const progress = (await methods().read("contoso", { __kind: "cutover-progress" })) as { props: object };
    assert.deepEqual(progress.props, { __kind: "cutover-progress", progress: null });
    assert.equal(existsSync(join(folder, "none.db")), false);
  });

  it("checks and compares as ever, and refuses to write", async () => {
    const inputs = { __kind: "sip-domain", domain: "Contoso.com", managedBy: "chat/test/contoso" };
    const { inputs: checked, failures } = await methods().check({}, inputs);
    assert.deepEqual(failures, []);
    assert.equal(checked.domain, "contoso.com");
    assert.deepEqual(await methods().diff("contoso.com", checked, checked), { changes: false });
    await assert.rejects(methods().create(checked), /PERSISTENTCHAT_NO_REGISTRY is set/);
    await assert.rejects(
      methods().update("contoso.com", checked, checked),
      /PERSISTENTCHAT_NO_REGISTRY is set/,
    );
    await assert.rejects(methods().delete("contoso.com", checked), /PERSISTENTCHAT_NO_REGISTRY is set/);
    assert.equal(existsSync(join(folder, "none.db")), false);
  });
});
