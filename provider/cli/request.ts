import type { RelayAction } from "../steps/relay";
import type { StackWork, Work } from "./command";
import type { PlanForm } from "./cutover/plan";
import type { Values } from "./options";
import type { RegistryOptions } from "./registry-choice";
import type { Simulation } from "./simulate-shell";
import type { UserAddition } from "./user-add";

/** Reads what stands behind the name of a command. Each fails with `UsageError`. */
export type Reader = (operands: readonly string[], values: Values) => Request;

/** What a command line asks for. */
export type Request =
  | { ask: "help" }
  | { ask: "version" }
  | { ask: "registry"; command: Work; options: RegistryOptions; json: boolean }
  | { ask: "user-add"; user: UserAddition; options: RegistryOptions; json: boolean }
  | { ask: "stack"; work: StackWork; json: boolean }
  | { ask: "copy"; from: string; to: string; json: boolean }
  | { ask: "cutover-step"; action: RelayAction }
  | { ask: "cutover-follow"; name: string; options: RegistryOptions }
  | { ask: "runbook"; form: PlanForm; json: boolean }
  | { ask: "doctor"; options: RegistryOptions; selfTest: boolean; bundle?: string; json: boolean }
  | { ask: "shell-script"; json: boolean }
  | { ask: "simulate"; simulation: Simulation };
