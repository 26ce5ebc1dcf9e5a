import type { Fqdn } from "./fqdn";
import type { SipAddress } from "./sip-address";

/**
 * How far a cutover from Group Chat to Persistent Chat has gone. `prepare` changes nothing; `migrate` does everything slow, all
 * of it free to undo; `handover` gives the addresses to the pool; `complete` ends the way back.
 */
export const CUTOVER_STAGES = ["prepare", "migrate", "handover", "complete"] as const;
export type CutoverStage = (typeof CUTOVER_STAGES)[number];

/** What the name of a cutover is made of. */
export const CUTOVER_NAME = /^[a-z0-9-]{1,63}$/;

/** Where a stage stands in their order. */
export function stageIndex(stage: CutoverStage): number {
  return CUTOVER_STAGES.indexOf(stage);
}

/** Who may go on with a cutover. One at a time: two state files do not know of each other's locks. */
export interface CutoverLease {
  /** Opaque; state keeps it, and whoever cannot show it is kept out. */
  token: string;
  /** The person or job, such as `anna@admin01`. */
  holder: string;
  /** ISO 8601, UTC. */
  since: string;
}

/** When stages may be entered: ISO 8601, UTC. */
export interface CutoverWindow {
  opens: string;
  closes: string;
}

/** What the dress rehearsal measured, in milliseconds. */
export interface CutoverRehearsal {
  /** ISO 8601, UTC. */
  at: string;
  by: string;
  /** The throw-away address. */
  sipAddress: SipAddress;
  release: number;
  endpoint: number;
  lookUp: number;
  removal: number;
  restore: number;
}

/** How far a cutover has gone, kept where everybody who works on it looks. */
export interface CutoverRecord {
  /** Lower-case letters, digits and hyphens, 1 to 63 characters. */
  name: string;
  /** Where the stage was last turned to. */
  stage: CutoverStage;
  /** The highest stage that was ever begun. */
  begun: CutoverStage;
  /** How often each stage was begun that has steps to undo; a stage that was taken back counts again. */
  attempts: { migrate: number; handover: number };
  /** The addresses that legacy clients know, in the order in which they are handed over. */
  addresses: SipAddress[];
  poolFqdn: Fqdn;
  /** The names of the steps, in the order in which they are done. */
  plan: string[];
  /** Where the notes of the steps are, as an absolute path. */
  folder: string;
  /** Whether a person keeps the handover from being entered. */
  hold: boolean;
  lease: CutoverLease | null;
  window: CutoverWindow | null;
  rehearsal: CutoverRehearsal | null;
}
