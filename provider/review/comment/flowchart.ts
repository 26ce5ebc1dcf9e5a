import type { TopologyKind } from "../../registry/records";
import { isChange } from "../preview";
import { isSecret, isUnknown, knownName } from "../values";
import { gathered } from "./gathered";
import type { Edge, Fate, Node, Piece } from "./picture";
import { type Declared, domainOf, fieldOf, type Scope, type Topology } from "./topology";

/**
 * The parts of the topology that change, and what they touch, the changes first: SIP domains, addresses, pools, and the
 * servers and next hop of these.
 */
export function piecesOf(scopes: readonly Scope[]): Piece[] {
  return scopes.flatMap((scope, index) => gathered(new ScopePicture(scope, index).pieces()));
}

class ScopePicture {
  readonly #nodes = new Map<string, Node>();
  readonly #members = new Map<string, readonly [Set<string>, Set<string>]>();

  constructor(
    private readonly scope: Scope,
    private readonly index: number,
  ) {}

  pieces(): Piece[] {
    const { steps, before, after } = this.scope;
    const changing = steps.filter(({ operation }) => operation !== "same");
    const sides = [before, after];
    const addresses = this.#keysOf(changing, "endpoint", "sipAddress");
    // What a cutover hands over is declared by no endpoint of the program.
    for (const [address, { step }] of [...before.endpoints, ...after.endpoints])
      if (step.kind === undefined && isChange(step)) addresses.add(address);
    const pools = this.#keysOf(changing, "pool", "poolFqdn");
    const domains = this.#keysOf(changing, "sip-domain", "domain");
    const led = [...addresses].flatMap((address) => this.#endpoint(address));
    const touched = [...addresses].flatMap((address) =>
      sides.flatMap((side) => knownName(side.endpoints.get(address)?.values.poolFqdn) ?? []),
    );
    const leading = [...pools].flatMap((pool) => sides.flatMap((side) => side.leadingTo(pool)));
    return [
      ...led,
      ...[...domains].map((domain) => this.#node("sip-domain", domain)),
      ...[...pools].flatMap((pool) => this.#pool(pool)),
      ...leading.flatMap((address) => this.#endpoint(address)),
      ...touched.flatMap((pool) => this.#pool(pool)),
    ];
  }

  #keysOf(steps: Scope["steps"], kind: Scope["steps"][number]["kind"], field: string): Set<string> {
    const own = steps.filter((step) => step.kind === kind);
    return new Set(
      own.flatMap(({ before, after }) => [before, after].flatMap((side) => knownName(side?.[field]) ?? [])),
    );
  }

  /** Its domain, itself, and where it leads and led. */
  #endpoint(address: string): Piece[] {
    const { before, after } = this.scope;
    const node = this.#node("endpoint", address);
    const domain = domainOf(address);
    const [old, next] = [before, after].map((side) =>
      knownName(side.endpoints.get(address)?.values.poolFqdn),
    );
    const pieces: Piece[] = [];
    if (old !== undefined && old === next)
      pieces.push({ from: node, to: this.#node("pool", old), fate: "same" });
    else {
      if (next !== undefined) pieces.push({ from: node, to: this.#node("pool", next), fate: "new" });
      if (old !== undefined) pieces.push({ from: node, to: this.#node("pool", old), fate: "gone" });
    }
    if (domain !== undefined)
      pieces.push({ from: this.#node("sip-domain", domain), to: node, fate: fateOfEdge(node) });
    return pieces.length > 0 ? pieces : [node];
  }

  /** Itself, its servers and the pool through which it is reached. */
  #pool(pool: string): Piece[] {
    const node = this.#node("pool", pool);
    return [
      node,
      ...this.#edgesOf(node, serversOf, "server"),
      ...this.#edgesOf(node, nextHopOf, "Front End pool", "next hop"),
    ];
  }

  #edgesOf(pool: Node, of: Members, kind: string, label?: string): Edge[] {
    const { before, after } = this.scope;
    const [from, to] = [before, after].map((side) => {
      const declared = side.pools.get(pool.name);
      return declared ? of(declared) : [];
    });
    // What cannot be seen on one side may be the same as on the other.
    if (from === undefined || to === undefined) return [];
    // A server may pass from one pool to another.
    const [was, is] = this.#membersOf(kind, of);
    return [...new Set([...to, ...from])].map((name) => {
      const other = this.#remember(`${kind} ${name}`, kind, name, fateOf(was.has(name), is.has(name)));
      const fate = fateOf(from.includes(name), to.includes(name));
      return { from: pool, to: other, fate, ...(label !== undefined && { label }) };
    });
  }

  /** What all pools have of a kind, before and after. */
  #membersOf(kind: string, of: Members): readonly [Set<string>, Set<string>] {
    const known = this.#members.get(kind);
    if (known) return known;
    const all = ({ pools }: Topology) => new Set([...pools.values()].flatMap((pool) => of(pool) ?? []));
    const members = [all(this.scope.before), all(this.scope.after)] as const;
    this.#members.set(kind, members);
    return members;
  }

  #node(kind: TopologyKind, key: string): Node {
    const { before, after } = this.scope;
    const [old, next] = [before, after].map((side) => side.of(kind).get(key));
    const label = { "sip-domain": "SIP domain", pool: "pool", endpoint: "" }[kind];
    return this.#remember(`${kind} ${key}`, label, key, fateOfDeclared(old, next));
  }

  #remember(what: string, kind: string, name: string, fate: Fate): Node {
    const { provider } = this.scope;
    const known = this.#nodes.get(what);
    if (known) return known;
    const id = `s${this.index}n${this.#nodes.size}`;
    const node: Node = {
      id,
      kind,
      name,
      fate,
      ...(provider !== undefined && { frame: `registry of provider ${provider}` }),
    };
    this.#nodes.set(what, node);
    return node;
  }
}

function fateOfDeclared(old: Declared | undefined, next: Declared | undefined): Fate {
  if (old === undefined || next === undefined) return fateOf(old !== undefined, next !== undefined);
  // What is kept is as it was.
  return !isChange(next.step) || next.values === next.step.before ? "same" : "changed";
}

/** What neither side declares is made elsewhere, and stays. */
function fateOf(was: boolean, is: boolean): Fate {
  if (was === is) return "same";
  return is ? "new" : "gone";
}

function fateOfEdge({ fate }: Node): Fate {
  return fate === "changed" ? "same" : fate;
}

/** The names of what a pool has of a kind; `undefined` where they are a secret or not known yet. */
type Members = (pool: Declared) => readonly string[] | undefined;

function serversOf(pool: Declared): readonly string[] | undefined {
  const { shape, poolFqdn } = pool.values;
  const servers = fieldOf(pool, "servers") ?? (shape === "single" ? [poolFqdn] : []);
  if (isSecret(servers) || isUnknown(servers)) return undefined;
  return Array.isArray(servers) ? servers.flatMap((server) => knownName(server) ?? []) : [];
}

function nextHopOf(pool: Declared): readonly string[] | undefined {
  const hop = fieldOf(pool, "nextHopPool");
  if (isSecret(hop) || isUnknown(hop)) return undefined;
  return typeof hop === "string" ? [hop] : [];
}
