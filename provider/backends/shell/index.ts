import type { RegistryCapabilities, TopologyRegistry } from "../../registry/registry";
import type { ShellRegistrySettings } from "../../registry/shell-settings";
import type { BackendOptions } from "../backend";
import { Calls } from "./calls";
import { CutoverKeeper } from "./cutovers/cutover-keeper";
import { CutoverTable } from "./cutovers/cutover-table";
import { ContactChanges } from "./endpoints/contact-changes";
import { EndpointKeeper } from "./endpoints/endpoint-keeper";
import { Propagation } from "./endpoints/propagation";
import { Estate } from "./estate/estate";
import { Journal } from "./journal";
import { JournalFile } from "./journal-file";
import { PoolChanges } from "./pools/pool-changes";
import { PoolKeeper } from "./pools/pool-keeper";
import { ShellSession } from "./session/session";
import { ShellRegistry } from "./shell-registry";
import { ManagedSipDomains } from "./sip/managed-sip-domains";
import { ObservedSipDomains } from "./sip/observed-sip-domains";
import { SipUserKeeper } from "./sip/sip-user-keeper";
import { UserHandover } from "./sip/user-handover";

/** The registry behind a management shell, which is started by the first call. */
export function openShell(
  settings: ShellRegistrySettings,
  capabilities: RegistryCapabilities,
  options: BackendOptions,
): TopologyRegistry {
  const now = () => options.clock().getTime();
  const { log, newIncarnation, readAge } = options;
  const { replicationTimeout } = settings;
  const calls = new Calls(new ShellSession(settings), { ...settings, now, log });
  const estate = new Estate(calls, settings.domainControllers, { readAge, now });
  const file = new JournalFile(settings.journal);
  const journal = new Journal(file);
  const parts = { calls, estate, journal, newIncarnation, now };
  const changes = new ContactChanges(calls, estate, replicationTimeout);
  const propagation = new Propagation(calls, estate, replicationTimeout);
  const keepers = {
    "sip-domain": settings.manageSipDomains ? new ManagedSipDomains(parts) : new ObservedSipDomains(estate),
    pool: new PoolKeeper(estate, new PoolChanges(calls, estate)),
    endpoint: new EndpointKeeper({ ...parts, changes, propagation, replicationTimeout }),
    "sip-user": new SipUserKeeper(estate),
    cutover: new CutoverKeeper(new CutoverTable(file), newIncarnation),
  };
  const users = new UserHandover({ ...parts, replicationTimeout });
  return new ShellRegistry(capabilities, keepers, { calls, estate, file, users });
}
