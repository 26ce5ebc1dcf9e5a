import assert from "node:assert/strict";
import type { Look } from "../../provider/cli/stacks/known-stacks";
import { findingsIn, type Project } from "../../provider/cli/stacks/unmanaged/findings";
import type { RegistrySettings } from "../../provider/registry/settings";
import { readState } from "../../provider/review/state";
import { MemoryRegistry } from "../support/memory-registry";
import { BY_HAND } from "../support/topology";

const SETTINGS: RegistrySettings = { backend: "sqlite", path: "/nowhere/registry.db" };

/** What `pulumi stack export` prints of a stack with SIP domains. */
function exported(...domains: string[]): string {
  const type = "pulumi-nodejs:dynamic/persistentchat:SipDomain";
  const resources = domains.map((id) => ({ urn: `urn:pulumi:test::chat::${type}::${id}`, type, id }));
  return JSON.stringify({ deployment: { resources } });
}

/** A stack whose state was as `before`, and is as `after` from then on. */
function project(before: string[], after: string[]): Project {
  const look: Look = {
    stack: "test",
    fullName: "organization/chat/test",
    state: readState(exported(...before)),
    registries: new Map([[undefined, SETTINGS]]),
    unread: [],
  };
  const engine = { tell: async () => exported(...after) } as unknown as Project["engine"];
  return { name: "chat", engine, looks: [look] };
}

describe("what unmanaged finds in a registry", () => {
  const lostOf = async (first: string[], later: string[], after = first) => {
    const registry = new MemoryRegistry();
    for (const domain of later) await registry.create("sip-domain", { domain }, BY_HAND);
    const read = { settings: SETTINGS, registry, records: [] };
    return (await findingsIn(read, project(first, after))).lost.map(({ key }) => key);
  };

  it("is lost only where it is at a second look, since a run may have made it or removed it meanwhile", async () => {
    assert.deepEqual(await lostOf(["made.com", "lost.com"], ["made.com"]), ["lost.com"]);
    assert.deepEqual(await lostOf(["removed.com", "lost.com"], [], ["lost.com"]), ["lost.com"]);
    assert.deepEqual(await lostOf(["made.com"], ["made.com"], ["made.com", "next.com"]), []);
  });

  it("tells what no program can declare, as adopt does", async () => {
    const registry = new MemoryRegistry();
    const stray = await registry.create("sip-domain", { domain: "localhost" }, BY_HAND);
    const read = { provider: "lab", settings: SETTINGS, registry, records: [stray] };
    assert.deepEqual((await findingsIn(read, project([], []))).unmanaged, [
      {
        kind: "sip-domain",
        key: "localhost",
        reason:
          "nobody manages it; no program can declare it: domain: 'localhost' is not an FQDN: it has one label only, and a domain must follow",
        provider: "lab",
      },
    ]);
  });
});
