import assert from "node:assert/strict";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Stored } from "../../provider/registry/registry";
import { comeBack, keepState } from "./kept-state";
import { BY_HAND } from "./topology";
import { type Result, Workspace } from "./workspace";

export const ADDRESS = "sip:ocschat@contoso.com";
/** Stands in every secret of a program, and in no output. */
export const CANARY = /CANARY/;

export const outcome = z.strictObject({
  applied: z.boolean(),
  begun: z.boolean(),
  refused: z.boolean(),
  moved: z.array(
    z.strictObject({
      provider: z.string().optional(),
      kind: z.string(),
      key: z.string(),
      what: z.enum(["made", "changed", "replaced", "removed", "marked"]),
      fields: z.array(
        z.strictObject({ path: z.string(), from: z.unknown().optional(), to: z.unknown().optional() }),
      ),
      by: z.strictObject({ operator: z.string(), managedBy: z.string().optional() }).optional(),
      at: z.iso.datetime().optional(),
    }),
  ),
  violations: z.array(
    z.strictObject({
      resource: z.string(),
      urn: z.string().optional(),
      properties: z.array(z.string()),
      reason: z.string(),
    }),
  ),
});

/** Two pools, a third one that nothing needs, and an endpoint with a secret name that leads to one of them. */
export const program = (pool: string, more = "", displayName = "CANARY1") => `
new SipDomain("contoso", { domain: "contoso.com" });
const pool = (name) => new PersistentChatPool(name, { poolFqdn: name + ".contoso.com", shape: "single" });
const [p1, p2, p3] = [pool("p1"), pool("p2"), pool("p3")];
new LegacyEndpoint("chat", { sipAddress: "${ADDRESS}", poolFqdn: ${pool}.poolFqdn, displayName: pulumi.secret(${JSON.stringify(displayName)}) });
${more}`;

/** What a user may have set for every command of the engine; a plan is saved and applied all the same. */
const SET = {
  PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true",
  PULUMI_OPTION_DIFF: "true",
  PULUMI_OPTION_JSON: "true",
  PULUMI_OPTION_SHOW_SECRETS: "true",
  PULUMI_OPTION_SKIP_PREVIEW: "true",
  PULUMI_SKIP_CONFIRMATIONS: "true",
};

/** A stack that was brought up, to which each case of the surrounding `describe` comes back. */
export class PlanWorkspace {
  #workspace: Workspace | undefined;

  /** What makes one for the cases of the surrounding `describe`. */
  static use(): PlanWorkspace {
    const made = new PlanWorkspace();
    before(() => made.#make());
    beforeEach(() => made.#restore());
    after(() => made.workspace.dispose());
    return made;
  }

  get workspace(): Workspace {
    assert.ok(this.#workspace);
    return this.#workspace;
  }

  inFolder(name: string): string {
    return join(this.workspace.folder, name);
  }

  save(...more: string[]): Promise<Result> {
    return this.workspace.persistentchat(["preview", "--stack", "test", "--save", "plan.json", ...more], SET);
  }

  apply(...more: string[]): Promise<Result> {
    return this.workspace.persistentchat(["up", "--stack", "test", "--plan", "plan.json", ...more], SET);
  }

  async saved(source: string): Promise<Result> {
    this.workspace.program(source);
    const result = await this.save();
    assert.equal(result.code, 0, result.output);
    return result;
  }

  /** Insists that a plan is refused before anything is written, and gives what the tool answered. */
  async refused(reason: RegExp): Promise<z.infer<typeof outcome>> {
    const state = this.workspace.checkpoint();
    const { code, stdout, stderr } = await this.apply("--json");
    assert.match(stderr, reason);
    const answer = outcome.parse(JSON.parse(stdout));
    assert.deepEqual([code, answer.applied, answer.begun, answer.refused], [1, false, false, true]);
    assert.equal(this.workspace.checkpoint(), state);
    assert.doesNotMatch(stdout + stderr, CANARY);
    return answer;
  }

  endpoint(): Promise<Stored<"endpoint">> {
    return this.workspace.registry(async (registry) => {
      const found = await registry.get("endpoint", ADDRESS);
      assert.ok(found);
      return found;
    });
  }

  /** Repoints the endpoint as a person with another tool would. */
  async repoint(poolFqdn: string): Promise<void> {
    const { key, revision } = await this.endpoint();
    await this.workspace.registry((registry) =>
      registry.update("endpoint", key, { poolFqdn }, revision, BY_HAND),
    );
  }

  async #make(): Promise<void> {
    this.#workspace = await Workspace.create();
    this.workspace.program(program("p1"));
    await this.workspace.up();
    keepState(this.workspace);
  }

  #restore(): void {
    comeBack(this.workspace);
    for (const name of readdirSync(this.workspace.folder))
      if (/^(?:lab\.db|plan\.json)/.test(name)) rmSync(this.inFolder(name), { recursive: true });
  }
}
