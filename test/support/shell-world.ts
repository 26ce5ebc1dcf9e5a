import { openRegistry } from "../../provider/backends/index";
import type { TopologyRegistry } from "../../provider/registry/registry";
import { parseRegistrySettings } from "../../provider/registry/settings";
import { domainControllers, seenFrom } from "../../provider/simulator/views";
import type { Contact, WorldInput } from "../../provider/simulator/world";
import { WorldFile } from "../../provider/simulator/world-file";
import { WorldPlace } from "./simulated-shell";

/** Milliseconds by which an answer of a simulated shell may be late: short, since so many here never come. */
const GRACE = 300;

/** A world of its own for each case, and registries behind its management shells. */
export interface ShellWorld {
  readonly place: WorldPlace;
  /** What the registries told the user. */
  readonly lines: string[];
  /** Another registry on the same world and with the same journal, closed after the case. */
  open(parameters?: string): TopologyRegistry;
  /** Changes the file of the world while no simulator does. */
  edit(change: Partial<WorldInput>): void;
  /** The contacts that somebody made, as a domain controller sees them. */
  contacts(controller?: string): Contact[];
}

export function useShellWorld(): ShellWorld {
  let place: WorldPlace;
  let handles: TopologyRegistry[] = [];
  let lines: string[] = [];
  beforeEach(() => {
    place = new WorldPlace();
    place.fill();
    handles = [];
    lines = [];
  });
  afterEach(async () => {
    await Promise.all(handles.map((handle) => handle.close()));
    await place.dispose();
  });
  return {
    get place() {
      return place;
    },
    get lines() {
      return lines;
    },
    open(parameters = "callTimeout=1&replicationTimeout=3") {
      const settings = parseRegistrySettings(`shell:?simulate=${place.path}&${parameters}`, place.folder);
      const handle = openRegistry(Object.assign(settings, { grace: GRACE }), {
        log: (line) => lines.push(line),
      });
      handles.push(handle);
      return handle;
    },
    edit(change) {
      new WorldFile(place.path).change((world) => Object.assign(world, change));
    },
    contacts(controller) {
      const world = new WorldFile(place.path).read();
      const views = domainControllers(world);
      const view = views.find(({ name }) => name === controller) ?? views[0];
      if (!view) return [];
      return seenFrom(view, world, Date.now()).contacts.filter(({ automatic }) => !automatic);
    },
  };
}
