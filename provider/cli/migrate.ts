import { type Command, UsageError } from "./command";

/**
 * `migrate`: makes the registry, or brings it to the schema of this version, so that an account that may not do that can use
 * it. Done again, it changes nothing. As JSON `{"migrated": true}`.
 */
export const migrate: Command = (operands) => {
  if (operands.length > 0) throw new UsageError("migrate takes no operand");
  return async (registry) => {
    await registry.migrate();
    return { json: { migrated: true }, text: "the registry is of the schema of this version" };
  };
};
