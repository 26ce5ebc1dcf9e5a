import { type Fqdn, lowerCase, parseFqdn } from "./fqdn";

/**
 * A SIP URI in canonical form, `sip:user@domain` in lower case: what a legacy client calls and what the registry keys on.
 * The product compares addresses without regard to case, so two spellings of one address are one address.
 */
export type SipAddress = `sip:${string}@${string}`;

// RFC 3261, section 25.1: unreserved / escaped / user-unreserved, at least one.
const USER = /^(?:[a-z0-9\-_.!~*'()&=+$,;?/]|%[0-9a-f]{2})+$/;
const UNRESERVED = /[a-z0-9\-_.!~*'()]/;

/**
 * The canonical form of a SIP address, or the reason why it is none, in words that continue "… is not a SIP URI: ".
 *
 * `ocschat@contoso.com` and `SIP:OcsChat@Contoso.com` are both `sip:ocschat@contoso.com`. Escapes of characters that need
 * none are undone (RFC 3261, section 19.1.4). Port, parameters, headers and passwords have no place in the address of a
 * contact. `*` is refused: the management shell reads it as a wildcard, and a removal could hit more than one object.
 */
export function parseSipAddress(text: string): { value: SipAddress } | { problem: string } {
  const lower = lowerCase(text);
  const bare = lower.startsWith("sip:") ? lower.slice(4) : lower;
  const at = bare.indexOf("@");
  if (at < 0) return { problem: "it has no '@'" };
  const escaped = bare.slice(0, at);
  if (escaped === "") return { problem: "nothing stands before the '@'" };
  if (!USER.test(escaped))
    return { problem: "the part before the '@' has a character that must not stand there" };
  const user = unescapeUnreserved(escaped);
  if (user.includes("*")) return { problem: "'*' is a wildcard to the management shell" };
  const domain = parseFqdn(bare.slice(at + 1));
  if ("problem" in domain) return { problem: `its domain is not an FQDN: ${domain.problem}` };
  return { value: `sip:${user}@${domain.value}` };
}

/** The SIP domain of a canonical address. */
export function sipDomainOf(address: SipAddress): Fqdn {
  return address.slice(address.indexOf("@") + 1);
}

/**
 * Whether an address is that of the contact which every pool gets when its service is installed (`sip:GC-…`, for
 * instance `sip:GC-1-PersistentChatService-2@contoso.com`). The product owns it; nobody declares or removes it.
 */
export function isSystemEndpoint(address: SipAddress): boolean {
  return address.startsWith("sip:gc-");
}

function unescapeUnreserved(user: string): string {
  return user.replace(/%[0-9a-f]{2}/g, (escaped) => {
    const character = String.fromCharCode(Number.parseInt(escaped.slice(1), 16)).toLowerCase();
    return UNRESERVED.test(character) ? character : escaped;
  });
}
