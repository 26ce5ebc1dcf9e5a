import { JSDOM } from "jsdom";

/** A flowchart as Mermaid's own parser understands it. */
export interface Flowchart {
  nodes: { id: string; text: string; type?: string; classes: string[] }[];
  edges: { start: string; end: string; text: string; stroke: string }[];
}

interface FlowDatabase {
  getVertices(): Map<string, Flowchart["nodes"][number]>;
  getEdges(): Flowchart["edges"];
}

let loading: ReturnType<typeof load> | undefined;

/** Fails where Mermaid does not take the text, or would not draw it on GitHub. */
export async function parsedFlowchart(text: string): Promise<Flowchart> {
  loading ??= load();
  const mermaid = await loading;
  if (text.length > 50_000) throw new Error(`Mermaid text of ${text.length} characters`);
  // It knows no kind of diagram before it has parsed one; directives in the text are taken out by this alone.
  await mermaid.parse(text);
  const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
  const { getVertices, getEdges } = db as unknown as FlowDatabase;
  const nodes = [...getVertices.call(db).values()].map((node) => ({ ...node, text: decoded(node.text) }));
  return { nodes, edges: getEdges.call(db) };
}

/** Its sanitizer wants a document while it is loaded; nothing else in the process is to see one. */
async function load() {
  const { window } = new JSDOM("");
  Object.assign(globalThis, { window, document: window.document });
  try {
    return (await import("mermaid")).default;
  } finally {
    Reflect.deleteProperty(globalThis, "window");
    Reflect.deleteProperty(globalThis, "document");
  }
}

/** Between parsing and drawing Mermaid keeps `#35;` in a form of its own. */
function decoded(text: string): string {
  return text.replace(/ﬂ°°(\d+)¶ß/g, (_, code) => String.fromCodePoint(Number(code)));
}
