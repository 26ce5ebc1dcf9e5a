import * as pulumi from "@pulumi/pulumi";
import type { CutoverState } from "../../cutover/progress";
import type { GroupChatCutoverArgs } from "./cutover-arguments";
import { CutoverProgress } from "./cutover-resources";
import { CutoverView } from "./cutover-view";
import { declareCutover } from "./declare-cutover";
import { type PlannedStep, planOf } from "./plan";

/**
 * The move of an organisation from Group Chat (OCS 2007 R2, Lync 2010) to a Persistent Chat pool, without any user changing a
 * setting: the legacy services stop, the data moves, the well-known user gives its address up, a legacy endpoint takes exactly
 * that address, and the new services start.
 *
 * Each step is a resource, in the order of the runbook, so that a preview is the runbook and the state is its journal. Turning
 * `stage` back takes the steps back in reverse order, each as a row of its own. Nothing else takes anything back: what is
 * destroyed, removed from the program or renamed is forgotten, and the world stays as it is.
 *
 * The name of the resource is that of the cutover in the registry: lower-case letters, digits and hyphens.
 */
export class GroupChatCutover extends pulumi.ComponentResource {
  constructor(name: string, args: GroupChatCutoverArgs, opts?: pulumi.ComponentResourceOptions) {
    super("persistentchat:index:GroupChatCutover", name, {}, opts);
    const plan = planOf(args); // what is wrong with the arguments is told before anything is read
    const declared = this.#declare(name, args, plan).then(() => args.stage);
    this.registerOutputs({ stage: pulumi.output(declared) });
  }

  /** Declares the steps, once it is known how far the cutover has come. */
  async #declare(name: string, args: GroupChatCutoverArgs, plan: readonly PlannedStep[]): Promise<void> {
    const read = new CutoverProgress(`${name}-progress`, name, { parent: this });
    const progress = await new Promise<CutoverState | null>((resolve) => {
      read.progress.apply(resolve);
    });
    declareCutover(new CutoverView(name, args, plan, progress), this);
  }
}
