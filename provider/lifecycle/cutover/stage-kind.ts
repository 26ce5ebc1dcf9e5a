import { z } from "zod";
import { type Claimant, leaseFor } from "../../cutover/lease";
import { Notes, type StepNote } from "../../cutover/notes";
import { attemptsAfter, definitionOf, progressOf, unfinishedBack } from "../../cutover/progress";
import { assertTurn } from "../../cutover/stage-rules";
import { wayBackOf } from "../../cutover/way-back";
import { parseWindow } from "../../cutover/window";
import { CUTOVER_NAME, CUTOVER_STAGES, type CutoverLease, stageIndex } from "../../registry/cutover-record";
import { RegistryError } from "../../registry/errors";
import type { ChangeOf } from "../../registry/records";
import type { Actor, Stored } from "../../registry/registry";
import { fqdn, sipAddress } from "../fields";
import type { Properties } from "../properties";
import { actorOf, type CutoverContext, type CutoverKind } from "./cutover-kind";
import { assertAlone, assertUnmoved, type Said } from "./stage-guards";

const window = z
  .strictObject({ opens: z.string(), closes: z.string(), timeZone: z.string().optional() })
  .transform((args, context) => {
    const parsed = parseWindow(args);
    if ("value" in parsed) return parsed.value;
    context.addIssue({ code: "custom", path: [parsed.problem.path], message: parsed.problem.problem });
    return z.NEVER;
  });

const fields = z.strictObject({
  name: z
    .string()
    .regex(CUTOVER_NAME, "it has lower-case letters, digits and hyphens only, 63 of them at most"),
  stage: z.enum(CUTOVER_STAGES),
  addresses: z.array(sipAddress),
  poolFqdn: fqdn,
  folder: z.string(),
  plan: z.array(z.string()),
  hold: z.boolean(),
  window: window.optional(),
  breakLease: z.string().optional(),
  /**
   * How the record was when the program began: what state knows may be older. With the revision, since the engine asks for no
   * difference where all arguments are the same.
   */
  seen: z
    .strictObject({ revision: z.string(), stage: z.enum(CUTOVER_STAGES), lease: z.string().optional() })
    .optional(),
});

/**
 * The stage of a cutover. It writes the record, takes the lease and judges every turn; all steps depend on it, so that a turn
 * which is refused keeps all of them from running.
 */
export const stageKind: CutoverKind = {
  fields,
  relevant: Object.keys(fields.shape).filter((field) => field !== "seen"),

  /** Whether somebody else has turned the cutover, or taken its lease, since; or the registry does not know it, although state does. */
  isStale(olds, news) {
    const { seen } = news as unknown as Said;
    if (seen === undefined) return true;
    return seen.stage !== olds.stage || (seen.lease !== undefined && seen.lease !== olds.lease);
  },

  async create(inputs, context) {
    const outs = await turned(inputs, { lease: undefined, instance: context.newToken() }, context);
    return { id: String(inputs.name), outs };
  },

  update(olds, news, context) {
    return turned(news, olds as unknown as Kept, context);
  },

  /**
   * Before anything was begun there is nothing to keep. Later the record stays, for whoever must go on or look back; what was
   * taken back whole lets its lease go. Of two resources in state the later one stands for the cutover.
   */
  async forget({ name, cutoverId, instance }, { registry, operator }) {
    const stored = await registry.get("cutover", String(name));
    if (stored === undefined || stored.incarnation !== cutoverId) return;
    const { key, record, incarnation, revision } = stored;
    const holder = { cutover: key, id: incarnation };
    const notes = new Notes(record.folder);
    if (notes.instance(holder) !== instance) return;
    const known = notes.all();
    if (record.begun === "prepare" && !hasChanged(known)) {
      await registry.remove("cutover", key, stored, { operator });
      return notes.clear(holder);
    }
    const steps = progressOf(record.plan, record.attempts, known);
    if (record.stage !== "prepare" || unfinishedBack(record, steps).length > 0) return;
    await registry.update("cutover", key, { lease: null }, revision, { operator });
    notes.release(holder);
  },
};

/** Whether anything is in effect, or was. */
function hasChanged(notes: readonly { step: string; note: StepNote }[]): boolean {
  return notes.some(({ step, note }) => definitionOf(step)?.wayBack === "undo" && note.do !== undefined);
}

/** What a step of a complete cutover shows, to be told again what was done: it is not let do anything. */
const NO_LEASE = "none";

