/** A resource that was not as the plan has it. */
export interface Violation {
  /** Type and logical name, as the engine heads its messages. */
  resource: string;
  /** Where the message names it. */
  urn?: string;
  /** Names of the arguments or outputs that are not as planned; empty where something else is. */
  properties: string[];
  /** What the engine says of it, without values. */
  reason: string;
}

const PLAN =
  /\b(?:violates plan|(?:is )?not allowed by the plan|expected resource operations for .* none were seen)\b/;
const PROPERTIES = /^(.*? violates plan: properties changed:)(.*)$/s;
const CHECKED = /^(.*?\bproperty \S+)(?: with)? value ['{]/s;
const PROBLEM = " has a problem:";
/** An entry of the engine's list: what was planned and what is done (`+`, `~`, `-` or `=`), and the name. */
const ENTRY = /^[-+~=]{2}([A-Za-z_][\w:.-]*)/;
/** Where the values of an entry end: at the end of the list, or at the next entry. */
const VALUES_END = /\}\](?:$|, (?=[-+~=]{2}[A-Za-z_][\w:.-]*(?:\[|, |$)))/;

/**
 * A message of the engine without the values that it tells of properties, which may be secrets in clear; the names of the
 * properties stay. What has none stays as it is.
 */
export function withoutValues(message: string): string {
  const [, head, list] = PROPERTIES.exec(message) ?? [];
  if (head !== undefined && list !== undefined)
    return [head, propertiesIn(list.trimStart()).join(", ")].join(" ").trimEnd();
  const [, named] = CHECKED.exec(message) ?? [];
  if (named === undefined) return message;
  const end = message.lastIndexOf(PROBLEM);
  return end < named.length ? named : `${named}${message.slice(end)}`;
}

/** The names in the engine's list of properties. A value may hold anything, so that what does not look like an entry ends it. */
function propertiesIn(list: string): string[] {
  const names: string[] = [];
  for (let rest = list; ; ) {
    const [entry, name] = ENTRY.exec(rest) ?? [];
    if (entry === undefined || name === undefined) return names;
    names.push(name);
    rest = rest.slice(entry.length);
    if (rest.startsWith(", ")) rest = rest.slice(2);
    else {
      const end = rest.startsWith("[") ? VALUES_END.exec(rest) : null;
      if (end === null) return names;
      rest = rest.slice(end.index + end[0].length);
    }
  }
}

/** The indentation of a message below the resource that it is about; a row of progress has the resource in front of it. */
const MESSAGE = "    ";
const HEADED = /^ {4}(?:(?:error|warning|info|debug): |\s*- property )/;
const HEADING = /^ {2}(\S.*):$/;
const UPDATING = /^Updating \(/;

/** Takes what `pulumi up` prints, without `--diff`, line by line, and gives the same without the values of properties. */
export class EngineText {
  readonly #violations: Violation[] = [];
  #heading = "";
  /** A message that tells values, which may go on over lines: they look like messages of their own. */
  #message: string[] = [];
  #hasBegun = false;

  /** What was said of the plan so far. */
  get violations(): readonly Violation[] {
    return this.#violations;
  }

  /** Whether the engine has begun to apply anything. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** The lines to print. */
  push(line: string): string[] {
    if (this.#message.length > 0 && line.startsWith(MESSAGE)) {
      this.#message.push(line.slice(MESSAGE.length));
      return [];
    }
    const ended = this.end();
    if (HEADED.test(line) && withoutValues(line) !== line) {
      this.#message = [line.slice(MESSAGE.length)];
      return ended;
    }
    this.#heading = HEADING.exec(line)?.[1] ?? this.#heading;
    this.#hasBegun ||= UPDATING.test(line);
    if (HEADED.test(line)) this.#note(line.slice(MESSAGE.length));
    return [...ended, withoutValues(line)];
  }

  /** The lines to print when there are no more. */
  end(): string[] {
    if (this.#message.length === 0) return [];
    const message = this.#message.join("\n");
    this.#message = [];
    this.#note(message);
    return `${MESSAGE}${withoutValues(message)}`.split("\n");
  }

  #note(message: string): void {
    if (!PLAN.test(message)) return;
    const reason = withoutValues(message).replace(/^error: /, "");
    const urn = /\burn:pulumi:.*?(?= violates plan:| but none were seen)/.exec(reason)?.[0];
    const list = PROPERTIES.exec(message)?.[2];
    this.#violations.push({
      resource: this.#heading,
      ...(urn !== undefined && { urn }),
      properties: list === undefined ? [] : propertiesIn(list.trimStart()),
      reason,
    });
  }
}
