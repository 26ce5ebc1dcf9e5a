import { cutoverDrift, cutoverEndpoints } from "../../../review/cutover-drift";
import type { ResourceDrift } from "../../../review/drift";
import type { StackState } from "../../../review/state";
import type { StackRegistries } from "../registries";

/** What differs of the endpoints that cutovers made, and why some of it is not known, as sentences. Fails with `RegistryError`. */
export async function cutoverDrifts(
  state: StackState,
  registries: StackRegistries,
): Promise<{ resources: ResourceDrift[]; notes: string[] }> {
  const resources: ResourceDrift[] = [];
  const notes = new Set<string>();
  for (const endpoint of cutoverEndpoints(state)) {
    const { id = "", provider } = endpoint;
    if (registries.isSecret(provider)) {
      notes.add(
        `what cutovers of provider '${provider}' made was not compared: its registry is a secret of the program`,
      );
      continue;
    }
    const live = await (await registries.of(provider)).get("endpoint", id);
    const differing = cutoverDrift(endpoint, live);
    if (differing) resources.push(differing);
  }
  return { resources, notes: [...notes] };
}
