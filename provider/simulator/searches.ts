import type { Parameter } from "./binding";
import type { Call } from "./cmdlet";
import { ShellError } from "./error-record";
import { type Attributes, LdapFilterError, matches, parseLdapFilter } from "./ldap-filter";
import type { Contact, PersistentChatPool, User, World } from "./world";

/** What every cmdlet takes that lists objects of the directory. */
export const SEARCH_PARAMETERS = {
  Identity: { type: "text" },
  LdapFilter: { type: "text" },
  ResultSize: { type: "integer", range: [0, 2147483647] },
  DomainController: { type: "fqdn" },
} as const satisfies Record<string, Parameter>;

/** Those of the product's search parameters that nobody should build a program on, or that need another account. */
export const UNTRIED_SEARCHES = ["Filter", "OU", "Credential", "AssignedAddressBookPolicy"];

export function sameText(one: string | null | undefined, other: string | null | undefined): boolean {
  return one?.toLowerCase() === other?.toLowerCase();
}

/** Whether an object bears an identity: one of its exact names, or a display name, in which `*` stands for any text. */
export function bears(identity: string, names: readonly string[], displayName: string | null): boolean {
  if (names.some((name) => sameText(name, identity))) return true;
  const pattern = identity.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return displayName !== null && new RegExp(`^${pattern.join(".*")}$`, "is").test(displayName);
}

/** The objects that `LdapFilter` and `ResultSize` leave of a list. Fails with `ShellError`. */
export function filtered<T>(call: Call, objects: readonly T[], attributesOf: (object: T) => Attributes): T[] {
  const text = call.given.text("LdapFilter");
  const size = call.given.number("ResultSize");
  const found = text === undefined ? [...objects] : withFilter(call, text, objects, attributesOf);
  return size === undefined ? found : found.slice(0, size);
}

function withFilter<T>(
  { world }: Call,
  text: string,
  objects: readonly T[],
  attributesOf: (object: T) => Attributes,
): T[] {
  try {
    const filter = parseLdapFilter(text, world.knobs.ldapFilterBrackets);
    return objects.filter((object) => matches(filter, attributesOf(object)));
  } catch (error) {
    if (error instanceof LdapFilterError) throw new ShellError("badFilter", error.message);
    throw error;
  }
}

export function persistentChatPools({ pools }: World): PersistentChatPool[] {
  return pools.filter((pool): pool is PersistentChatPool => pool.persistentChat !== undefined);
}

/** Who holds an address in what somebody sees, other than the object itself. */
export function holderOf(
  address: string,
  { users, contacts }: { users: readonly User[]; contacts: readonly Contact[] },
  except?: string,
): User | Contact | undefined {
  return [...users, ...contacts].find(({ dn, sipAddress }) => dn !== except && sameText(sipAddress, address));
}

/** Refuses an address that somebody holds, as far as the knob lets the product notice. Fails with `ShellError`. */
export function refuseHeld(
  call: Call,
  knob: "duplicateEndpoint" | "duplicateUserAddress",
  address: string,
  except?: string,
): void {
  const answer = call.world.knobs[knob];
  if (answer === "accepted") return;
  const seen = answer === "refused-by-global-catalog" ? call.globalCatalog : call.directory;
  const holder = holderOf(address, seen, except);
  if (holder) throw new ShellError("addressHeld", address, holder.dn);
}
