import { KIND_LABELS, type Kind } from "../registry/records";

interface Move {
  kind: Kind;
  /** The owner as the record has it, `<project>/<stack>/<logical name>`. */
  resource: string;
  from: string;
  to: string;
}

/**
 * Remembers which resources move from one key to another in this run, to refuse in the preview what an update cannot do
 * in one step: a resource is made at its new key before it is removed from the old one, so a key that one resource gives
 * up is still held when another one takes it; two that swap their keys would wait for each other.
 */
export class Handovers {
  readonly #moves = new Map<string, Move>();

  /**
   * Notes what one `check` saw, and says what is wrong with it beside the moves noted before. The engine may check a
   * resource again, and checks what it replaces a second time as if it were new (`from` is absent): neither is a move of
   * its own.
   */
  note(kind: Kind, resource: string, from: string | undefined, to: string | undefined): string[] {
    if (from === undefined) return [];
    const self = `${kind} ${resource}`;
    this.#moves.delete(self);
    if (to === undefined || to === from) return [];
    const move = { kind, resource, from, to };
    const others = [...this.#moves.values()].filter((other) => other.kind === kind);
    this.#moves.set(self, move);
    return others.flatMap((other) => {
      if (other.from === to && other.to === from) return [swapped(other, move)];
      if (other.from === to) return [passed(other, move)];
      if (other.to === from) return [passed(move, other)];
      return [];
    });
  }
}

function passed(giver: Move, taker: Move): string {
  return `the ${KIND_LABELS[giver.kind]} '${giver.from}' passes from the resource '${giver.resource}' to '${taker.resource}', which takes two steps: first let '${giver.resource}' give it up and run 'pulumi up', then let '${taker.resource}' take it`;
}

function swapped(one: Move, other: Move): string {
  return `the resources '${one.resource}' and '${other.resource}' swap the ${KIND_LABELS[one.kind]}s '${one.from}' and '${other.from}', which takes two steps: first let both give theirs up and run 'pulumi up', then let each take the other's`;
}
