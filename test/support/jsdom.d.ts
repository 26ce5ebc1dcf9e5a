/** What the tests need of jsdom. Its own types bring those of a browser, in which all of this package would then be compiled. */
declare module "jsdom" {
  export interface DomNode {
    readonly nodeName: string;
    readonly textContent: string | null;
    readonly childNodes: Iterable<DomNode>;
  }

  export interface DomElement extends DomNode {
    readonly attributes: Iterable<{ readonly name: string; readonly value: string }>;
    querySelectorAll(selectors: string): Iterable<DomElement>;
  }

  export class JSDOM {
    constructor(html?: string);
    static fragment(html: string): DomElement;
    readonly window: { readonly document: object };
  }
}
