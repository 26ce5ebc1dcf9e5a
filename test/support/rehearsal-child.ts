import assert from "node:assert/strict";
import { openRegistry } from "../../provider/backends/index";
import { rehearse } from "../../provider/cutover/rehearsal/rehearse";
import type { TopologyRegistry } from "../../provider/registry/registry";
import type { SipAddress } from "../../provider/registry/sip-address";

// A process that rehearses a handover, and kills itself at one of its calls to the registry.

export interface RehearsalPlan {
  registry: string;
  cutover: string;
  user: SipAddress;
  /** At which call, counted from 1, before or after its effect. */
  call: number;
  when: "before" | "after";
}

async function main({ registry: path, cutover, user, call, when }: RehearsalPlan): Promise<void> {
  const opened = openRegistry({ backend: "sqlite", path });
  const stored = await opened.get("cutover", cutover);
  assert.ok(stored);
  let calls = 0;
  const die = () => process.kill(process.pid, "SIGKILL");
  const registry = new Proxy(opened, {
    get(target, name: keyof TopologyRegistry) {
      const member = target[name];
      if (typeof member !== "function") return member;
      return (...args: unknown[]) => {
        calls += 1;
        const isMeant = calls === call;
        if (isMeant && when === "before") die();
        const answer: unknown = Reflect.apply(member, target, args);
        if (!isMeant) return answer;
        return answer instanceof Promise ? answer.then(die) : die();
      };
    },
  });
  await rehearse(stored, user, { registry, clock: () => new Date(), by: { operator: "anna@admin01" } });
  await opened.close();
}

void main(JSON.parse(process.argv[2] ?? "{}"));
