import type { Edge, Node, Piece } from "./picture";

/** So many nodes of which one says what all of them say are still drawn one by one. */
const MOST_ALIKE = 5;

/**
 * The same pieces with one node in place of many that become the same and are connected with the same nodes in the same way:
 * forty endpoints that follow one pool, for instance.
 */
export function gathered(pieces: readonly Piece[]): Piece[] {
  const alike = new Map<string, Node[]>();
  const connections = connectionsOf(pieces);
  for (const node of nodesOf(pieces)) {
    const { kind, fate, frame } = node;
    const key = JSON.stringify([kind, fate, frame, [...(connections.get(node) ?? [])].sort()]);
    const same = alike.get(key);
    if (same) same.push(node);
    else alike.set(key, [node]);
  }
  const inPlace = new Map<Node, Node | undefined>();
  for (const [first, ...others] of alike.values()) {
    if (first === undefined || others.length < MOST_ALIKE) continue;
    inPlace.set(first, { ...first, more: others.length });
    for (const other of others) inPlace.set(other, undefined);
  }
  return pieces.flatMap((piece): Piece[] => {
    if (!("from" in piece)) return drawnAs(piece);
    const [from] = drawnAs(piece.from);
    const [to] = drawnAs(piece.to);
    return from && to ? [{ ...piece, from, to }] : [];
  });

  function drawnAs(node: Node): Node[] {
    const other = inPlace.has(node) ? inPlace.get(node) : node;
    return other ? [other] : [];
  }
}

function nodesOf(pieces: readonly Piece[]): Set<Node> {
  return new Set(pieces.flatMap((piece) => ("from" in piece ? [piece.from, piece.to] : [piece])));
}

/** How each node is connected, as texts that are the same for the same connections. */
function connectionsOf(pieces: readonly Piece[]): Map<Node, Set<string>> {
  const connections = new Map<Node, Set<string>>();
  const add = (node: Node, way: string, other: Node, { fate, label }: Edge) => {
    const known = connections.get(node) ?? new Set();
    connections.set(node, known.add(JSON.stringify([way, other.id, fate, label])));
  };
  for (const piece of pieces) {
    if (!("from" in piece)) continue;
    add(piece.from, "to", piece.to, piece);
    add(piece.to, "from", piece.from, piece);
  }
  return connections;
}
