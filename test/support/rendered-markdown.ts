import { type DomElement, type DomNode, JSDOM } from "jsdom";
import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";

/** Markdown as GitHub renders it, before anything dangerous is taken out: what must not be there would be seen. */
export function rendered(markdown: string): DomElement {
  return JSDOM.fragment(
    micromark(markdown, {
      allowDangerousHtml: true,
      allowDangerousProtocol: true,
      extensions: [gfm()],
      htmlExtensions: [gfmHtml()],
    }),
  );
}

/** The elements, one in another, without their texts. */
export function outline(node: DomNode): string {
  const attributes =
    "attributes" in node ? [...(node as DomElement).attributes].map(({ name }) => ` ${name}`) : [];
  const inside = [...node.childNodes].map(outline).join("");
  return node.nodeName === "#text" ? "" : `(${node.nodeName}${attributes.join("")}${inside})`;
}

/** The texts of all elements that a selector finds. */
export function texts(root: DomElement, selectors: string): string[] {
  return [...root.querySelectorAll(selectors)].map(({ textContent }) => textContent ?? "");
}

/** What stands outside of code: there a mention or an address would become a link. */
export function proseOf(node: DomNode): string {
  if (["CODE", "PRE", "#comment"].includes(node.nodeName)) return "";
  if (node.nodeName === "#text") return node.textContent ?? "";
  return [...node.childNodes].map(proseOf).join("");
}
