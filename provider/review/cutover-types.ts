import type { Step } from "./preview";
import { OWN_TYPES, urnParts } from "./urn";

/** The component that stands for a cutover. */
export const CUTOVER = "persistentchat:index:GroupChatCutover";
/** The stage that a program wants a cutover to be at. */
export const CUTOVER_STAGE = `${OWN_TYPES}CutoverStage`;
/** The endpoint that takes an address over. Whatever becomes of the resource, the endpoint stays. */
export const CUTOVER_ENDPOINT = `${OWN_TYPES}CutoverEndpoint`;
/** The removal of that endpoint, on the way back. */
export const CUTOVER_REMOVAL = `${OWN_TYPES}CutoverEndpointRemoval`;
/** How far a cutover has come, which its program looks up. */
export const CUTOVER_PROGRESS = `${OWN_TYPES}CutoverProgress`;

/** Whether a resource is a step of a cutover, or its stage. */
export function isOfCutover({ type, kind, parent }: Step): boolean {
  if (kind === undefined && type.startsWith(OWN_TYPES)) return true;
  return parent !== undefined && urnParts(parent).type === CUTOVER;
}
