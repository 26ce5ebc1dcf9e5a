import { UsageError } from "./command";
import { assertTaken, OF_REGISTRY, registryOptions, type Values } from "./options";
import type { Request } from "./request";
import { userAdditionOf } from "./user-add";
import { restoreUser } from "./user-restore";

/** Reads what stands behind `user`. Fails with `UsageError`. */
export function readUser(operands: readonly string[], values: Values): Request {
  const { json = false, "display-name": displayName, attributes } = values;
  if (operands[0] === "restore") {
    assertTaken("user restore", values, OF_REGISTRY);
    const [, file, ...rest] = operands;
    if (!file || rest.length > 0) throw new UsageError("user restore takes the file of a snapshot");
    const options = registryOptions(values);
    return { ask: "registry", command: restoreUser(file), options, json };
  }
  assertTaken("user add", values, [...OF_REGISTRY, "display-name", "attributes"]);
  const options = registryOptions(values);
  return { ask: "user-add", user: userAdditionOf(operands, { displayName, attributes }), options, json };
}
