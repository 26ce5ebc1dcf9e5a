import { readFolder } from "../../cutover/folder-contents";
import { progressOf } from "../../cutover/progress";
import { rehearse } from "../../cutover/rehearsal/rehearse";
import { decideBy, minutes } from "../../cutover/stage-rules";
import { wayBackOf } from "../../cutover/way-back";
import { operator } from "../../registry/operator";
import type { TopologyRegistry } from "../../registry/registry";
import type { SipAddress } from "../../registry/sip-address";
import type { Answer, Surroundings } from "../command";
import { table } from "../table";
import { moment } from "../times";
import { unknownCutover } from "./operands";

/**
 * `cutover rehearse <name> --user <sip uri>`: the dress rehearsal of the handover with a throw-away user. As JSON the rehearsal
 * as the record keeps it, with `wayBack` in milliseconds, `decideBy` where there is a window, and `gaveBack`, the address of an
 * earlier one that was cut off; or `null`.
 */
export async function cutoverRehearse(
  name: string,
  user: SipAddress,
  registry: TopologyRegistry,
  { clock }: Surroundings,
): Promise<Answer> {
  const stored = await registry.get("cutover", name);
  if (stored === undefined) return { json: null, text: "", notFound: unknownCutover(name) };
  const by = { operator: operator() };
  const { record, rehearsal, gaveBack } = await rehearse(stored, user, { registry, clock, by });
  const { notes } = await readFolder(record, stored.incarnation);
  const wayBack = wayBackOf(progressOf(record.plan, record.attempts, notes), record);
  const last = decideBy(record, wayBack)?.toISOString();
  const { release, endpoint, lookUp, removal, restore } = rehearsal;
  const durations = table(
    ["STEP", "TOOK"],
    [
      ["the user gives the address up", seconds(release)],
      ["the endpoint takes it", seconds(endpoint)],
      ["it is looked up", seconds(lookUp)],
      ["back: the endpoint is removed", seconds(removal)],
      ["back: the user has the address again", seconds(restore)],
    ],
  );
  const told = [
    ...(gaveBack === undefined
      ? []
      : [`gave back first what an earlier rehearsal had taken of '${gaveBack}'`]),
    `between the user and the endpoint nobody held the address, for ${seconds(release + endpoint)}`,
    `the way back takes ${minutes(Math.max(wayBack, 1))}, as far as it was measured`,
    ...(last === undefined ? [] : [`the handover is to be entered by ${moment(last)} UTC`]),
  ];
  return {
    json: { ...rehearsal, wayBack, ...(last && { decideBy: last }), ...(gaveBack && { gaveBack }) },
    text: [durations, told.join("\n")].join("\n\n"),
  };
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(3)} s`;
}
