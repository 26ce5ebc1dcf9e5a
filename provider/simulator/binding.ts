import type { Cmdlet } from "./cmdlet";
import { ShellError } from "./error-record";

/** What a parameter takes. */
export interface Parameter {
  type: keyof typeof NET_TYPES;
  mandatory?: true;
  /** Bounds of an integer, both allowed. */
  range?: readonly [least: number, most: number];
  oneOf?: readonly string[];
}

/** A change to a list: what to add, to remove, or to have instead; `null` empties it. */
export type ListChange = { [K in "Add" | "Remove" | "Replace"]?: string[] } | null;

/** The values of a call's parameters. A parameter that was not given is in none of the methods. */
export class Bound {
  readonly #values: ReadonlyMap<string, unknown>;

  constructor(values: ReadonlyMap<string, unknown>) {
    this.#values = values;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** `$null` counts as not given. */
  text(name: string): string | undefined {
    return (this.#values.get(name) as string | null | undefined) ?? undefined;
  }

  flag(name: string): boolean | undefined {
    return this.#values.get(name) as boolean | undefined;
  }

  number(name: string): number | undefined {
    return this.#values.get(name) as number | undefined;
  }

  list(name: string): ListChange {
    return this.#values.get(name) as ListChange;
  }
}

const NET_TYPES = {
  text: "System.String",
  fqdn: "Microsoft.Rtc.Management.Deploy.Fqdn",
  flag: "System.Boolean",
  switch: "System.Management.Automation.SwitchParameter",
  integer: "System.Int32",
  list: "System.Management.Automation.PSListModifier",
} as const;

const COMMON_TO_WRITES: Readonly<Record<string, Parameter>> = {
  WhatIf: { type: "switch" },
  Confirm: { type: "switch" },
};

/** Binds the parameters of a call as PowerShell's binder does. Fails with `ShellError`. */
export function bind(cmdlet: Cmdlet, triples: readonly (readonly [string, string, unknown])[]): Bound {
  const parameters = { ...cmdlet.parameters, ...(cmdlet.access === "write" && COMMON_TO_WRITES) };
  const values = new Map<string, unknown>();
  for (const [name, tag, value] of triples) {
    if (cmdlet.notSimulated?.includes(name)) throw new ShellError("notSimulated", name);
    const parameter = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (parameter === undefined) throw new ShellError("unknownParameter", name);
    if (values.has(name)) throw new ShellError("repeatedParameter", name);
    values.set(name, converted(name, parameter, tag, value));
  }
  const missing = Object.keys(parameters).filter((name) => parameters[name]?.mandatory && !values.has(name));
  if (missing.length > 0) throw new ShellError("missingParameter", missing.join(" "));
  return new Bound(values);
}

function converted(name: string, parameter: Parameter, tag: string, value: unknown): unknown {
  const wrong = () => new ShellError("wrongType", name, shown(value), NET_TYPES[parameter.type]);
  if (tag === "n") {
    if (parameter.type === "list") return null;
    if (parameter.type !== "text" && parameter.type !== "fqdn") throw wrong();
    if (parameter.mandatory) throw new ShellError("nullParameter", name);
    return null;
  }
  switch (parameter.type) {
    case "switch":
    case "flag":
      // A number is a [Boolean] to PowerShell, a text never is.
      if (tag === "i" && parameter.type === "flag") return value !== 0;
      if (tag !== "b" || typeof value !== "boolean") throw wrong();
      return value;
    case "integer":
      return integer(name, parameter, tag === "i" || tag === "s" ? Number(value) : Number.NaN, wrong);
    case "list":
      return listChange(tag, value, wrong);
    default: {
      if (tag === "a" || tag === "m" || typeof value === "object") throw wrong();
      const text = tag === "b" ? (value ? "True" : "False") : String(value);
      if (text === "" && parameter.mandatory) throw new ShellError("nullParameter", name);
      if (parameter.type === "fqdn" && !/^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/i.test(text)) throw wrong();
      if (parameter.oneOf === undefined) return text;
      const known = parameter.oneOf.find((one) => one.toLowerCase() === text.toLowerCase());
      if (known === undefined)
        throw new ShellError("invalidParameter", name, text, parameter.oneOf.join(", "));
      return known;
    }
  }
}

function integer(name: string, { range }: Parameter, value: number, wrong: () => ShellError): number {
  if (!Number.isInteger(value)) throw wrong();
  if (range && (value < range[0] || value > range[1]))
    throw new ShellError("invalidParameter", name, String(value), `${range[0]}..${range[1]}`);
  return value;
}

function listChange(tag: string, value: unknown, wrong: () => ShellError): ListChange {
  // A collection that is no modifier replaces the list.
  if (tag === "s") return { Replace: [String(value)] };
  if (tag === "a" && Array.isArray(value)) return { Replace: value.map(String) };
  if (tag !== "m" || typeof value !== "object" || value === null) throw wrong();
  const entries = Object.entries(value).map(([verb, items]) => {
    const known = ["Add", "Remove", "Replace"].find((one) => one.toLowerCase() === verb.toLowerCase());
    if (known === undefined) throw wrong();
    return [known, (Array.isArray(items) ? items : [items]).map(String)];
  });
  return Object.fromEntries(entries);
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return "System.Object[]";
  return typeof value === "object" && value !== null ? "System.Collections.Hashtable" : String(value);
}
