import assert from "node:assert/strict";
import { isRegistryError } from "../../../provider/registry/errors";
import { KIND_LABELS } from "../../../provider/registry/records";
import { ADDRESS, ANNA, BERT, type Bench, collect, POOL, present, serversOf } from "../bench";
import { keyIn, type Sample } from "./samples";

/** Several callers who do one thing to one record, on one handle and on others. */
export function raceCases(bench: Bench, sample: Sample): void {
  const { kind } = sample;
  const key = keyIn(sample, "lobby");
  const create = (registry = bench.registry) => registry.create(kind, sample.named("lobby"), ANNA);

  beforeEach(() => bench.furnish());

  it("lets one of many creates win", async () => {
    const codes = await codesOf(handles(bench).map(create));
    assert.deepEqual(codes.sort(), ["already-exists", "already-exists", "already-exists", "done"]);
    if (bench.capabilities.history) assert.equal((await bench.registry.history(kind, key)).length, 1);
  });

  it("lets one of many updates of one revision win", async () => {
    const { revision } = await create();
    const codes = await codesOf(
      handles(bench).map((registry, index) =>
        registry.update(kind, key, sample.change(index), revision, ANNA),
      ),
    );
    assert.deepEqual(codes.sort(), ["conflict", "conflict", "conflict", "done"]);
  });

  // Where the owner is a hint, a claim is no write that the others would see.
  if (bench.capabilities.ownership)
    it("lets one of many claims of one revision win", async () => {
      const { revision } = await create();
      const codes = await codesOf(
        handles(bench).map((registry) => registry.claim(kind, key, revision, BERT)),
      );
      assert.deepEqual(codes.sort(), ["conflict", "conflict", "conflict", "done"]);
    });

  it("removes the record for one of many callers", async () => {
    const stored = await create();
    const removed = await Promise.all(
      handles(bench).map((registry) => registry.remove(kind, key, stored, ANNA)),
    );
    assert.deepEqual(removed.sort(), [false, false, false, true]);
  });
}

/** Several callers who do different things. */
export function concurrencyCases(bench: Bench): void {
  beforeEach(() => bench.furnish());

  if (bench.manages("sip-user"))
    it("gives an address to an endpoint or a SIP user when both ask at once", async () => {
      const other = bench.open();
      const codes = await codesOf([
        bench.registry.create("endpoint", { sipAddress: ADDRESS, poolFqdn: POOL }, ANNA),
        other.create("sip-user", { sipAddress: ADDRESS }, BERT),
      ]);
      assert.deepEqual(codes.sort(), ["done", "in-use"]);
    });

  for (const [kind, key, sipAddress] of [
    ["pool", POOL, ADDRESS],
    ["sip-domain", "fabrikam.com", "sip:ocschat@fabrikam.com"],
  ] as const)
    if (bench.manages(kind))
      it(`never makes an endpoint whose ${KIND_LABELS[kind]} is removed at the same time`, async () => {
        await bench.place("sip-domain", { domain: "fabrikam.com" });
        const stored = await present(bench.registry.get(kind, key));
        const other = bench.open();
        const codes = await codesOf([
          other.remove(kind, key, stored, BERT),
          bench.registry.create("endpoint", { sipAddress, poolFqdn: POOL }, ANNA),
        ]);
        assert.ok(["done,invalid", "in-use,done"].includes(codes.join()), codes.join());
        assert.equal((await bench.registry.resolve(sipAddress)) !== undefined, codes[1] === "done");
      });

  if (bench.manages("sip-domain"))
    it("keeps one default SIP domain when many ask for it at once", async () => {
      await Promise.all(
        handles(bench).map((registry, index) =>
          registry.create("sip-domain", { domain: `d${index}.example`, isDefault: true }, ANNA),
        ),
      );
      assert.equal((await bench.listed("sip-domain")).length, 5);
      const domains = await collect(bench.registry.list("sip-domain"));
      assert.equal(domains.filter((stored) => stored.record.isDefault).length, 1);
    });

  it("shows one handle what another one wrote", async () => {
    const other = bench.open();
    const { revision } = await present(other.get("pool", POOL));
    const activeServers = serversOf(POOL, 1);
    await bench.registry.update("pool", POOL, { activeServers }, revision, ANNA);
    assert.deepEqual((await present(other.get("pool", POOL))).record.activeServers, activeServers);
    await other.create("endpoint", { sipAddress: ADDRESS, poolFqdn: POOL }, BERT);
    const answer = await present(bench.registry.resolve(ADDRESS));
    assert.deepEqual(answer.kind === "endpoint" && answer.servers, activeServers);
  });
}

function handles(bench: Bench) {
  return [bench.registry, bench.open(), bench.registry, bench.open()];
}

async function codesOf(work: Promise<unknown>[]): Promise<string[]> {
  const outcomes = await Promise.allSettled(work);
  return outcomes.map((outcome) => {
    if (outcome.status === "fulfilled") return "done";
    assert.ok(isRegistryError(outcome.reason), String(outcome.reason));
    return outcome.reason.code;
  });
}
