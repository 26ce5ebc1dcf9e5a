import { named } from "../../registry/failures";

/** What is said of a cutover that the registry does not know. */
export function unknownCutover(name: string): string {
  return `the registry knows no ${named("cutover", name)}; 'persistentchat list cutovers' shows those that it knows`;
}
