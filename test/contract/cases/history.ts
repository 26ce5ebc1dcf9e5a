import assert from "node:assert/strict";
import { ADDRESS, ANNA, BERT, type Bench, BY_HAND, DOMAIN, POOL, present } from "../bench";

/** What the registry remembers. */
export function historyCases(bench: Bench): void {
  const made = { domain: DOMAIN, isDefault: false };
  const changed = { domain: DOMAIN, isDefault: true };

  it("tells who did what to a record, from what to what, oldest first", async () => {
    const { registry } = bench;
    const first = await registry.create("sip-domain", made, ANNA);
    const second = await registry.update("sip-domain", DOMAIN, { isDefault: true }, first.revision, BY_HAND);
    const third = await registry.claim("sip-domain", DOMAIN, second.revision, BERT);
    await registry.remove("sip-domain", DOMAIN, third, BERT);
    const history = await registry.history("sip-domain", DOMAIN);
    const told = history.map(({ action, by, from, to }) => ({ action, by, from, to }));
    assert.deepEqual(told, [
      { action: "create", by: ANNA, from: undefined, to: made },
      { action: "update", by: BY_HAND, from: made, to: changed },
      { action: "claim", by: BERT, from: changed, to: changed },
      { action: "remove", by: BERT, from: changed, to: undefined },
    ]);
    const revisions = history.map((entry) => entry.revision);
    assert.deepEqual(revisions.slice(0, 3), [first.revision, second.revision, third.revision]);
    assert.equal(new Set(revisions).size, 4);
    assert.deepEqual(
      history.map((entry) => entry.incarnation),
      [first.incarnation, first.incarnation, third.incarnation, third.incarnation],
    );
  });

  it("leaves out what does not apply", async () => {
    const { registry } = bench;
    await registry.remove("sip-domain", DOMAIN, await registry.create("sip-domain", made, ANNA), BY_HAND);
    const [create, remove] = await registry.history("sip-domain", DOMAIN);
    assert.ok(create && remove);
    assert.ok(!("from" in create) && !("to" in remove));
    assert.deepEqual(remove.by, BY_HAND);
  });

  it("goes on with the history of a key that is used again", async () => {
    const { registry } = bench;
    for (const by of [ANNA, BERT])
      await registry.remove("sip-domain", DOMAIN, await registry.create("sip-domain", made, by), by);
    const told = (await registry.history("sip-domain", DOMAIN)).map(({ action, by }) => [action, by]);
    assert.deepEqual(told, [
      ["create", ANNA],
      ["remove", ANNA],
      ["create", BERT],
      ["remove", BERT],
    ]);
  });

  it("numbers the writes to all records in their order", async () => {
    const { registry } = bench;
    await bench.furnish();
    const { revision } = await present(registry.get("pool", POOL));
    await registry.create("endpoint", { sipAddress: ADDRESS, poolFqdn: POOL }, ANNA);
    await registry.update("pool", POOL, { port: 1 }, revision, ANNA);
    const sequences = [
      ...(await registry.history("sip-domain", DOMAIN)),
      ...(await registry.history("pool", POOL)).slice(0, 1),
      ...(await registry.history("endpoint", ADDRESS)),
      ...(await registry.history("pool", POOL)).slice(1),
    ].map((entry) => entry.sequence);
    assert.equal(sequences.length, 4);
    assert.deepEqual(
      sequences,
      [...new Set(sequences)].sort((a, b) => a - b),
    );
  });

  it("keeps the kinds apart that share an address", async () => {
    const { registry } = bench;
    await bench.furnish();
    const user = await registry.create("sip-user", { sipAddress: ADDRESS }, ANNA);
    await registry.remove("sip-user", ADDRESS, user, ANNA);
    await registry.create("endpoint", { sipAddress: ADDRESS, poolFqdn: POOL }, ANNA);
    const actions = async (kind: "endpoint" | "sip-user") =>
      (await registry.history(kind, ADDRESS)).map((entry) => entry.action);
    assert.deepEqual(await actions("sip-user"), ["create", "remove"]);
    assert.deepEqual(await actions("endpoint"), ["create"]);
  });

  it("tells that a domain lost the default mark, and to whose write", async () => {
    const { registry } = bench;
    await registry.create("sip-domain", changed, ANNA);
    await registry.create("sip-domain", { domain: "fabrikam.com", isDefault: true }, BERT);
    const left = await present(registry.get("sip-domain", DOMAIN));
    const entry = (await registry.history("sip-domain", DOMAIN)).at(-1);
    assert.ok(entry);
    const { sequence: _, at: __, ...rest } = entry;
    assert.deepEqual(rest, {
      action: "update",
      by: BERT,
      from: changed,
      to: made,
      revision: left.revision,
      incarnation: left.incarnation,
    });
  });

  it("says when, by the clock of the writer", async () => {
    const instants = ["2026-02-28T23:59:59.999Z", "2026-03-01T00:00:00.000Z"];
    let next = 0;
    const registry = bench.open({ clock: () => new Date(instants[next++] ?? Number.NaN) });
    await registry.remove("sip-domain", DOMAIN, await registry.create("sip-domain", made, ANNA), ANNA);
    const history = await bench.registry.history("sip-domain", DOMAIN);
    assert.deepEqual(
      history.map((entry) => entry.at),
      instants,
    );
  });

  it("is found whatever the case of the key", async () => {
    await bench.registry.create("sip-domain", made, ANNA);
    assert.equal((await bench.registry.history("sip-domain", "Contoso.COM")).length, 1);
  });
}
