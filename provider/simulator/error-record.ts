import { TEMPLATES, type Template } from "./error-templates";

/** An error as the reply to a request carries it. */
export interface ErrorRecord {
  message: string;
  id: string;
  category: string;
  target: string;
  exceptions: string[];
}

/** What stops a cmdlet. */
export class ShellError extends Error {
  override readonly name = "ShellError";
  readonly #template: Template;
  readonly #values: readonly string[];

  constructor(kind: keyof typeof TEMPLATES, ...values: string[]) {
    super(filled(TEMPLATES[kind].english, values));
    this.#template = TEMPLATES[kind];
    this.#values = values;
  }

  /** The record of the error in a call of this cmdlet; in German on a localised host. */
  record(cmdlet: string, german: boolean): ErrorRecord {
    const { id, category, exceptions } = this.#template;
    return {
      message: german ? filled(this.#template.german, this.#values) : this.message,
      id: `${id},${cmdlet}`,
      category,
      target: this.#values[0] ?? "",
      exceptions: [...exceptions],
    };
  }
}

function filled(text: string, values: readonly string[]): string {
  return text.replace(/\{(\d)\}/g, (_, index) => values[Number(index)] ?? "");
}
