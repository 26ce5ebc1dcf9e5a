import type { Kind, RecordOf } from "../registry/records";

/**
 * A record as people and programs get to see it: without the token of a cutover's lease, which lets whoever has it in, and
 * without what a directory keeps of a user beside the address and the name.
 */
export function shown(record: RecordOf<Kind>): object {
  if ("lease" in record && record.lease !== null) {
    const { token: _, ...lease } = record.lease;
    return { ...record, lease };
  }
  if ("attributes" in record) {
    const { attributes: _, ...rest } = record;
    return rest;
  }
  return record;
}
