import type { RegistryCapabilities, TopologyRegistry } from "../../registry/registry";
import type { ShellRegistrySettings } from "../../registry/shell-settings";
import type { BackendOptions } from "../backend";
import { Calls } from "./calls";
import { ContactChanges } from "./contact-changes";
import { EndpointKeeper } from "./endpoint-keeper";
import { Estate } from "./estate";
import { Journal } from "./journal";
import { ManagedSipDomains } from "./managed-sip-domains";
import { ObservedSipDomains } from "./observed-sip-domains";
import { PoolChanges } from "./pool-changes";
import { PoolKeeper } from "./pool-keeper";
import { Propagation } from "./propagation";
import { ShellSession } from "./session";
import { ShellRegistry } from "./shell-registry";
import { SipUserKeeper } from "./sip-user-keeper";

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
  const journal = new Journal(settings.journal);
  const parts = { calls, estate, journal, newIncarnation, now };
  const changes = new ContactChanges(calls, estate, replicationTimeout);
  const propagation = new Propagation(calls, estate, replicationTimeout);
  const keepers = {
    "sip-domain": settings.manageSipDomains ? new ManagedSipDomains(parts) : new ObservedSipDomains(estate),
    pool: new PoolKeeper(estate, new PoolChanges(calls, estate)),
    endpoint: new EndpointKeeper({ ...parts, changes, propagation, replicationTimeout }),
    "sip-user": new SipUserKeeper(estate),
  };
  return new ShellRegistry(capabilities, keepers, parts);
}
