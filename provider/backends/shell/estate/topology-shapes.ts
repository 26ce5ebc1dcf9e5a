import { SaxesParser } from "saxes";
import { lowerCase } from "../../../registry/fqdn";
import type { PoolShape } from "../../../registry/records";

/**
 * The shape of each pool, by its FQDN in lower case, from the topology document: the only place that is known to tell it.
 * Fails with the parser's error where the document is none.
 */
export function poolShapes(xml: string): Map<string, PoolShape> {
  const shapes = new Map<string, PoolShape>();
  const parser = new SaxesParser();
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ name, attributes }) => {
    const { Fqdn, IsSingleMachineOnly } = attributes as Record<string, string | undefined>;
    if (Fqdn === undefined || name.replace(/^.*:/, "") !== "Cluster") return;
    shapes.set(lowerCase(Fqdn), IsSingleMachineOnly?.toLowerCase() === "true" ? "single" : "multiple");
  });
  parser.write(xml).close();
  return shapes;
}
