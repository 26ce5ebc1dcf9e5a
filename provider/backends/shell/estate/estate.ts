import { RegistryError } from "../../../registry/errors";
import type { SipDomainRecord } from "../../../registry/records";
import type { Calls } from "../calls";
import { type EndpointList, listEndpoints } from "./endpoint-list";
import { listPools, listServices, type ObservedPool } from "./pool-list";
import { CREDENTIALS, parsed, replicatorResult, type Service, sipDomainResult } from "./results";
import { type ReadAge, SharedRead } from "./shared-read";
import { SipUsers } from "./sip-users";
import { UserAccounts } from "./user-accounts";
import { UserSearch } from "./user-search";

/** The domain controller that reads name; undefined stands for whichever answers. */
type Controller = string | undefined;

/**
 * What there is, read as a whole for all who ask at about the same time, until a write. Endpoints are read from the domain controller to which
 * the shell's host is bound, since that one takes the writes. Every method fails with `unavailable`.
 */
export class Estate {
  readonly users: SipUsers;
  readonly accounts: UserAccounts;
  readonly #services: SharedRead<Service[]>;
  readonly #pools: SharedRead<ObservedPool[]>;
  readonly #domains: SharedRead<SipDomainRecord[]>;
  /** The contacts that lead to no pool, and did so also when they were looked at once more. */
  readonly #strays = new Set<string>();
  readonly #endpoints = new Map<Controller, SharedRead<EndpointList>>();

  constructor(
    private readonly calls: Calls,
    /** Those that are asked too before something counts as absent. */
    private readonly others: readonly string[],
    private readonly age: ReadAge,
  ) {
    const search = new UserSearch(calls, () => this.bound());
    this.users = new SipUsers(search);
    this.accounts = new UserAccounts(search);
    this.#services = new SharedRead((onBegin) => listServices(calls, onBegin), age);
    this.#pools = new SharedRead(async (onBegin) => {
      onBegin(); // what the services say may be older already than who asks from now on
      return listPools(calls, await this.#services.known());
    }, age);
    this.#domains = new SharedRead((onBegin) => listDomains(calls, onBegin), age);
  }

  /** The domain controller that takes writes: another one, perhaps, after the shell was started again. */
  bound(): Promise<Controller> {
    return this.calls.boundController();
  }

  /** Every domain controller that must see a change: the bound one first. */
  async controllers(): Promise<Controller[]> {
    const bound = await this.bound();
    return [bound, ...this.others.filter((name) => name !== bound)];
  }

  /** The SIP domains, sorted. */
  domains(how: "known" | "fresh" = "known"): Promise<SipDomainRecord[]> {
    return this.#domains[how]();
  }

  pools(): Promise<ObservedPool[]> {
    return this.#pools.known();
  }

  /** The FQDNs of all Persistent Chat pools. */
  async poolNames(how: "known" | "fresh" = "known"): Promise<string[]> {
    return (await this.#services[how]()).map(({ PoolFqdn }) => PoolFqdn);
  }

  /** The endpoints, as a domain controller has them. */
  async endpoints(controller: Controller, how: "known" | "fresh" = "known"): Promise<EndpointList> {
    const read =
      this.#endpoints.get(controller) ??
      new SharedRead((onBegin) => this.#list(controller, onBegin), this.age);
    this.#endpoints.set(controller, read);
    return read[how]();
  }

  /** The endpoints as they are; nothing of a domain controller that cannot be read just now. */
  async endpointsIfReadable(controller: Controller): Promise<EndpointList | undefined> {
    try {
      return await this.endpoints(controller, "fresh");
    } catch (error) {
      if (error instanceof RegistryError && error.code === "unavailable") return undefined;
      throw error;
    }
  }

  /** Milliseconds from one run of the User Replicator, by which the Front Ends learn of users and contacts, to the next. */
  async replicationCycle(): Promise<number> {
    const cmdlet = "Get-CsUserReplicatorConfiguration";
    const doing = "tell how often the Front Ends read the directory";
    const found = parsed(doing, cmdlet, replicatorResult, await this.calls.list(doing, cmdlet, {}));
    if (found.length > 0)
      return Math.max(...found.map(({ ReplicationCycleInterval }) => ReplicationCycleInterval));
    throw new RegistryError("unavailable", `cannot ${doing}: '${cmdlet}' gives nothing; ${CREDENTIALS}`);
  }

  forgetEndpoints(): void {
    for (const read of this.#endpoints.values()) read.forget();
  }

  forgetTopology(): void {
    this.#pools.forget();
    this.#services.forget();
  }

  forgetDomains(): void {
    this.#domains.forget();
  }

  async #list(controller: Controller, onBegin: () => void): Promise<EndpointList> {
    const pools = (again: boolean) => this.poolNames(again ? "fresh" : "known");
    const list = await listEndpoints(this.calls, controller, pools, this.#strays, onBegin);
    if (list.isBare && !(await this.users.areSeen()))
      throw new RegistryError(
        "unavailable",
        `cannot list the legacy endpoints: the directory shows neither endpoints nor users, and that cannot be; ${CREDENTIALS}`,
      );
    return list;
  }
}

async function listDomains(calls: Calls, onBegin: () => void): Promise<SipDomainRecord[]> {
  const doing = "list the SIP domains";
  const objects = await calls.list(doing, "Get-CsSipDomain", {}, onBegin);
  const domains = parsed(doing, "Get-CsSipDomain", sipDomainResult, objects);
  if (domains.length === 0)
    throw new RegistryError(
      "unavailable",
      `cannot ${doing}: there are none, and that cannot be; ${CREDENTIALS}`,
    );
  return domains
    .map(({ Identity, IsDefault }) => ({ domain: Identity, isDefault: IsDefault }))
    .sort((one, other) => (one.domain < other.domain ? -1 : 1));
}
