import type { Phrase } from "../phrase";
import type { Preview } from "../preview";
import { addressRisks } from "./address-risks";
import { cutoverRisks } from "./cutover-risks";
import { ownershipRisks } from "./ownership-risks";
import { poolRisks } from "./pool-risks";
import type { Scope } from "./topology";

/** What a risk is about. */
export type RiskKind =
  | "domain-without-endpoint"
  | "address-leads-nowhere"
  | "address-interrupted"
  | "pool-without-endpoint"
  | "pool-without-server"
  | "pool-removed"
  | "pool-changes"
  | "domain-removed"
  | "default-domain"
  | "managed-elsewhere"
  | "registry-changes";

/** Something that an operator would want to be warned of, in one sentence without a full stop. */
export interface Risk {
  risk: RiskKind;
  words: Phrase;
}

const ORDER: readonly RiskKind[] = [
  "domain-without-endpoint",
  "address-leads-nowhere",
  "pool-without-server",
  "managed-elsewhere",
  "registry-changes",
  "pool-removed",
  "pool-without-endpoint",
  "domain-removed",
  "address-interrupted",
  "pool-changes",
  "default-domain",
];

/** The risks of a preview, the worst first. */
export function risksOf(preview: Preview, scopes: readonly Scope[]): Risk[] {
  const risks = [
    ...scopes.flatMap((scope) => [...addressRisks(scope), ...poolRisks(scope)]),
    ...ownershipRisks(preview.steps, scopes),
    ...cutoverRisks(preview.steps),
  ];
  return ORDER.flatMap((kind) => risks.filter(({ risk }) => risk === kind));
}
