import { ANNA, type Bench, failsWith, leavesAlone, POOL } from "../bench";

/** What a registry says of that which it declares not to have. */
export function lackCases(bench: Bench): void {
  const { capabilities } = bench;

  if (!capabilities.history)
    it("has no history to tell", async () => {
      await bench.furnish();
      await failsWith(bench.registry.history("pool", POOL), "unsupported");
    });

  if (!capabilities.transferable)
    it("is neither copied nor filled", async () => {
      await bench.furnish();
      await bench.registry.create("endpoint", { sipAddress: "sip:a@contoso.com", poolFqdn: POOL }, ANNA);
      await leavesAlone(bench.registry, async () => {
        await failsWith(bench.registry.contents(), "unsupported");
        await failsWith(bench.registry.fill({ records: [], history: [] }), "unsupported");
      });
    });
}
