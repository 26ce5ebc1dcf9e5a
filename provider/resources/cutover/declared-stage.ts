import * as pulumi from "@pulumi/pulumi";
import { progressOf } from "../../cutover/progress";
import { assertTurn } from "../../cutover/stage-rules";
import { isRegistryError } from "../../registry/errors";
import { CutoverStage } from "./cutover-resources";
import type { CutoverView, KnownStep } from "./cutover-view";
import type { NotedStep } from "./well-known-user";

/** The stage of a cutover in the program, on which every step depends, and what the steps show of it. */
export class DeclaredStage {
  readonly resource: CutoverStage;

  constructor(
    readonly view: CutoverView,
    readonly parent: pulumi.Resource,
  ) {
    const { name, args, folder, steps, isUnderWay } = view;
    const { stage, window, hold = false, breakLease, poolFqdn } = args;
    this.resource = new CutoverStage(
      view.resourceName("stage"),
      {
        name,
        stage,
        addresses: view.stepsOf("release").flatMap(({ addresses }) => addresses),
        poolFqdn,
        folder,
        plan: steps.map((step) => step.name),
        hold,
        window,
        breakLease,
        seen: this.#seen(),
      },
      { parent, protect: isUnderWay },
    );
  }

  /**
   * Tells in a preview what the turn of the stage will be refused for. The window is not looked at: a preview of the night is
   * made by day.
   */
  warn(): void {
    const { args, progress } = this.view;
    if (progress === null || !pulumi.runtime.isDryRun()) return;
    const { record, notes } = progress;
    const steps = progressOf(record.plan, record.attempts, notes);
    const judged = { ...record, hold: args.hold ?? false, window: null };
    try {
      assertTurn(judged, args.stage, { now: new Date(0), steps, wayBack: 0 });
    } catch (error) {
      if (!isRegistryError(error)) throw error;
      void pulumi.log.warn(error.message, this.resource);
    }
  }

  /** What a step shows: known beforehand from the second run on, so that nothing seems to change. */
  holder(): { id: pulumi.Input<string>; lease: pulumi.Input<string> } {
    const { args, progress } = this.view;
    const { record, id } = progress ?? {};
    const lease = args.breakLease === undefined ? record?.lease : undefined;
    if (id !== undefined && lease) return { id, lease: lease.token };
    return { id: this.resource.cutoverId, lease: this.resource.lease };
  }

  /** Where a step of the plugin notes what it did. */
  noted({ name, attempt }: KnownStep): NotedStep {
    const { name: cutover, folder } = this.view;
    return { cutover, ...this.holder(), folder, step: name, attempt };
  }

  #seen(): pulumi.Inputs | undefined {
    const { progress } = this.view;
    if (!progress) return undefined;
    const { record, revision } = progress;
    return { revision, stage: record.stage, ...(record.lease && { lease: record.lease.token }) };
  }
}
