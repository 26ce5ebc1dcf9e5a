import { cmdletNamed } from "./cmdlets/index";
import { doubleHoldings, holdingText } from "./double-holders";
import { ShellError } from "./error-record";
import type { CallText } from "./fault-schema";
import { befalling, type Plan } from "./faults";
import { catchUp, invoke, type Outcome } from "./invocation";
import { type CallReply, type Hello, helloReply, replyTo } from "./replies";
import type { World } from "./world";
import type { WorldFile } from "./world-file";

/** Times on top of those of the world's file, in milliseconds. */
export interface Slowness {
  latencyMs: number;
  startMs: number;
  importMs: number;
}

/** A call, and what of its objects is to be sent. */
export interface CallRequest extends CallText {
  select: readonly string[];
  max: number;
}

/** What requests do to the world, without the time that they take. Every method fails with `WorldError`. */
export class Shell {
  readonly #file: WorldFile;
  readonly #slowness: Slowness;
  readonly #called = new Set<string>();

  constructor(file: WorldFile, slowness: Slowness) {
    this.#file = file;
    this.#slowness = slowness;
  }

  /** Counts a call, and says what befalls it and how long it takes, in milliseconds. */
  begin(name: string, isHello: boolean): { plan: Plan; delay: number } {
    return this.#file.change((world) => {
      catchUp(world, Date.now());
      const plan = befalling(world, name, isHello ? "hello" : (cmdletNamed(name)?.access ?? "read"));
      const { latencyMs, importMs, firstCallMs } = world.shell;
      const faults = plan.all("latency").reduce((sum, { ms }) => sum + ms, 0);
      if (isHello) return { plan, delay: importMs + this.#slowness.importMs + faults };
      const first = this.#called.has(name) ? 0 : firstCallMs;
      this.#called.add(name);
      return { plan, delay: latencyMs + this.#slowness.latencyMs + first + faults };
    });
  }

  hello(hello: Hello, plan: Plan): object {
    return helloReply(this.#file.read(), hello, plan, Date.now());
  }

  /** Runs a call. `printed` is what the host prints of its own, and `events` are sentences about defects that it led to. */
  call(request: CallRequest, plan: Plan): { reply: CallReply; printed: string; events: string[] } {
    return this.#file.change((world) => {
      const now = Date.now();
      catchUp(world, now);
      const others = plan.all("second-administrator");
      for (const { does } of others.filter(({ when }) => when === "before")) invoke(world, does, now);
      const before = world.lastSequence;
      const outcome = outcomeOf(world, request, plan, now);
      const holdings = world.lastSequence > before ? doubleHoldings(world, now) : [];
      for (const { does } of others.filter(({ when }) => when === "after")) invoke(world, does, now);
      return {
        reply: replyTo(request.cmdlet, outcome, request, plan),
        printed: outcome.printed,
        events: holdings.map(holdingText),
      };
    });
  }

  /** Lets a call take effect some time from now, whatever becomes of this process. */
  later(call: CallText, milliseconds: number): void {
    this.#file.change((world) => {
      world.pending.push({ at: new Date(Date.now() + milliseconds).toISOString(), call });
    });
  }
}

function outcomeOf(world: World, { cmdlet, p }: CallRequest, plan: Plan, now: number): Outcome {
  const type = cmdletNamed(cmdlet)?.type ?? "";
  // As on the real one, -WhatIf does not tell that a write would be denied.
  const isTried = p.some(([name, , value]) => name === "WhatIf" && value === true);
  if (plan.has("access-denied") && !isTried) {
    const error = new ShellError("accessDenied", world.directory.shellDomainController);
    return { type, outputs: [], error, printed: "" };
  }
  if (plan.has("empty")) return { type, outputs: [], printed: "" };
  return invoke(world, { cmdlet, p }, now);
}
