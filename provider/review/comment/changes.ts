import { quoted, say } from "../phrase";
import type { Preview } from "../preview";
import type { Change } from "./change";
import { domainWords } from "./domain-words";
import { endpointWords } from "./endpoint-words";
import { wordsOf } from "./kind-words";
import { cutoverChanges, otherChanges, providerChanges } from "./other-words";
import { poolWords } from "./pool-words";
import type { Scope } from "./topology";

const KINDS: readonly Change["kind"][] = ["endpoint", "pool", "sip-domain"];
const EFFECTS: readonly Change["effect"][] = [
  "removed",
  "replaced",
  "repointed",
  "new",
  "imported",
  "changed",
  "forgotten",
  "cutover",
];
const WORDS = { endpoint: endpointWords, pool: poolWords, "sip-domain": domainWords };

/**
 * What becomes of each resource, what matters most first: pools that take the place of others, which is why endpoints follow;
 * then where addresses lead, pools and SIP domains; of each kind what goes away first. What belongs to other providers is one
 * row at the end.
 */
export function changesOf(preview: Preview, scopes: readonly Scope[]): Change[] {
  const topology = scopes.flatMap((scope) =>
    scope.steps.flatMap((step): Change[] => {
      const { kind, name, provider } = step;
      const change = wordsOf(WORDS[kind], step, scope);
      if (change === undefined) return [];
      const words =
        provider === undefined
          ? change.words
          : say`${change.words} (in the registry of provider ${quoted(provider)})`;
      return [{ ...change, words, kind, name, ...(provider !== undefined && { provider }) }];
    }),
  );
  const rank = ({ kind, effect }: Change) =>
    kind === "pool" && effect === "replaced"
      ? -1
      : KINDS.indexOf(kind) * EFFECTS.length + EFFECTS.indexOf(effect);
  return [
    ...cutoverChanges(preview),
    ...topology.toSorted((one, other) => rank(one) - rank(other)),
    ...providerChanges(preview),
    ...otherChanges(preview),
  ];
}
