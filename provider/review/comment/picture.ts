import { shownText } from "../phrase";

/** What becomes of a part of the picture. */
export type Fate = "same" | "new" | "changed" | "gone";

export interface Node {
  /** Of letters and digits. */
  id: string;
  /** What stands before the name. */
  kind: string;
  name: string;
  fate: Fate;
  /** How many others it stands for, beside itself. */
  more?: number;
  /** The frame in which it stands. */
  frame?: string;
}

export interface Edge {
  from: Node;
  to: Node;
  fate: Fate;
  label?: string;
}

/** A part of a topology, drawn whole or not at all. */
export type Piece = Node | Edge;

/** The form says what the colour says. */
const FORMS: Readonly<Record<Fate, readonly [string, string, string]>> = {
  same: ["[", "", "]"],
  new: ["([", "new: ", "])"],
  changed: ["[[", "changed: ", "]]"],
  gone: ["{{", "gone: ", "}}"],
};
const CLASSES: Readonly<Record<Exclude<Fate, "same">, string>> = {
  new: "fill:#dafbe1,stroke:#1a7f37,color:#1f2328",
  changed: "fill:#fff8c5,stroke:#9a6700,color:#1f2328",
  gone: "fill:#ffebe9,stroke:#cf222e,color:#1f2328,stroke-dasharray:5 5",
};
const ARROWS: Readonly<Record<Fate, string>> = {
  same: "-->",
  new: "==>",
  changed: "==>",
  gone: "-.->",
};
/** Mermaid draws 500 edges, and GitHub 50,000 characters; nobody can read so much. */
const MOST_EDGES = 200;
const MOST_BYTES = 16_000;
const LONGEST_NAME = 60;

export interface Picture {
  lines: string[];
  /** How many nodes it has no room for, and how many edges between those that it has. */
  left: { nodes: number; edges: number };
}

/** A flowchart of Mermaid of the pieces, the first ones first, as many as there is room for. */
export function drawn(pieces: readonly Piece[]): Picture {
  const nodes = new Map<string, Node>();
  const edges = new Map<string, Edge>();
  const left = new Map<string, Piece>();
  let bytes = 0;
  for (const piece of pieces) {
    const isEdge = "from" in piece;
    const key = isEdge ? edgeKey(piece) : piece.id;
    if (isEdge ? edges.has(key) : nodes.has(key)) continue;
    const fresh = (isEdge ? [piece.from, piece.to] : [piece]).filter(({ id }) => !nodes.has(id));
    // A node is named once more in the list of its class.
    const cost =
      fresh.reduce((sum, node) => sum + Buffer.byteLength(nodeLine(node)) + node.id.length + 8, 0) +
      (isEdge ? Buffer.byteLength(edgeLine(piece)) + 1 : 0);
    if (bytes + cost > MOST_BYTES || (isEdge && edges.size >= MOST_EDGES)) {
      left.set(key, piece);
      continue;
    }
    bytes += cost;
    for (const node of fresh) nodes.set(node.id, node);
    if (isEdge) edges.set(key, piece);
  }
  const ends = [...left.values()].flatMap((piece) => ("from" in piece ? [piece.from, piece.to] : [piece]));
  const absent = new Set(ends.map(({ id }) => id).filter((id) => !nodes.has(id)));
  const between = [...left.values()].filter(
    (piece) => "from" in piece && !absent.has(piece.from.id) && !absent.has(piece.to.id),
  );
  return {
    lines: linesOf([...nodes.values()], [...edges.values()]),
    left: { nodes: absent.size, edges: between.length },
  };
}

function linesOf(nodes: readonly Node[], edges: readonly Edge[]): string[] {
  if (nodes.length === 0) return [];
  const frames = [...new Set(nodes.map(({ frame }) => frame))];
  const classes = Object.entries(CLASSES).flatMap(([fate, style]) => {
    const ids = nodes.filter((node) => node.fate === fate).map(({ id }) => id);
    return ids.length === 0 ? [] : [`  classDef ${fate} ${style}`, `  class ${ids.join(",")} ${fate}`];
  });
  return [
    "flowchart LR",
    ...frames.flatMap((frame, index) => {
      const lines = nodes.filter((node) => node.frame === frame).map(nodeLine);
      if (frame === undefined) return lines;
      return [
        `  subgraph frame${index}["${labelText(frame)}"]`,
        ...lines.map((line) => `  ${line}`),
        "  end",
      ];
    }),
    ...edges.map(edgeLine),
    ...classes,
  ];
}

function nodeLine({ id, kind, name, fate, more }: Node): string {
  const [open, word, close] = FORMS[fate];
  const others = more === undefined ? "" : ` and ${more.toLocaleString("en-US")} more`;
  return `  ${id}${open}"${word}${kind}${kind === "" ? "" : " "}${labelText(name)}${others}"${close}`;
}

function edgeLine({ from, to, fate, label }: Edge): string {
  const words = [label, fate === "same" ? undefined : fate].filter((word) => word !== undefined).join(", ");
  return `  ${from.id} ${ARROWS[fate]}${words === "" ? "" : `|"${words}"|`} ${to.id}`;
}

function edgeKey({ from, to, fate, label }: Edge): string {
  return [from.id, to.id, fate, label].join(" ");
}

/**
 * A text between quotation marks. Whatever is no letter, digit or harmless sign stands there by its number: nothing can end
 * the label, and nothing in it is a directive, a link, a tag or an icon.
 */
function labelText(text: string): string {
  const shown = shownText(text, LONGEST_NAME);
  return shown === ""
    ? "#40;empty#41;"
    : shown.replace(/[^A-Za-z0-9 ._@-]/gu, (character) => `#${character.codePointAt(0)};`);
}
