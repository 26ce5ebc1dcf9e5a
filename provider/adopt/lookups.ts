import type { Stored } from "../registry/registry";
import { type SipAddress, sipDomainOf } from "../registry/sip-address";
import type { Adopter } from "./choice";
import { namesOf } from "./names";

/** A SIP domain of somebody else that a program looks up. */
export interface Lookup {
  name: string;
  domain: string;
}

/**
 * The SIP domains that a program must look up once it declares what is adopted, too: where it has any SIP domain, it must have
 * that of each of its endpoints. `adopted` have got their names.
 */
export function lookupsOf(
  records: readonly Stored[],
  adopted: readonly { stored: Stored; name: string }[],
  { state }: Pick<Adopter, "state">,
): Lookup[] {
  const own = state.resources.filter(({ provider }) => provider === undefined);
  const all = [...own, ...adopted.map(({ stored: { kind, key: id } }) => ({ kind, id, external: false }))];
  // What a program looks up counts as declared.
  const declared = new Set(all.flatMap(({ kind, id }) => (kind === "sip-domain" && id ? id : [])));
  if (adopted.length === 0 || declared.size === 0) return [];
  const needed = new Set(
    all.flatMap(({ kind, id, external }) =>
      kind === "endpoint" && id && !external ? sipDomainOf(id as SipAddress) : [],
    ),
  );
  const domains = records.filter(
    ({ kind, key }) => kind === "sip-domain" && needed.has(key) && !declared.has(key),
  );
  const names = namesOf(
    domains.map(({ kind, key }) => ({ kind, key })),
    [...state.resources, ...adopted].map(({ name }) => name),
  );
  return domains.map(({ key: domain }, place) => ({ name: names[place] ?? "", domain }));
}
