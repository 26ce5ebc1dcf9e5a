import { UsageError, type Work } from "../command";
import { keyOperand, sipAddressOf } from "../operands";
import { assertTaken, OF_REGISTRY, type OptionName, registryOptions, type Values } from "../options";
import type { Request } from "../request";
import type { PlanForm } from "./plan";
import { cutoverStep } from "./step";

const ACTIONS: Readonly<Record<string, (operands: readonly string[], values: Values) => Request>> = {
  status: readStatus,
  plan: readPlan,
  journal: readJournal,
  rehearse: readRehearsal,
  step: readStep,
};

/** Reads what stands behind `cutover`. Fails with `UsageError`. */
export function readCutover([action = "", ...operands]: readonly string[], values: Values): Request {
  const reader = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
  if (reader === undefined) throw new UsageError(`cutover takes one of ${Object.keys(ACTIONS).join(", ")}`);
  return reader(operands, values);
}

function readStatus(operands: readonly string[], values: Values): Request {
  const name = nameIn("status", operands, values, ["follow"]);
  if (!values.follow)
    return asking(
      async (registry, surroundings) =>
        (await import("./status.js")).cutoverStatus(name, registry, surroundings),
      values,
    );
  if (values.json) throw new UsageError("--follow shows pages, and --json is one document; say one of them");
  return { ask: "cutover-follow", name, options: registryOptions(values) };
}

function readPlan(operands: readonly string[], values: Values): Request {
  const { mermaid, json = false } = values;
  if (mermaid && json) throw new UsageError("--mermaid and --json are two forms; say one of them");
  const form: PlanForm = mermaid ? "mermaid" : "table";
  if (operands.length === 0) {
    assertTaken("cutover plan without a name", values, ["json", "mermaid"]);
    return { ask: "runbook", form, json };
  }
  const name = nameIn("plan", operands, values, ["mermaid"]);
  return asking(async (registry) => (await import("./plan.js")).cutoverPlan(name, registry, form), values);
}

function readJournal(operands: readonly string[], values: Values): Request {
  const name = nameIn("journal", operands, values);
  return asking(async (registry) => (await import("./journal.js")).cutoverJournal(name, registry), values);
}

function readRehearsal(operands: readonly string[], values: Values): Request {
  const name = nameIn("rehearse", operands, values, ["user"]);
  if (!values.user)
    throw new UsageError("cutover rehearse takes --user <sip uri>, the address of a throw-away user");
  const user = sipAddressOf(values.user);
  return asking(
    async (registry, surroundings) =>
      (await import("./rehearse.js")).cutoverRehearse(name, user, registry, surroundings),
    values,
  );
}

function readStep(operands: readonly string[], values: Values): Request {
  assertTaken("cutover step", values, []);
  return { ask: "cutover-step", action: cutoverStep(operands) };
}

/** Most runs look at no cutover; what that loads is most of the time that they take. */
function asking(command: Work, values: Values): Request {
  return { ask: "registry", command, options: registryOptions(values), json: values.json ?? false };
}

function nameIn(
  action: string,
  [name, ...rest]: readonly string[],
  values: Values,
  options: readonly OptionName[] = [],
): string {
  assertTaken(`cutover ${action}`, values, [...OF_REGISTRY, ...options]);
  if (name === undefined || rest.length > 0)
    throw new UsageError(`cutover ${action} takes the name of a cutover`);
  return keyOperand("cutover", name);
}
