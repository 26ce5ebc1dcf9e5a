import { join } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { parkedAddressOf } from "../../cutover/parked";
import type { SipAddress } from "../../registry/sip-address";
import { CutoverEndpoint, CutoverEndpointRemoval, CutoverPreflight } from "./cutover-resources";
import type { KnownStep } from "./cutover-view";
import type { DeclaredStage } from "./declared-stage";
import { WellKnownUserRelease, WellKnownUserRestore, WellKnownUserSnapshot } from "./well-known-user";

/** What a cutover does to addresses: their users are recorded, give them up, and get them back; endpoints come and go. */
export class DeclaredAddresses {
  readonly #snapshots = new Map<SipAddress, WellKnownUserSnapshot>();

  constructor(private readonly stage: DeclaredStage) {}

  /** The list of the preflight, and the snapshots that are taken once nothing speaks against the cutover. */
  prepare(preflight: KnownStep, answers: pulumi.Output<string>): pulumi.Resource {
    const { view, parent, resource } = this.stage;
    const { name, args } = view;
    const addresses = view.stepsOf("release").flatMap((step) => step.addresses);
    const list = new CutoverPreflight(
      view.resourceName("preflight-list"),
      {
        cutover: name,
        noted: this.stage.noted(preflight),
        answers,
        addresses,
        parkedAddresses: this.#way === "rename" ? addresses.map((address) => this.#parked(address)) : [],
        poolFqdn: args.poolFqdn,
        accepted: args.acceptedAnswers ?? [],
      },
      { parent, dependsOn: resource },
    );
    let last: pulumi.Resource = list;
    for (const address of addresses) last = this.#snapshot(address, last);
    return last;
  }

  release(step: KnownStep, address: SipAddress, last: pulumi.Resource): pulumi.Resource {
    const { view, parent } = this.stage;
    const { snapshot } = this.#snapshot(address, last);
    return new WellKnownUserRelease(
      view.nameOf(step),
      {
        snapshot,
        way: this.#way,
        ...(this.#way === "rename" && { parkedAddress: this.#parked(address) }),
        noted: this.stage.noted(step),
      },
      { parent, dependsOn: last },
    );
  }

  restore(step: KnownStep, address: SipAddress, last: pulumi.Resource): pulumi.Resource {
    const { view, parent, resource } = this.stage;
    const { snapshot } = this.#snapshot(address, resource);
    return new WellKnownUserRestore(
      view.nameOf(step, "undo"),
      { snapshot, noted: this.stage.noted(step) },
      { parent, dependsOn: [resource, last] },
    );
  }

  endpoint(step: KnownStep, address: SipAddress, last: pulumi.Resource): pulumi.Resource {
    const { view, parent } = this.stage;
    const args = { ...this.#endpoint(address), noted: this.stage.noted(step) };
    return new CutoverEndpoint(view.nameOf(step), view.resourceName(step.name), args, {
      parent,
      dependsOn: last,
    });
  }

  removal(step: KnownStep, address: SipAddress, last: pulumi.Resource): pulumi.Resource {
    const { view, parent, resource } = this.stage;
    const args = { ...this.#endpoint(address), noted: this.stage.noted(step) };
    return new CutoverEndpointRemoval(view.nameOf(step, "undo"), view.resourceName(step.name), args, {
      parent,
      dependsOn: [resource, last],
    });
  }

  #snapshot(address: SipAddress, last: pulumi.Resource): WellKnownUserSnapshot {
    const { view, parent } = this.stage;
    const known = this.#snapshots.get(address);
    if (known) return known;
    const release = view.stepOf(`release:${address}`);
    const made = new WellKnownUserSnapshot(
      view.resourceName(`snapshot:${address}`),
      {
        sipAddress: address,
        file: join(view.folder, "snapshots", `${encodeURIComponent(address)}.json`),
        taken: `${view.stepOf("preflight")?.attempt} ${view.args.snapshotsTaken ?? ""}`.trim(),
        ...(release && { noted: this.stage.noted(release) }),
        ...(release && view.isToTakeBack(release) && { goesBack: true }),
      },
      { parent, dependsOn: last, protect: view.isUnderWay },
    );
    this.#snapshots.set(address, made);
    return made;
  }

  #endpoint(sipAddress: SipAddress): pulumi.Inputs {
    const { poolFqdn, displayName } = this.stage.view.args;
    return { sipAddress, poolFqdn, ...(displayName !== undefined && { displayName }) };
  }

  get #way() {
    return this.stage.view.args.release ?? "rename";
  }

  #parked(address: SipAddress): string {
    return this.stage.view.args.parkedAddresses?.[address] ?? parkedAddressOf(address);
  }
}
