import type { Properties } from "../properties";

// The kinds of a cutover's resources, known without loading what handles them.

/** The kind of what the component reads before it declares anything. */
export const PROGRESS = "cutover-progress";

/** The kinds of those that are made. */
export const CUTOVER_KINDS = [
  "cutover-stage",
  "cutover-preflight",
  "user-snapshot",
  "user-release",
  "user-restore",
  "cutover-endpoint",
  "cutover-endpoint-removal",
] as const;
export type CutoverKindName = (typeof CUTOVER_KINDS)[number];

/** Whether properties are those of a resource of a cutover. */
export function isOfCutover({ __kind }: Properties): boolean {
  return __kind === PROGRESS || CUTOVER_KINDS.some((kind) => kind === __kind);
}
