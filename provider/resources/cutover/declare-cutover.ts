import type * as pulumi from "@pulumi/pulumi";
import type { CutoverView, KnownStep } from "./cutover-view";
import { DeclaredAddresses } from "./declared-addresses";
import { DeclaredCommands } from "./declared-commands";
import { DeclaredStage } from "./declared-stage";

/** Declares a cutover: its stage, the steps up to that in their order, then the ways back of those above it that were begun. */
export function declareCutover(view: CutoverView, parent: pulumi.Resource): void {
  const stage = new DeclaredStage(view, parent);
  stage.warn();
  const commands = new DeclaredCommands(stage);
  const addresses = new DeclaredAddresses(stage);

  function forward(step: KnownStep, last: pulumi.Resource): pulumi.Resource {
    const { name } = step.step;
    const [address] = step.addresses;
    if (address !== undefined && name === "release") return addresses.release(step, address, last);
    if (address !== undefined && name === "endpoint") return addresses.endpoint(step, address, last);
    const done = commands.forward(step, last);
    return name === "preflight" ? addresses.prepare(step, done.stdout) : done;
  }

  function back(step: KnownStep, last: pulumi.Resource): pulumi.Resource {
    const { name } = step.step;
    const [address] = step.addresses;
    if (address !== undefined && name === "release") return addresses.restore(step, address, last);
    if (address !== undefined && name === "endpoint") return addresses.removal(step, address, last);
    return commands.back(step, last);
  }

  let last: pulumi.Resource = stage.resource;
  for (const step of view.steps) if (view.isReached(step)) last = forward(step, last);
  // What a way back relies on stays in state, and protected, until the cutover is complete.
  for (const step of view.recorded()) commands.before(step, stage.resource);
  const backwards = view.backwards();
  const gate = backwards.find(({ step }) => step.wayBack === "gate");
  for (const step of backwards) {
    last = back(step, last);
    // Users wrote on while the services stopped; from now on nobody does, and the addresses are still the pool's.
    if (gate && step.name === "start-persistent-chat") last = commands.back(gate, last, `${gate.name}:again`);
  }
}
