import assert from "node:assert/strict";
import { KIND_LABELS } from "../../../provider/registry/records";
import type { SipAddress } from "../../../provider/registry/sip-address";
import { RegistryProcess } from "../../support/registry-process";
import { ADDRESS, ANNA, contentsOf, DOMAIN, POOL } from "../bench";
import type { ProcessBench } from "../process-contract";

/** Processes that are killed while they write. */
export function processDeathCases(bench: ProcessBench): void {
  const { capabilities, size } = bench;

  // For its entry in the history, a write looks at the clock: once it has begun, and before it is done.
  if (capabilities.history)
    for (const { kind, key, record, look } of [
      {
        kind: "endpoint",
        key: ADDRESS,
        record: { sipAddress: ADDRESS, poolFqdn: POOL },
        look: 1,
      },
      // The old default domain is written at the first look, and the new one at the second.
      {
        kind: "sip-domain",
        key: "fabrikam.com",
        record: { domain: "fabrikam.com", isDefault: true },
        look: 2,
      },
    ] as const)
      it(`has nothing of a ${KIND_LABELS[kind]} whose maker was killed in the middle of it`, async () => {
        const { registry, place } = bench;
        await bench.furnish();
        const before = await contentsOf(registry);
        const writer = await RegistryProcess.start({ settings: place.settings, freezeAt: look });
        void writer.call("create", kind, record, ANNA);
        await writer.frozen();

        assert.deepEqual(await contentsOf(registry), before);

        await writer.kill();
        assert.deepEqual(await contentsOf(registry), before);
        assert.deepEqual(await registry.history(kind, key), []);
        assert.deepEqual((await registry.create(kind, record, ANNA)).record, record);
      });

  for (const acknowledged of size.acknowledged)
    it(`has all that was acknowledged when a process is killed after ${acknowledged} of its writes`, async () => {
      const { registry, place } = bench;
      await bench.furnish();
      const writer = await RegistryProcess.start({ settings: place.settings });
      const endpoint = (name: string) =>
        ({ sipAddress: `sip:${name}@${DOMAIN}` as SipAddress, poolFqdn: POOL }) as const;
      const known = new Set<string>();
      const enough = new Promise<void>((resolve) => {
        for (let index = 0; index < 200; index += 1) {
          const record = endpoint(`n${index}`);
          void writer.call("create", "endpoint", record, ANNA).then(() => {
            known.add(record.sipAddress);
            if (known.size === acknowledged) resolve();
          });
        }
      });
      await enough;
      await writer.kill();
      const { all, past } = await contentsOf(registry);
      const there = new Set(all.map(({ key }) => key));
      for (const key of known) assert.ok(there.has(key), `${key} was acknowledged and is lost`);
      if (capabilities.history)
        assert.deepEqual(
          past.map((entry) => entry.to),
          all.map((stored) => stored.record),
        );
      await registry.create("endpoint", endpoint("last"), ANNA);
    });
}
