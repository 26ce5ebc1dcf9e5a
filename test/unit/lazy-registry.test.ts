import assert from "node:assert/strict";
import sinon from "sinon";
import { ALL_MANAGED } from "../../provider/backends/backend";
import { LazyRegistry } from "../../provider/backends/lazy-registry";
import { isRegistryError, RegistryError } from "../../provider/registry/errors";
import type { TopologyRegistry } from "../../provider/registry/registry";
import { MemoryRegistry } from "../support/memory-registry";

describe("LazyRegistry", () => {
  const lazy = (open: () => Promise<TopologyRegistry>) =>
    new LazyRegistry({ location: "somewhere", capabilities: ALL_MANAGED, open });

  it("opens at the first call, and not before", async () => {
    const open = sinon.spy(async () => new MemoryRegistry());
    const registry = lazy(open);
    assert.equal(registry.capabilities, ALL_MANAGED);
    sinon.assert.notCalled(open);
    await registry.get("pool", "a.example");
    sinon.assert.calledOnce(open);
  });

  it("opens once for all the first calls, those that list among them", async () => {
    const open = sinon.spy(async () => new MemoryRegistry());
    const registry = lazy(open);
    const lists = registry.list("pool")[Symbol.asyncIterator]();
    await Promise.all([registry.get("pool", "a.example"), lists.next(), registry.resolve("sip:a@b.example")]);
    sinon.assert.calledOnce(open);
  });

  it("tells every waiting call of a failed open, and tries again at the next one", async () => {
    const failure = new RegistryError("unavailable", "cannot open");
    const open = sinon.stub<[], Promise<TopologyRegistry>>();
    open.onFirstCall().rejects(failure).onSecondCall().resolves(new MemoryRegistry());
    const registry = lazy(open);
    const calls = [registry.get("pool", "a.example"), registry.get("pool", "b.example")];
    for (const outcome of await Promise.allSettled(calls))
      assert.equal(outcome.status === "rejected" && outcome.reason, failure);
    assert.equal(await registry.get("pool", "a.example"), undefined);
    sinon.assert.calledTwice(open);
  });

  it("closes what is being opened, once", async () => {
    const inner = new MemoryRegistry();
    const close = sinon.spy(inner, "close");
    const registry = lazy(async () => inner);
    const call = registry.get("pool", "a.example").catch(() => undefined);
    await Promise.all([registry.close(), registry.close(), call]);
    sinon.assert.calledOnce(close);
  });

  it("opens nothing in order to close it, nor after it was closed", async () => {
    const open = sinon.spy(async () => new MemoryRegistry());
    const registry = lazy(open);
    await registry.close();
    await assert.rejects(registry.get("pool", "a.example"), (error) => {
      assert.ok(isRegistryError(error, "unavailable"));
      return error.message.includes("'somewhere'") && error.message.includes("closed");
    });
    sinon.assert.notCalled(open);
  });

  it("closes after an open that failed", async () => {
    const registry = lazy(() => Promise.reject(new Error("no")));
    const call = assert.rejects(registry.get("pool", "a.example"));
    await registry.close();
    await call;
  });
});
