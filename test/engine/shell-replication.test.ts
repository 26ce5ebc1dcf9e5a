import assert from "node:assert/strict";
import { CONTOSO } from "../../provider/simulator/contoso";
import { type ShellWorkspaceOptions, shellUrl, useShellWorkspaces } from "../support/shell-workspace";
import { BRANCH, DC1, DC2, HEADQUARTERS, NEW, REMOVE } from "../support/test-world";
import { figures } from "../support/workspace";

const ADDRESS = "sip:chat@contoso.test";
const HOUR = 3_600_000;

const endpoint = ([name, pool]: [string, string]) =>
  `new LegacyEndpoint("${name}", { sipAddress: "${name}@contoso.test", poolFqdn: "${pool}" });`;
const chat = (pool: string) => endpoint(["chat", pool]);
const REFRESH = ["refresh", "--yes", "--skip-preview", "--expect-no-changes"];

/** The directory of the sample, in which what one domain controller takes comes late to the other one. */
const lagging = (contactMs: number): ShellWorkspaceOptions["world"] => ({
  directory: {
    ...CONTOSO.directory,
    domainControllers: [
      { fqdn: DC1, globalCatalog: true, contactMs },
      { fqdn: DC2, contactMs },
    ],
    frontEnds: [],
  },
});

describe("a management shell among domain controllers that replicate late", function () {
  this.timeout(120_000);
  const newShellWorkspace = useShellWorkspaces();

  const newWorkspace = (contactMs: number, options: ShellWorkspaceOptions = {}) =>
    newShellWorkspace({ ...options, world: { ...lagging(contactMs), ...options.world } });

  // Side by side, as they wait most of the time.
  it("waits until the others know of a change, or says where it is missing when it has waited long enough", () =>
    Promise.all([awaited(), missed()]).then(() => undefined));

  async function awaited(): Promise<void> {
    const { workspace, world } = await newWorkspace(3_000, { parameters: { domainControllers: DC2 } });
    const stages: [contactMs: number, stage: Record<string, string>][] = [
      [3_000, { repointed: HEADQUARTERS, removed: HEADQUARTERS }],
      [800, { repointed: BRANCH }],
    ];
    for (const [contactMs, stage] of stages) {
      world.change(({ directory }) => {
        for (const controller of directory.domainControllers) controller.contactMs = contactMs;
      });
      workspace.program(Object.entries(stage).map(endpoint).join("\n"));
      const { output } = await workspace.up();
      const end = Date.now();
      const wanted = Object.entries(stage).map(([name, pool]) => `sip:${name}@contoso.test -> ${pool}`);
      assert.deepEqual(world.led(DC2, end), wanted.sort());
      assert.doesNotMatch(output, /waited/);
    }
  }

  async function missed(): Promise<void> {
    const parameters = { domainControllers: DC2, replicationTimeout: 1 };
    const { workspace, world } = await newWorkspace(HOUR, { parameters });
    workspace.program(chat(HEADQUARTERS));
    const { output } = await workspace.up();
    assert.ok(
      output.includes(
        `legacy endpoint '${ADDRESS}': waited 1 s until all domain controllers know of the change, and '${DC2}' does not show the new contact yet; 'repadmin /showrepl' there tells why`,
      ),
      output,
    );
    assert.deepEqual([world.led(DC1).length, world.led(DC2).length], [1, 0]);
  }

  it("drops nothing from state that a lagging one does not show, as long as it may know who does", () =>
    Promise.all([journalled(), named(), rotating()]).then(() => undefined));

  /** Our own write is an hour away from the one that is asked now; this machine remembers who took it. */
  async function journalled(): Promise<void> {
    const { workspace, world } = await newWorkspace(HOUR, { parameters: { replicationTimeout: 1 } });
    workspace.program(chat(HEADQUARTERS));
    await workspace.up();
    world.change(({ directory }) => {
      directory.shellDomainController = DC2;
    });
    assert.deepEqual(world.led(DC2), []);
    assert.deepEqual(figures(await workspace.ok(...REFRESH)), { unchanged: 2 });
    // Nor is a second one made where the first is not known yet.
    workspace.program(chat(BRANCH));
    const { output } = await workspace.upFails();
    assert.ok(
      output.includes(
        `cannot update legacy endpoint '${ADDRESS}': waited 1 s for it on '${DC2}', which takes the changes, and another domain controller alone has it; run again once it, or its removal, is replicated ('repadmin /showrepl' tells why it is not) [unavailable]`,
      ),
      output,
    );
    assert.equal(world.calls("write"), 1);
  }

  /** Another machine did it, and there is nothing to remember here. */
  async function named(): Promise<void> {
    const { workspace, world } = await newWorkspace(HOUR);
    workspace.program(chat(HEADQUARTERS));
    await workspace.up();
    world.change(({ directory }) => {
      directory.shellDomainController = DC2;
    });
    const parameters = { journal: "another.db", domainControllers: DC1 };
    await workspace.ok("config", "set", "persistentchat:registry", shellUrl(parameters));
    assert.deepEqual(figures(await workspace.ok(...REFRESH)), { unchanged: 2 });
    assert.equal(world.calls(NEW), 1);
  }

  async function rotating(): Promise<void> {
    const { workspace, world } = await newWorkspace(HOUR, {
      world: { knobs: { unpinnedReads: "one-after-the-other" } },
    });
    workspace.program(chat(HEADQUARTERS));
    await workspace.up();
    for (let time = 0; time < 2; time += 1)
      assert.deepEqual(figures(await workspace.ok(...REFRESH)), { unchanged: 2 });
    workspace.program(chat(BRANCH));
    assert.deepEqual(figures(await workspace.up()), { updated: 1, unchanged: 1 });
    assert.deepEqual([world.calls(NEW), world.led(DC1)], [2, [`${ADDRESS} -> ${BRANCH}`]]);
    assert.equal(world.calls(REMOVE), 2); // tried first
  }
});
