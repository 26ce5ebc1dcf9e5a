import { isDeepStrictEqual } from "node:util";
import { LOADER } from "../../provider/resources/loader";

type Inputs = Record<string, unknown>;

/** A resource as a program declares it. */
export interface Resource {
  type?: string;
  name: string;
  inputs: Inputs;
  /** What a registry adds to them. */
  outputs?: Inputs;
  /** The logical name of an explicit provider. */
  provider?: string;
  parent?: string;
  /** The URN of what it has the option `deletedWith` of. */
  deletedWith?: string;
}

export interface DocumentOptions {
  project?: string;
  stack?: string;
  registry?: string;
}

const MODULE = "pulumi-nodejs:dynamic/persistentchat:";
const STACK = "pulumi:pulumi:Stack";

export const sipDomain = (name: string, domain: string, more: Inputs = {}): Resource =>
  own("SipDomain", "sip-domain", name, { domain, ...more });
export const pool = (name: string, poolFqdn: string, more: Inputs = {}): Resource =>
  own("PersistentChatPool", "pool", name, { poolFqdn, shape: "single", ...more });
export const endpoint = (name: string, sipAddress: string, poolFqdn: string, more: Inputs = {}): Resource =>
  own("LegacyEndpoint", "endpoint", name, { sipAddress, poolFqdn, ...more });

function own(type: string, kind: string, name: string, inputs: Inputs): Resource {
  return { type: MODULE + type, name, inputs: { __kind: kind, __provider: LOADER, ...inputs } };
}

/** Documents of the shape that `pulumi preview --json --show-sames` prints. */
export class PreviewDocument {
  readonly #project: string;
  readonly #stack: string;
  readonly #registry: string;
  readonly #steps: { op: string; [more: string]: unknown }[] = [];
  readonly #diagnostics: object[] = [];

