import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseRegistrySettings } from "../../provider/registry/settings";
import type { WorldInput } from "../../provider/simulator/world";
import { WorldFile } from "../../provider/simulator/world-file";
import { provide, withdraw } from "../support/world-edits";
import type { Place } from "./process-contract";
import type { Subject } from "./subject";

const FOREST = "DC=default,DC=example";
const CONTROLLERS = ["dc01.default.example", "dc02.default.example"];

/** A company without Persistent Chat, but for an endpoint that is the product's own: it shows that the directory can be read. */
const EMPTY: WorldInput = {
  sipDomains: [{ domain: "default.example", isDefault: true }],
  sites: ["Headquarters"],
  pools: [],
  configurations: [{ identity: "Global" }],
  directory: {
    contactContainer: `CN=Application Contacts,CN=RTC Service,CN=Services,CN=Configuration,${FOREST}`,
    shellDomainController: "dc01.default.example",
    domainControllers: CONTROLLERS.map((fqdn, index) => ({ fqdn, globalCatalog: index === 0 })),
    replicationCycleInterval: "00:00:00",
  },
  // An account, and no SIP user: a directory without any cannot be.
  users: [
    {
      dn: `CN=Administrator,CN=Users,${FOREST}`,
      guid: "00000000-0000-4000-8000-000000000500",
      samAccountName: "administrator",
      userPrincipalName: "administrator@default.example",
      displayName: "Administrator",
    },
  ],
  contacts: [
    {
      dn: `CN={00000000-0000-4000-8000-000000000000},CN=Application Contacts,CN=RTC Service,CN=Services,CN=Configuration,${FOREST}`,
      sipAddress: "sip:GC-1-PersistentChatService-1@default.example",
      pool: "removed.default.example",
      automatic: true,
    },
  ],
};

/** What is in every such store: there is a default SIP domain at any time. */
export const SHELL_INITIAL: NonNullable<Subject["initial"]> = [
  { kind: "sip-domain", key: "default.example" },
];

/** A world of its own, in which an administrator does what no cmdlet does. `more` are further parameters of the setting. */
export async function newShellPlace(more: Readonly<Record<string, string>> = {}): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), "registry-shell-"));
  const world = new WorldFile(join(folder, "world.json"));
  world.create(EMPTY);
  const parameters = new URLSearchParams({
    simulate: join(folder, "world.json"),
    journal: join(folder, "journal.db"),
    domainControllers: CONTROLLERS.join(),
    // Nothing lags here: what is not seen by then is not there.
    replicationTimeout: "5",
    ...more,
  });
  return {
    settings: parseRegistrySettings(`shell:?${parameters}`, folder),
    provide: async (kind, record) => world.change((now) => provide(now, kind, record)),
    withdraw: async (kind, key) => world.change((now) => withdraw(now, kind, key)),
    // A shell whose registry was killed may still be writing.
    dispose: () => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }),
  };
}
