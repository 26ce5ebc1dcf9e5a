import * as pulumi from "@pulumi/pulumi";
import { parseFqdn } from "../registry/fqdn";
import { KEY_FIELDS, type Kind } from "../registry/records";
import { parseSipAddress, sipDomainOf } from "../registry/sip-address";
import { LOADER } from "./loader";
import { ownerOf } from "./program";
import { type Declared, topologyOf } from "./topology-rules";

/** What becomes of an object that exists in the registry and is not managed by this resource, when the resource is created. */
export type AdoptPolicy = "fail" | "match" | "take-over";

/** What a resource's constructor passes on, and `register`, to be called with the resource once it exists. */
export interface Declaration {
  props: pulumi.Inputs;
  opts: pulumi.CustomResourceOptions;
  register(resource: pulumi.Resource): void;
}

/**
 * Prepares the inputs and options of a resource: the loader, the kind, the owner, the outputs to come, the dependencies that
 * plain strings imply, and the rules over the whole program.
 */
export function declareResource(
  kind: Kind,
  type: string,
  name: string,
  args: Record<string, unknown>,
  outputs: readonly string[],
  opts: pulumi.CustomResourceOptions = {},
): Declaration {
  const topology = topologyOf(opts.provider ?? opts.parent?.getProvider(type));
  const keyField = KEY_FIELDS[kind];
  const lookup = opts.id !== undefined;
  const declared: Declared = {
    kind,
    name,
    lookup,
    plainReferences: lookup ? [] : plainReferencesOf(kind, args),
    settled: false,
  };
  topology.add(declared);
  const register = (resource: pulumi.Resource) => {
    declared.resource = resource;
  };
  // Every output is there from the start, also that of an argument which is left out.
  const pending = Object.fromEntries(outputs.map((output) => [output, undefined]));
  const envelope = { __kind: kind, __provider: LOADER };

  if (lookup) {
    const given = pulumi.output(opts.id);
    const id = given.apply(async (text) => {
      const key = canonicalKey(kind, text) ?? String(text);
      await topology.place(declared, key, await pulumi.isSecret(given));
      return key;
    });
    return { props: { ...pending, ...args, ...envelope, __lookup: true }, opts: { ...opts, id }, register };
  }

  declared.key = canonicalKey(kind, args[keyField]);
  const rules: Record<string, (value: unknown, isSecret: boolean) => Promise<void> | void> = {
    [keyField]: async (text, isSecret) => {
      const key = canonicalKey(kind, text);
      if (key !== undefined) await topology.place(declared, key, isSecret);
    },
    ...(kind === "sip-domain" && {
      isDefault: (value) => (value === true ? topology.placeDefault(declared) : undefined),
    }),
    ...(kind === "endpoint" && {
      poolFqdn: (text) => {
        const pool = canonicalKey("pool", text);
        if (pool !== undefined) topology.placePool(declared, pool);
      },
    }),
  };
  // As part of the input itself a rule runs when the value is known, and a broken one keeps the resource from being registered.
  const ruled = Object.entries(rules).flatMap(([field, rule]) => {
    if (args[field] === undefined) return [];
    const given = pulumi.output(args[field]);
    const ruledInput = given.apply(async (value) => {
      await rule(value, await pulumi.isSecret(given));
      return value;
    });
    return [[field, ruledInput]];
  });
  return {
    props: {
      ...pending,
      ...args,
      ...Object.fromEntries(ruled),
      ...envelope,
      managedBy: ownerOf(name),
    },
    opts: pulumi.mergeOptions(opts, { dependsOn: topology.dependenciesOf(declared) }),
    register,
  };
}

/** The canonical form of a key given as a plain string; `undefined` for anything else, which `check` will judge. */
function canonicalKey(kind: Kind, text: unknown): string | undefined {
  if (typeof text !== "string") return undefined;
  const parsed = KEY_FIELDS[kind] === "sipAddress" ? parseSipAddress(text) : parseFqdn(text);
  return "value" in parsed ? parsed.value : undefined;
}

function plainReferencesOf(kind: Kind, args: Record<string, unknown>): Declared["plainReferences"] {
  if (kind !== "endpoint") return [];
  const pool = canonicalKey("pool", args.poolFqdn);
  const address = typeof args.sipAddress === "string" ? parseSipAddress(args.sipAddress) : undefined;
  return [
    ...(pool === undefined ? [] : [{ kind: "pool" as const, key: pool }]),
    ...(address && "value" in address
      ? [{ kind: "sip-domain" as const, key: sipDomainOf(address.value) }]
      : []),
  ];
}