/** What the resource of a stage keeps in state beside its arguments. */
interface Kept {
  lease: string | undefined;
  /** Tells it from another resource of the same cutover, as there are two for a moment where a parent changes without an alias. */
  instance: string;
}

async function turned(
  inputs: Properties,
  { lease: token, instance }: Kept,
  context: CutoverContext,
): Promise<Properties> {
  const { registry, clock, log } = context;
  const said = inputs as unknown as Said;
  const by = actorOf(inputs, context);
  const stored = (await registry.get("cutover", said.name)) ?? (await begun(said, by, context));
  const { record } = stored;
  await assertAlone(stored, said, registry);
  const notes = new Notes(record.folder);
  const known = notes.all();
  const steps = progressOf(record.plan, record.attempts, known);
  assertUnmoved(record, said, steps);
  const circumstances = { now: clock(), steps, wayBack: wayBackOf(steps, record) };
  const isComplete = record.stage === "complete";
  const lease = isComplete ? null : leaseFor(record, claimant(said, token, context), () => newLease(context));
  assertTurn({ ...record, hold: said.hold, window: said.window ?? null }, said.stage, circumstances);
  const isBack = stageIndex(said.stage) < stageIndex(record.stage);
  const change: ChangeOf<"cutover"> = {
    stage: said.stage,
    begun: stageIndex(said.stage) > stageIndex(record.begun) ? said.stage : record.begun,
    attempts: attemptsAfter(record, said.stage, known),
    addresses: said.addresses,
    poolFqdn: said.poolFqdn,
    // What was rehearsed with another pool says nothing of this one.
    ...(said.poolFqdn !== record.poolFqdn && { rehearsal: null }),
    plan: said.plan,
    hold: said.hold,
    window: said.window ?? null,
    lease: said.stage === "complete" ? null : lease,
  };
  const next = await registry.update("cutover", said.name, change, stored.revision, by);
  if (record.lease && lease && record.lease.token !== lease.token)
    log(
      `the lease of cutover '${said.name}' is taken from ${record.lease.holder}; take breakLease out of the program again, which would break the next lease of ${record.lease.holder} too`,
    );
  if (isBack) log(`cutover '${said.name}' goes back from '${record.stage}' to '${said.stage}'`);
  const holder = { cutover: said.name, id: stored.incarnation };
  if (lease === null || said.stage === "complete") notes.release(holder);
  else notes.establish({ ...holder, lease: lease.token }, instance, next.record);
  return {
    ...inputs,
    cutoverId: next.incarnation,
    lease: lease?.token ?? token ?? NO_LEASE,
    instance,
    attempts: next.record.attempts,
  };
}

/** The record of a new cutover, which begins where nothing is changed. */
async function begun(said: Said, by: Actor, { registry }: CutoverContext): Promise<Stored<"cutover">> {
  const owner = new Notes(said.folder).cutover();
  // Before the stage is judged: whoever set it to 'prepare' would begin a second cutover of the same move.
  if (owner !== undefined && owner !== said.name && (await registry.get("cutover", owner))?.record.lease)
    throw new RegistryError(
      "conflict",
      `cannot begin cutover '${said.name}': the folder '${said.folder}' belongs to cutover '${owner}', which is under way; give the component the name '${owner}' again, or, where this is another move, name another folder`,
    );
  if (owner === said.name)
    throw new RegistryError(
      "conflict",
      `cannot go on with cutover '${said.name}': the registry knows no cutover of this name, and the folder '${said.folder}' is that of one; use the registry in which it was begun, which behind a management shell is the journal of one machine ('journal' in persistentchat:registry), or name another folder where that cutover is over`,
    );
  if (said.stage !== "prepare")
    throw new RegistryError(
      "conflict",
      `cannot begin cutover '${said.name}' with stage '${said.stage}': the registry knows no cutover of this name; set stage to 'prepare' first`,
    );
  const { name, addresses, poolFqdn, folder, plan } = said;
  new Notes(folder).assertFree(name);
  return registry.create("cutover", { name, addresses, poolFqdn, folder, plan }, by);
}

function claimant({ breakLease }: Said, token: string | undefined, { operator }: CutoverContext): Claimant {
  return { token, operator, breakLease };
}

function newLease({ newToken, operator, clock }: CutoverContext): CutoverLease {
  return { token: newToken(), holder: operator, since: clock().toISOString() };
}
