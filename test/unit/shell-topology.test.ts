import assert from "node:assert/strict";
import fc from "fast-check";
import { poolShapes } from "../../provider/backends/shell/estate/topology-shapes";
import { howToChange, howToDefine } from "../../provider/backends/shell/pools/topology-builder";
import type { PoolRecord } from "../../provider/registry/records";
import { CONTOSO } from "../../provider/simulator/contoso";
import { topologyXml } from "../../provider/simulator/topology-xml";
import { worldSchema } from "../../provider/simulator/world";

describe("the shapes of pools in the topology document", () => {
  it("are told by its clusters, with any prefix and in any case", () => {
    const xml = `<?xml version="1.0"?><t:Topology xmlns:t="urn:x"><!-- <Cluster Fqdn="no.contoso.com"/> -->
      <t:Cluster RequiresReplication="true" Fqdn="PC1.contoso.com" IsSingleMachineOnly="True"><t:Machine Fqdn="a.b"/></t:Cluster>
      <t:Cluster Fqdn="pc2.contoso.com" IsSingleMachineOnly="false"/><t:Cluster Fqdn="pc3.contoso.com"/><t:Cluster/>
      <Note><![CDATA[<Cluster Fqdn="no.contoso.com"/>]]></Note></t:Topology>`;
    assert.deepEqual(Object.fromEntries(poolShapes(xml)), {
      "pc1.contoso.com": "single",
      "pc2.contoso.com": "multiple",
      "pc3.contoso.com": "multiple",
    });
  });

  it("are those of the simulated topology", () => {
    const world = worldSchema.parse(CONTOSO);
    const shapes = poolShapes(topologyXml(world));
    assert.deepEqual(
      [...shapes],
      world.pools.map(({ fqdn, shape }) => [fqdn, shape]),
    );
  });

  it("are not guessed from a text that is no document", () => {
    for (const text of ["", "x", "<a>", "<a></b>", "<a/><b/>", "<a b=c/>"])
      assert.throws(() => poolShapes(text), Error, text);
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        assert.throws(() => poolShapes(`<a>${text}`));
      }),
    );
  });
});

const POOL: PoolRecord = {
  poolFqdn: "pc.contoso.com",
  shape: "multiple",
  displayName: "Chat",
  servers: ["a.contoso.com", "b.contoso.com"],
  activeServers: ["a.contoso.com"],
  nextHopPool: "fe.contoso.com",
  port: 5041,
  settings: { defaultChatHistory: 30, maxFileSizeKB: 20000, participantUpdateLimit: 75 },
  poolState: "Normal",
};

describe("what is to be done in Topology Builder", () => {
  it("is nothing where a pool is as it is said, or nothing is said that only it can do", () => {
    assert.equal(howToChange(POOL, POOL), undefined);
    assert.equal(howToChange(POOL, {}), undefined);
    assert.equal(howToChange(POOL, { activeServers: [], settings: { maxFileSizeKB: 1 } }), undefined);
  });

  it("is told for every field at once, with what is and what is wanted, but no free text", () => {
    const wanted = {
      shape: "single",
      servers: ["b.contoso.com", "c.contoso.com", "d.contoso.com"],
      nextHopPool: "fe2.contoso.com",
      port: 5042,
      displayName: "a secret",
    } as const;
    const cure = howToChange(POOL, { ...wanted, servers: [...wanted.servers] }) ?? "";
    for (const words of [
      "another FQDN as a single-computer pool",
      "add the servers 'c.contoso.com' and 'd.contoso.com'",
      "remove the server 'a.contoso.com'",
      "next hop (nextHopPool) to 'fe2.contoso.com' (it is 'fe.contoso.com')",
      "port to 5042 (it is 5041)",
      "display name",
    ])
      assert.ok(cure.includes(words), `${words}: ${cure}`);
    assert.ok(!cure.includes("a secret"));
  });

  it("is told for a pool that is not there", () => {
    const cure = howToDefine({ ...POOL, displayName: "a secret" });
    for (const words of [
      "multiple-computer pool 'pc.contoso.com'",
      "the servers 'a.contoso.com'",
      "port 5041",
      "'fe.contoso.com'",
    ])
      assert.ok(cure.includes(words), `${words}: ${cure}`);
    assert.ok(!cure.includes("a secret"));
    assert.match(howToDefine({ poolFqdn: "x.y", shape: "single" }), /single-computer pool 'x\.y', publish/);
  });
});
