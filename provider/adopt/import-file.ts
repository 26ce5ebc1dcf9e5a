import type { Properties } from "../lifecycle/properties";
import { adoptionOf, outputsOf } from "../lifecycle/results";
import { LOADER } from "../resources/loader";
import { isEncrypted } from "../review/state";
import { typeOfKind } from "../review/urn";
import { resourceKindOf } from "./arguments";
import type { Adoption } from "./plan";

/**
 * The file for `pulumi import --file` (https://www.pulumi.com/docs/iac/adopting-pulumi/import/#bulk-import-operations). It says all
 * that state has after an `up`, and the engine takes it as it is. `forgets` tells whether the registry forgets what was taken over
 * when its resource is deleted.
 */
export function importFile(adoptions: readonly Adoption[], forgets: boolean): string {
  const resources = adoptions.map(({ stored, name, managedBy, given }) => {
    const { kind, key: id, adopted } = stored;
    const inputs = { ...given, __kind: kind, managedBy };
    const outputs = {
      ...withPlainSecrets(outputsOf(resourceKindOf(kind), inputs, stored)),
      ...adoptionOf({ __adopted: forgets && adopted }),
    };
    const provider = { __provider: LOADER };
    return {
      type: typeOfKind(kind),
      name,
      id,
      inputs: { ...inputs, ...provider },
      outputs: { ...outputs, ...provider },
    };
  });
  return `${JSON.stringify({ resources }, null, 2)}\n`;
}

/** A secret as the file may have it, which differs from the form on the wire. */
function withPlainSecrets(properties: Properties): Properties {
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => {
      if (typeof value !== "object" || value === null || Array.isArray(value)) return [name, value];
      if (!isEncrypted(value)) return [name, withPlainSecrets(value as Properties)];
      const { value: plain, ...mark } = value as Properties;
      return [name, { ...mark, plaintext: JSON.stringify(plain) }];
    }),
  );
}
