import { KEY_FIELDS, type Kind } from "../../registry/records";
import type { Stored } from "../../registry/registry";
import { isSystemEndpoint, type SipAddress } from "../../registry/sip-address";
import { recordKey } from "../declared";
import { fieldsOf } from "../fields";
import { type Properties, SECRET } from "../preview";
import { isEncrypted, type StackState } from "../state";
import type { DomainMap } from "./domain-map";

/** One thing of an environment, as it calls it. */
export interface Item {
  kind: Kind;
  key: string;
  /** Logical name, of what is declared. */
  name?: string;
  /** Logical name of the explicit provider that it is declared with. */
  provider?: string;
  /** Whether a stack keeps the key a secret. */
  isKeySecret?: true;
  /** By path, without the key; a list is a set. A secret is `SECRET`. */
  fields: ReadonlyMap<string, unknown>;
}

/** What a stack declares. What it only looks up, or will remove, is not among it. */
export function declaredIn({ resources }: StackState): Item[] {
  return resources.flatMap(({ kind, name, provider, id, inputs, external, isCondemned }) => {
    if (kind === undefined || id === undefined || external || isCondemned) return [];
    const owner = provider !== undefined && { provider };
    const secrecy = isEncrypted(inputs[KEY_FIELDS[kind]]) && { isKeySecret: true as const };
    return [{ kind, key: id, name, ...owner, ...secrecy, fields: withoutKey(kind, withoutSecrets(inputs)) }];
  });
}

/** A list of which a part is secret is one as a whole: which part it is would tell something of it. */
function withoutSecrets(properties: Properties): Properties {
  const shown = (value: unknown): unknown => {
    if (isEncrypted(value)) return SECRET;
    if (Array.isArray(value)) return value.some(isEncrypted) ? SECRET : value;
    return typeof value === "object" && value !== null ? withoutSecrets(value as Properties) : value;
  };
  return Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, shown(value)]));
}

/** A record of a registry; `undefined` for the automatic endpoints of pools, which each deployment numbers by itself. */
export function recordedAs({ kind, key, record }: Stored): Item | undefined {
  if (kind === "endpoint" && isSystemEndpoint(key as SipAddress)) return undefined;
  return { kind, key, fields: withoutKey(kind, record) };
}

/**
 * What a registry records, without the values that stacks declare as secrets; a registry has them in clear. The same record may
 * be declared by any of them, with whatever provider, as several may have one registry.
 */
export function withoutDeclaredSecrets(recorded: readonly Item[], declared: readonly Item[]): Item[] {
  const secrets = new Map<string, string[]>();
  const keys = new Set(declared.filter(({ isKeySecret }) => isKeySecret).map(recordKey));
  for (const item of declared) {
    const paths = [...item.fields].filter(([, value]) => value === SECRET).map(([path]) => path);
    secrets.set(recordKey(item), [...(secrets.get(recordKey(item)) ?? []), ...paths]);
  }
  return recorded.map((item) => {
    const secret = secrets.get(recordKey(item)) ?? [];
    const isSecret = (path: string) => secret.some((one) => path === one || path.startsWith(`${one}.`));
    const fields = [...item.fields].map(([path, value]) => [path, isSecret(path) ? SECRET : value] as const);
    const secrecy = keys.has(recordKey(item)) && { isKeySecret: true as const };
    return { ...item, ...secrecy, fields: new Map(fields) };
  });
}

/** A key as the other environment calls it. */
export function mappedKey(kind: Kind, key: string, map: DomainMap): string {
  return kind === "endpoint" ? map.address(key) : map.name(key);
}

/** A value as the other environment has it, in a form in which equal values are equal. */
export function mappedValue(path: string, value: unknown, map: DomainMap): unknown {
  if (Array.isArray(value)) return value.map((one) => mappedValue(path, one, map)).sort();
  if (typeof value !== "string" || value === SECRET) return value;
  if (NAMES.includes(path)) return map.name(value);
  return path === "settings.roomManagementUrl" ? map.url(value) : value;
}

const NAMES = ["poolFqdn", "servers", "activeServers", "nextHopPool"];

function withoutKey(kind: Kind, properties: object): Map<string, unknown> {
  return new Map([...fieldsOf(properties)].filter(([path]) => path !== KEY_FIELDS[kind]));
}
