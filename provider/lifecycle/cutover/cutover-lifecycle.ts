import { RegistryError } from "../../registry/errors";
import { type CheckFailure, normalise, toFailure } from "../check";
import type { HostMethods } from "../host";
import type { Problem } from "../kind";
import { differing, type Properties } from "../properties";
import type { CutoverContext, CutoverKind } from "./cutover-kind";
import { endpointRemovalKind, endpointStepKind } from "./endpoint-step-kinds";
import { CUTOVER_KINDS, type CutoverKindName, PROGRESS } from "./kinds";
import { preflightKind } from "./preflight-kind";
import { readProgress } from "./progress-read";
import { releaseKind, restoreKind } from "./release-kinds";
import { snapshotKind } from "./snapshot-kind";
import { stageKind } from "./stage-kind";

const HANDLERS: Readonly<Record<CutoverKindName, CutoverKind>> = {
  "cutover-stage": stageKind,
  "cutover-preflight": preflightKind,
  "user-snapshot": snapshotKind,
  "user-release": releaseKind,
  "user-restore": restoreKind,
  "cutover-endpoint": endpointStepKind,
  "cutover-endpoint-removal": endpointRemovalKind,
};

/** What the engine calls for the resources of a cutover: each does its work when it is created, and no delete changes the world. */
export class CutoverLifecycle implements HostMethods {
  constructor(private readonly context: CutoverContext) {}

  async check(olds: Properties, news: Properties): Promise<{ inputs: Properties; failures: CheckFailure[] }> {
    const { __kind, __provider, managedBy, ...given } = news;
    const problems: Problem[] = [];
    const inputs = normalise(kindOf(news).fields, given, "", problems);
    const checked = { ...inputs, __kind, managedBy: olds.managedBy ?? managedBy };
    return { inputs: checked, failures: problems.map(toFailure) };
  }

  async diff(_id: string, olds: Properties, news: Properties): Promise<{ changes?: boolean }> {
    const { fields, relevant = Object.keys(fields.shape), update, isStale } = kindOf(news);
    const changed = differing(olds, news, relevant).length > 0 || isStale?.(olds, news) === true;
    return changed && update !== undefined ? {} : { changes: false };
  }

  create(inputs: Properties): Promise<{ id: string; outs: Properties }> {
    return kindOf(inputs).create(inputs, this.context);
  }

  async update(_id: string, olds: Properties, news: Properties): Promise<{ outs: Properties }> {
    return { outs: (await kindOf(news).update?.(olds, news, this.context)) ?? olds };
  }

  async read(id: string, props: Properties): Promise<{ id: string; props: Properties }> {
    if (props.__kind !== PROGRESS) return { id, props };
    return { id, props: { ...props, progress: await readProgress(id, this.context.registry) } };
  }

  async delete(_id: string, props: Properties): Promise<void> {
    await kindOf(props).forget?.(props, this.context);
  }
}

function kindOf({ __kind }: Properties): CutoverKind {
  const name = CUTOVER_KINDS.find((kind) => kind === __kind);
  if (name) return HANDLERS[name];
  throw new RegistryError("unsupported", `cannot handle a resource of kind '${String(__kind)}' here`);
}
