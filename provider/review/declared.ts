import { KEY_FIELDS, type Kind } from "../registry/records";
import { CUTOVER_ENDPOINT } from "./cutover-types";
import { isEncrypted, type StackState } from "./state";
import { OWN_TYPES, urnParts } from "./urn";

/** A record that a stack stands for, as its state has it. */
export interface DeclaredRecord {
  kind: Kind;
  key: string;
  /** The resource's logical name. */
  name: string;
  urn: string;
  /** Logical name of the explicit provider that it has. */
  provider?: string;
  /** Whether the program keeps the key a secret. */
  isKeySecret: boolean;
  /** Whether it is a step of a cutover, which makes its endpoint once and never again. */
  isStep: boolean;
}

/**
 * The records that a stack stands for: those of its resources and the endpoints of its cutovers; neither what it only looks up
 * nor what waits for its delete.
 */
export function declaredRecords({ resources }: StackState): DeclaredRecord[] {
  return resources.flatMap((resource) => {
    const { kind: own, type, id: key, name, urn, provider, inputs, external, isCondemned } = resource;
    const isStep = type === CUTOVER_ENDPOINT;
    const kind = isStep ? "endpoint" : own;
    if (kind === undefined || key === undefined || external || isCondemned) return [];
    const isKeySecret = isEncrypted(inputs[KEY_FIELDS[kind]]);
    return [{ kind, key, name, urn, isKeySecret, isStep, ...(provider !== undefined && { provider }) }];
  });
}

/** A record in one word, to look it up by. */
export function recordKey({ kind, key }: { kind: Kind; key: string }): string {
  return `${kind} ${key}`;
}

/** The providers in whose registries records of a stack are, or may be; `undefined` is the default one. */
export function providersIn(state: StackState): ReadonlySet<string | undefined> {
  return new Set([undefined, ...own(state).map(({ provider }) => provider)]);
}

/** Whether records of a stack are known to be with its default provider, or with none. */
export function usesDefault(state: StackState): boolean {
  const known = own(state);
  return known.length === 0 || known.some(({ provider }) => provider === undefined);
}

function own(state: StackState): { provider?: string }[] {
  return [
    ...declaredRecords(state),
    ...state.pending.filter(({ urn }) => urnParts(urn).type.startsWith(OWN_TYPES)),
  ];
}
