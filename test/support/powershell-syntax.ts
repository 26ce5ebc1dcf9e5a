import { Language, type Node, Parser } from "web-tree-sitter";

/** Reads texts as PowerShell, as far as its grammar goes: what a name means, it does not know. */
export async function powershellParser(): Promise<(text: string) => Node> {
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(
    await Language.load(require.resolve("tree-sitter-powershell/tree-sitter-powershell.wasm")),
  );
  return (text) => {
    const tree = parser.parse(text);
    if (!tree) throw new Error("the text was not parsed");
    return tree.rootNode;
  };
}

/** The node and all below it, in the order of the text. */
export function* nodesOf(node: Node): Generator<Node> {
  yield node;
  for (const child of node.children) yield* nodesOf(child);
}

/** The texts of all nodes of a type, each once. */
export function textsOf(root: Node, type: string): string[] {
  return [...new Set([...nodesOf(root)].filter((node) => node.type === type).map((node) => node.text))];
}

/** The nodes of a type. */
export function nodesOfType(root: Node, type: string): Node[] {
  return [...nodesOf(root)].filter((node) => node.type === type);
}

/** The words of a command after its name. */
export function argumentsOf(command: Node): Node[] {
  const elements = command.children.find((child) => child.type === "command_elements");
  return (elements?.children ?? []).filter((child) => child.type !== "command_argument_sep");
}