  constructor({ project = "chat", stack = "test", registry = "sqlite:registry.db" }: DocumentOptions = {}) {
    this.#project = project;
    this.#stack = stack;
    this.#registry = registry;
    const root = { type: STACK, name: `${project}-${stack}`, inputs: {} };
    const { inputs: _, ...state } = this.#state(root);
    this.#steps.push({
      op: "same",
      urn: this.urn(root),
      oldState: state,
      newState: state,
      detailedDiff: null,
    });
  }

  urn({ type = "", name, parent }: Pick<Resource, "type" | "name" | "parent">): string {
    const types = parent === undefined ? type : `${parent.split("::")[2]}$${type}`;
    return `urn:pulumi:${this.#stack}::${this.#project}::${types}::${name}`;
  }

  same(...resources: readonly Resource[]): this {
    for (const one of resources)
      this.#step("same", one, {
        oldState: this.#recorded(one),
        newState: this.#state(one),
        detailedDiff: null,
      });
    return this;
  }

  /** What is the same but for its explicit provider. */
  passed(from: Resource, to: Resource): this {
    this.#step("same", to, { oldState: this.#recorded(from), newState: this.#state(to), detailedDiff: null });
    return this;
  }

  create(...resources: readonly Resource[]): this {
    for (const one of resources)
      this.#step("create", one, { newState: this.#state(one), detailedDiff: null });
    return this;
  }

  delete(...resources: readonly Resource[]): this {
    for (const one of resources)
      this.#step("delete", one, { oldState: this.#recorded(one), detailedDiff: null });
    return this;
  }

  /** A delete of what has the option `retainOnDelete`. */
  retained(...resources: readonly Resource[]): this {
    for (const one of resources)
      this.#step("delete", one, { oldState: { ...this.#recorded(one), retainOnDelete: true } });
    return this;
  }

  /** What a preview that refreshes first tells before all else. */
  refreshed(...resources: readonly Resource[]): this {
    for (const one of resources)
      this.#step("refresh", one, { oldState: this.#recorded(one), newState: this.#recorded(one) });
    return this;
  }

  /** Secrets that differ are `[secret]` on both sides: `hidden` names them. */
  update(from: Resource, to: Resource, hidden: readonly string[] = []): this {
    this.#step("update", to, {
      oldState: this.#recorded(from),
      newState: this.#state(to),
      ...diffOf(from.inputs, to.inputs, hidden),
    });
    return this;
  }

  replace(
    from: Resource,
    to: Resource,
    how: { removedFirst?: boolean; isRetained?: boolean; because?: string } = {},
  ): this {
    const flag = how.removedFirst ? { pendingReplacement: true } : { delete: true };
    this.#step("replace", to, {
      oldState: { ...this.#recorded(from), ...flag, ...(how.isRetained && { retainOnDelete: true }) },
      newState: this.#state(to),
      ...diffOf(from.inputs, to.inputs, []),
      ...(how.because !== undefined && { replaceReasons: [how.because] }),
    });
    return this;
  }

  /** What `get` looks up; `known` is what it found at an earlier time, with the explicit provider of `former`. */
  read(resource: Resource, known?: Inputs, former: Resource = resource): this {
    const newState = { ...this.#state(resource), external: true };
    this.#step("read", resource, {
      ...(known && { oldState: { ...this.#state(former), external: true, outputs: known } }),
      newState,
      detailedDiff: null,
    });
    return this;
  }

  /** A message, of a resource or of all. */
  failed(message: string, resource?: Resource): this {
    const urn = resource && this.urn(resource);
    this.#diagnostics.push({ ...(urn !== undefined && { urn }), message, severity: "error" });
    return this;
  }

  said(message: string): this {
    this.#diagnostics.push({ message, severity: "info" });
    return this;
  }

  get text(): string {
    return JSON.stringify({
      config: { "persistentchat:registry": this.#registry },
      steps: this.#steps,
      ...(this.#diagnostics.length > 0 && { diagnostics: this.#diagnostics }),
      duration: 1,
      changeSummary: this.#counts(),
    });
  }

  /** As the engine counts: neither what is looked up nor what a refresh reads. */
  #counts(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { op } of this.#steps)
      if (op !== "read" && op !== "refresh") counts[op] = (counts[op] ?? 0) + 1;
    return counts;
  }

  #step(op: string, resource: Resource, rest: object): void {
    this.#steps.push({ op, urn: this.urn(resource), provider: this.#provider(resource), ...rest });
  }

  #state(resource: Resource) {
    const { type = "", name, inputs, parent, deletedWith } = resource;
    const isOwn = type.startsWith(MODULE);
    const isCustom = type !== STACK && !type.endsWith(":Component");
    return {
      urn: this.urn(resource),
      custom: isCustom,
      type,
      ...(deletedWith !== undefined && { deletedWith }),
      ...(isCustom && {
        inputs: sorted({
          ...(isOwn && { managedBy: `${this.#project}/${this.#stack}/${name}` }),
          ...inputs,
        }),
        provider: this.#provider(resource),
      }),
      ...(type !== STACK && {
        parent: parent ?? this.urn({ type: STACK, name: `${this.#project}-${this.#stack}` }),
      }),
    };
  }

  #recorded(resource: Resource) {
    const state = this.#state(resource);
    const outputs = { ...state.inputs, effective: {}, revision: "1", incarnation: "i", ...resource.outputs };
    return { ...state, id: "id", outputs };
  }

  #provider({ type = "", provider = "default" }: Resource): string | undefined {
    if (type.startsWith("pulumi:")) return undefined;
    return `${this.urn({ type: `pulumi:providers:${type.split(":")[0]}`, name: provider })}::id`;
  }
}

/** As the engine writes every object. */
function sorted(inputs: Inputs): Inputs {
  return Object.fromEntries(Object.entries(inputs).sort(([one], [other]) => (one < other ? -1 : 1)));
}

function diffOf(from: Inputs, to: Inputs, hidden: readonly string[]): object {
  const detailedDiff: Record<string, object> = {};
  const visit = (before: unknown, after: unknown, path: string) => {
    if (isDeepStrictEqual(before, after)) return;
    const isBranch = [before, after].every((side) => typeof side === "object" && side !== null);
    if (!isBranch) {
      const kind = before === undefined ? "add" : after === undefined ? "delete" : "update";
      detailedDiff[path] = { kind, inputDiff: true };
      return;
    }
    const [old, next] = [before as Inputs, after as Inputs];
    for (const key of new Set([...Object.keys(old), ...Object.keys(next)]))
      visit(
        old[key],
        next[key],
        Array.isArray(before) ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`,
      );
  };
  visit(from, to, "");
  for (const path of hidden) detailedDiff[path] = { kind: "update", inputDiff: true };
  const paths = Object.keys(detailedDiff);
  if (paths.length === 0) return { detailedDiff: null };
  return { diffReasons: [...new Set(paths.map((path) => path.replace(/[.[].*/, "")))], detailedDiff };
}
