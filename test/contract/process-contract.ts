import assert from "node:assert/strict";
import { openRegistry } from "../../provider/backends/index";
import type { RegistryCapabilities, TopologyRegistry } from "../../provider/registry/registry";
import type { RegistrySettings } from "../../provider/registry/settings";
import { endProcesses, RegistryProcess } from "../support/registry-process";
import { processDeathCases } from "./cases/process-deaths";
import { processRaceCases } from "./cases/process-races";
import { Maker } from "./maker";
import type { Elsewhere } from "./subject";

/** A backend of which several processes can open one store. */
export interface ProcessSubject {
  capabilities: RegistryCapabilities;
  newPlace(): Promise<Place>;
  size?: Partial<Size>;
}

/** Where a store of its own for one case will be. */
export interface Place extends Partial<Elsewhere> {
  settings: RegistrySettings;
  dispose(): Promise<void>;
}

/** How much is done: less where a process takes long to start, and a write long to be done. */
export interface Size {
  /** Processes that at once are the first to use a store. */
  firstUsers: number;
  racers: number;
  rounds: number;
  /** After how many acknowledged writes a process is killed. */
  acknowledged: readonly number[];
}

/** What a case works with. */
export interface ProcessBench {
  readonly capabilities: RegistryCapabilities;
  readonly size: Size;
  readonly place: Place;
  /** In the process of the test. */
  readonly registry: TopologyRegistry;
  /** Other processes, each with a registry of its own. */
  start(count: number): Promise<RegistryProcess[]>;
  /** One SIP domain and two pools. */
  furnish(): Promise<void>;
}

const FULL_SIZE: Size = { firstUsers: 10, racers: 16, rounds: 100, acknowledged: [1, 7, 30] };

/** What holds besides where several processes open one store. */
export function processContract(name: string, { capabilities, newPlace, size }: ProcessSubject): void {
  describe(`${name} between processes`, function () {
    this.timeout(60_000);
    let open: { place: Place; registry: TopologyRegistry } | undefined;
    const opened = () => {
      assert.ok(open);
      return open;
    };
    beforeEach(async () => {
      const place = await newPlace();
      open = { place, registry: openRegistry(place.settings, { readAge: 0 }) };
    });
    afterEach(async () => {
      await endProcesses();
      await opened().registry.close();
      await opened().place.dispose();
    });
    const bench: ProcessBench = {
      capabilities,
      size: { ...FULL_SIZE, ...size },
      get place() {
        return opened().place;
      },
      get registry() {
        return opened().registry;
      },
      start: (count) => {
        const { settings } = opened().place;
        return Promise.all(Array.from({ length: count }, () => RegistryProcess.start({ settings })));
      },
      furnish: () => new Maker(opened().registry, opened().place).furnish(),
    };
    processRaceCases(bench);
    processDeathCases(bench);
  });
}
