import { z } from "zod";

interface Knob {
  /** What the documentation leaves open, as a question. */
  question: string;
  /** The answers that the simulator knows; the first one is the guess. */
  answers: readonly [string, ...string[]];
}

/** Everything that the documentation leaves open, and the tables of the product's behaviour name as unknown. */
export const KNOBS = {
  automaticEndpoint: {
    question: "does Get-CsPersistentChatEndpoint list the automatic endpoint of a pool (sip:GC-…)?",
    answers: ["listed", "hidden"],
  },
  absentEndpoint: {
    question: "what does Get-CsPersistentChatEndpoint -Identity say of an endpoint that is not there?",
    answers: ["error", "nothing"],
  },
  unknownPool: {
    question:
      "what does Get-CsPersistentChatEndpoint -PersistentChatPoolFqdn say of a pool that is not there?",
    answers: ["error", "nothing"],
  },
  endpointPoolProperty: {
    question: "which property of an endpoint carries its pool?",
    answers: ["none", "PoolFqdn"],
  },
  storedAddress: {
    question: "in which case is the address of a new endpoint kept?",
    answers: ["as-given", "lowered"],
  },
  defaultDisplayName: {
    question: "which display name has an endpoint that was made without one?",
    answers: ["none", "address"],
  },
  duplicateEndpoint: {
    question: "what does New-CsPersistentChatEndpoint do with an address that somebody holds?",
    answers: ["refused-by-its-domain-controller", "refused-by-global-catalog", "accepted"],
  },
  unknownSipDomain: {
    question: "what does New-CsPersistentChatEndpoint do with an address in an unknown SIP domain?",
    answers: ["refused", "accepted"],
  },
  addressWithoutScheme: {
    question: "what does New-CsPersistentChatEndpoint do with an address without 'sip:'?",
    answers: ["refused", "accepted"],
  },
  absentEndpointRemoval: {
    question: "what does Remove-CsPersistentChatEndpoint say of an endpoint that is not there?",
    answers: ["error", "nothing"],
  },
  removalAsks: {
    question: "does Remove-CsPersistentChatEndpoint ask in spite of Confirm=$false?",
    answers: ["no", "yes"],
  },
  poolComputers: {
    question: "what are the Computers of Get-CsPool as text?",
    answers: ["fqdn", "type-name"],
  },
  poolIdentities: {
    question: "which spellings of a pool do the -ActiveServer and -State cmdlets take?",
    answers: ["all", "fqdn", "role-fqdn", "service-role-fqdn", "service-fqdn"],
  },
  foreignActiveServer: {
    question: "may a server that is not of the pool be made active?",
    answers: ["refused", "accepted"],
  },
  fifthActiveServer: {
    question: "may more than four servers be active?",
    answers: ["refused", "accepted"],
  },
  endpointInSipDomain: {
    question: "does an endpoint keep its SIP domain from being removed?",
    answers: ["keeps-it", "does-not"],
  },
  absentUser: {
    question: "what does Get-CsUser -Identity say of a user who is not there?",
    answers: ["error", "nothing"],
  },
  ldapFilterBrackets: {
    question: "may, must or must not brackets stand around a whole LDAP filter?",
    answers: ["may", "must", "must-not"],
  },
  duplicateUserAddress: {
    question: "what do Set-CsUser and Enable-CsUser do with an address that somebody holds?",
    answers: ["refused-by-its-domain-controller", "refused-by-global-catalog", "accepted"],
  },
  legacyHomedUser: {
    question: "may the cmdlets change a user who is homed on OCS 2007 R2 (a pool of version 4 or less)?",
    answers: ["refused", "accepted"],
  },
  proxyAddresses: {
    question: "does Set-CsUser -SipAddress change the 'sip:' entry of proxyAddresses?",
    answers: ["changed", "kept"],
  },
  unpinnedReads: {
    question: "which domain controller answers a read without -DomainController?",
    answers: ["always-the-same", "one-after-the-other"],
  },
} as const satisfies Record<string, Knob>;

type Answers = { [K in keyof typeof KNOBS]: (typeof KNOBS)[K]["answers"][number] };

function schemaOf(): z.ZodType<Answers, Partial<Answers>> {
  const shape = Object.entries(KNOBS).map(([name, { answers }]) => [
    name,
    z.enum(answers).default(answers[0] as never),
  ]);
  return z.strictObject(Object.fromEntries(shape)) as never;
}

/** The knobs of a world; one that it does not name has the first answer. */
export const knobs = schemaOf();
export type Knobs = Answers;

/** One line for each knob, which tells whoever starts the simulator what it takes for granted. */
export function guesses(set: Knobs): string[] {
  return Object.entries(KNOBS).map(([name, { question, answers }]) => {
    const answer = set[name as keyof Knobs];
    const others = answers.filter((other) => other !== answer).join(", ");
    return `${name} = ${answer} (or ${others}): ${question}`;
  });
}
