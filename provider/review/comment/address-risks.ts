import { enumerated, type Phrase, quoted, say } from "../phrase";
import type { Step } from "../preview";
import { isSecret, knownName } from "../values";
import { addressPhrase } from "./endpoint-words";
import { changedFields } from "./field-words";
import { isEmpty, losesServers } from "./pool-words";
import type { Risk } from "./risks";
import { fieldOf, type Scope } from "./topology";

/** What may happen to those who call an address. */
export function addressRisks(scope: Scope): Risk[] {
  const endpoints = scope.steps.filter(({ kind }) => kind === "endpoint");
  return [
    ...unservedDomains(scope),
    ...endpoints.flatMap((step) => [
      ...leadsNowhere(step, scope),
      ...interrupted(step, scope),
      ...withoutServer(step, scope),
    ]),
  ];
}

/** The SIP domains in which no address leads anywhere any more. */
function unservedDomains({ before, after, givenBack }: Scope): Risk[] {
  return [...before.servedDomains]
    .filter((domain) => after.inDomain(domain).length === 0)
    .filter((domain) => !before.inDomain(domain).every((address) => givenBack.has(address)))
    .map((domain) => ({
      risk: "domain-without-endpoint",
      words: say`Clients of ${quoted(domain)} will have no endpoint`,
    }));
}

function leadsNowhere(step: Step, { after }: Scope): Risk[] {
  const { operation, before } = step;
  if (operation !== "delete" && operation !== "replace") return [];
  const address = before?.sipAddress;
  const isGone =
    isSecret(address) || knownName(address) === undefined
      ? operation === "delete" || step.changed.includes("sipAddress")
      : !after.endpoints.has(String(address));
  if (!isGone) return [];
  const words = say`${addressPhrase(step, address)} will lead nowhere: clients that still call it find no rooms`;
  return [{ risk: "address-leads-nowhere", words }];
}

function interrupted(step: Step, { registry }: Scope): Risk[] {
  const { operation, before, after } = step;
  const address = addressPhrase(step, after?.sipAddress);
  const isSame = before?.sipAddress === after?.sipAddress && !step.changed.includes("sipAddress");
  if (operation === "replace" && step.removedFirst && isSame)
    return [
      {
        risk: "address-interrupted",
        words: say`${address} will lead nowhere for a time: the endpoint is removed before it is made again`,
      },
    ];
  // The product's own registry changes no endpoint in place; the others do.
  const isSameContact = operation === "update" || (operation === "replace" && isSame);
  if (!isSameContact || !registry.isShell || changedFields(step).length === 0) return [];
  const words = say`${address} will lead nowhere for some seconds: the endpoint is removed and made again, and a client that signs in just then has no rooms until its next sign-in`;
  return [{ risk: "address-interrupted", words }];
}

/** An address that is led to a pool in which nobody gets in. */
function withoutServer(step: Step, { after }: Scope): Risk[] {
  if (step.operation === "delete" || step.after === undefined) return [];
  if (step.operation === "same" || step.before?.poolFqdn === step.after.poolFqdn) return [];
  const pool = knownName(step.after.poolFqdn);
  const declared = pool === undefined ? undefined : after.pools.get(pool);
  // That the pool itself loses them is a risk of its own.
  if (pool === undefined || declared === undefined || losesServers(declared.step)) return [];
  if (!isEmpty(fieldOf(declared, "activeServers"))) return [];
  const words = say`${addressPhrase(step, step.after.sipAddress)} will lead to ${quoted(pool)}, which has no active server`;
  return [{ risk: "pool-without-server", words }];
}

/** Addresses in a sentence, the first few of many. */
export function addressesPhrase(addresses: readonly string[]): Phrase {
  return enumerated(addresses.map(quoted), 4);
}
