import type { TopologyRegistry } from "../../registry/registry";
import type { Answer, Surroundings } from "../command";
import { follow } from "./follow";
import { unknownCutover } from "./operands";
import { readStatus } from "./read-status";
import { statusPage } from "./status-page";

/** `cutover status <name>`: how a cutover stands, on one page. As JSON a `CutoverStatus`, or `null`. */
export async function cutoverStatus(
  name: string,
  registry: TopologyRegistry,
  surroundings: Surroundings,
): Promise<Answer> {
  const status = await readStatus(name, registry, surroundings.clock);
  if (status === undefined) return { json: null, text: "", notFound: unknownCutover(name) };
  return { json: status, text: statusPage(status, { colours: inColours(surroundings) }) };
}

/**
 * `cutover status <name> --follow`: the same, again and again until the signal. Gives one sentence for people where there is
 * no such cutover.
 */
export async function followStatus(
  name: string,
  registry: TopologyRegistry,
  surroundings: Surroundings,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { out, clock } = surroundings;
  const screen = {
    write: (text: string) => out.write(text),
    isTTY: out.isTTY === true,
    colours: inColours(surroundings),
  };
  const isThere = await follow(() => readStatus(name, registry, clock), screen, signal);
  return isThere ? undefined : unknownCutover(name);
}

/** Whether colours are shown: on a terminal, unless NO_COLOR is set (no-color.org). */
function inColours({ out, env }: Surroundings): boolean {
  return out.isTTY === true && !env.NO_COLOR;
}
