import type { UserAttributes } from "../../../registry/sip-users";
import type { AccountResult } from "./results";

/** What is told apart from the attributes. */
const APART = ["Guid", "DisplayName"];
/** Where the name is not that of the property with a small letter. */
const NAMES: Readonly<Record<string, string>> = {
  Identity: "dn",
  LineURI: "lineUri",
  SipAddress: "primaryUserAddress",
  WindowsEmailAddress: "mail",
};

/**
 * What the shell tells of an account and, where it is one, of the user; a property that an object does not have is left out. A
 * text or a list with nothing in it is none; the values of a list are sorted, since the directory keeps no order of them.
 */
export function userAttributes(account: AccountResult, user?: AccountResult): UserAttributes {
  const shown = Object.entries({ ...account, ...user }).filter(([property]) => !APART.includes(property));
  return Object.fromEntries(shown.map(([property, value]) => [nameOf(property), told(value)]));
}

/** The names of the policies that were granted to a user, a dial plan among them. */
export function policiesOf(attributes: UserAttributes): string[] {
  return Object.entries(attributes)
    .filter(([name, value]) => (name.endsWith("Policy") || name === "dialPlan") && value !== null)
    .map(([name]) => name);
}

function nameOf(property: string): string {
  return NAMES[property] ?? property.charAt(0).toLowerCase() + property.slice(1);
}

function told(value: UserAttributes[string] | undefined): UserAttributes[string] {
  if (Array.isArray(value)) return value.length > 0 ? value.toSorted() : null;
  return value === undefined || value === "" ? null : value;
}
