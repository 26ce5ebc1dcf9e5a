import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { PassThrough } from "node:stream";
import sinon from "sinon";
import { Shutdown } from "../../provider/lifecycle/shutdown";
import { MemoryRegistry } from "../support/memory-registry";

const actor = { managedBy: "chat/dev/contoso", operator: "anna@admin01" };
const GONE = {
  name: "RegistryError",
  code: "unavailable",
  message: "cannot write to the registry: the engine that asked for it is gone; run 'pulumi up' again",
};

/** An input that the test ends, with the descriptor of something else. */
function inputOn(fd: number) {
  return Object.assign(new PassThrough(), { fd }) as unknown as NodeJS.ReadStream & {
    fd: number;
  } & PassThrough;
}

describe("shutdown", () => {
  let registry: MemoryRegistry;
  let pipe: number;
  let stopPipe: () => void;

  before(() => {
    // A child's standard input is the nearest real pipe.
    const child = spawn(process.execPath, ["-e", "process.stdin.resume()"], {
      stdio: ["pipe", "ignore", "ignore"],
    });
    pipe = (child.stdin as unknown as { _handle: { fd: number } })._handle.fd;
    assert.ok(pipe > 0);
    stopPipe = () => child.stdin.end();
  });
  after(() => stopPipe());
  beforeEach(async () => {
    registry = new MemoryRegistry();
    await registry.create("sip-domain", { domain: "contoso.com" }, actor);
  });

  async function ended(input: PassThrough): Promise<void> {
    input.end();
    await new Promise((resolve) => input.once("end", resolve));
  }

  it("is told of the end of a pipe, once", async () => {
    const onEnd = sinon.spy();
    const input = inputOn(pipe);
    new Shutdown().watch(input, onEnd);
    input.write("the engine never writes, and nothing waits for it");
    assert.equal(onEnd.callCount, 0);
    input.end();
    await new Promise((resolve) => input.once("close", resolve));
    assert.equal(onEnd.callCount, 1);
  });

  it("takes a broken input for one that ended", () => {
    const onEnd = sinon.spy();
    const input = inputOn(pipe);
    new Shutdown().watch(input, onEnd);
    input.emit("error", new Error("EIO"));
    assert.equal(onEnd.callCount, 1);
  });

  it("makes nothing of the end of an input that no engine holds", async () => {
    const onEnd = sinon.spy();
    const fd = openSync("/dev/null", "r");
    try {
      const input = inputOn(fd);
      new Shutdown().watch(input, onEnd);
      input.resume();
      await ended(input);
      assert.equal(onEnd.callCount, 0);
    } finally {
      closeSync(fd);
    }
  });

  it("guards a registry without changing what it does, while the engine lives", async () => {
    const guarded = new Shutdown().guard(registry);
    assert.equal(guarded.capabilities, registry.capabilities);
    await guarded.create("pool", { poolFqdn: "pc.contoso.com", shape: "single" }, actor);
    const address = "sip:ocschat@contoso.com";
    const made = await guarded.create("endpoint", { sipAddress: address, poolFqdn: "pc.contoso.com" }, actor);
    const updated = await guarded.update("endpoint", address, { displayName: "Chat" }, made.revision, actor);
    const claimed = await guarded.claim("endpoint", address, updated.revision, actor, "known");
    assert.equal(claimed.incarnation, "known");
    assert.deepEqual(await guarded.get("endpoint", address), claimed);
    assert.equal((await guarded.resolve(address))?.displayName, "Chat");
    assert.equal((await guarded.history("endpoint", address)).length, 3);
    await guarded.create("sip-domain", { domain: "fabrikam.com" }, actor, "known too");
    assert.equal((await guarded.get("sip-domain", "fabrikam.com"))?.incarnation, "known too");
    const keys = [];
    for await (const { key } of guarded.list("endpoint")) keys.push(key);
    assert.deepEqual(keys, [address]);
    assert.equal(await guarded.remove("endpoint", address, claimed, actor), true);
    await guarded.close();
    await assert.rejects(registry.get("endpoint", address), { code: "unavailable" });
  });

  describe("once the engine is gone", () => {
    it("begins no write, and still reads", async () => {
      const shutdown = new Shutdown();
      const input = inputOn(pipe);
      shutdown.watch(input, () => {});
      const guarded = shutdown.guard(registry);
      await ended(input);
      await assert.rejects(guarded.create("sip-domain", { domain: "fabrikam.com" }, actor), GONE);
      await assert.rejects(
        guarded.update("sip-domain", "contoso.com", { isDefault: true }, "1", actor),
        GONE,
      );
      await assert.rejects(guarded.claim("sip-domain", "contoso.com", "1", actor), GONE);
      await assert.rejects(guarded.remove("sip-domain", "contoso.com", { incarnation: "x" }, actor), GONE);
      assert.equal((await guarded.get("sip-domain", "contoso.com"))?.revision, "1");
      assert.equal((await registry.history("sip-domain", "contoso.com")).length, 1);
    });

    it("begins no write that was asked for in the very moment of the end", async () => {
      const shutdown = new Shutdown();
      const input = inputOn(pipe);
      shutdown.watch(input, () => {});
      const write = shutdown.guard(registry).create("sip-domain", { domain: "fabrikam.com" }, actor);
      input.end();
      await assert.rejects(write, GONE);
      assert.equal(await registry.get("sip-domain", "fabrikam.com"), undefined);
    });
  });
});
