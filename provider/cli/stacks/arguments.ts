import { type StackWork, UsageError } from "../command";
import { assertNoOperand, assertTaken, type OptionName, type Values } from "../options";
import type { Reader } from "../request";

/** The commands about stacks, each of which loads what it needs when it is given. */
export const STACK_READERS = {
  comment: reading("comment", ["stack", "preview", "output", "json"], (values) => {
    const { preview, output } = values;
    const options = { preview, output, stack: preview === undefined ? stackOf(values) : values.stack };
    return async (surroundings) => (await import("./comment.js")).comment(options, surroundings);
  }),
  diff: reading("diff", ["stack", "base", "link", "output", "json"], (values) => {
    const { base, link = [], output } = values;
    if (base === undefined) throw new UsageError("diff needs --base, a git commit, branch or tag");
    const options = { stack: stackOf(values), base, link, output };
    return async (surroundings) => (await import("./diff.js")).diff(options, surroundings);
  }),
  adopt: reading("adopt", ["stack", "only", "output", "yes", "json"], (values) => {
    const { only = [], output, yes = false } = values;
    const options = { stack: stackOf(values), only, output, yes };
    return async (surroundings) => (await import("./adopt.js")).adopt(options, surroundings);
  }),
  unmanaged: reading("unmanaged", ["stack", "json"], (values) => {
    const options = { stack: stackOf(values) };
    return async (surroundings) => (await import("./unmanaged.js")).unmanaged(options, surroundings);
  }),
  drift: reading("drift", ["stack", "markdown", "json"], (values) => {
    const options = { stack: stackOf(values), markdown: values.markdown ?? false };
    return async (surroundings) => (await import("./drift.js")).drift(options, surroundings);
  }),
  compare: (operands, values) => {
    assertTaken("compare", values, ["map", "as", "markdown", "json"]);
    const [left, right, ...rest] = operands;
    if (!left || !right || rest.length > 0) throw new UsageError("compare takes two stacks");
    const { as, map = [], markdown = false, json = false } = values;
    const options = { left, right, as: viewOf(as), map, markdown };
    return {
      ask: "stack",
      json,
      work: async (surroundings) => (await import("./compare.js")).compare(options, surroundings),
    };
  },
  preview: reading("preview", ["stack", "save", "json"], (values) => {
    const { save } = values;
    if (!save) throw new UsageError("preview needs --save, the file to keep the plan in");
    const options = { stack: stackOf(values), save };
    return async (surroundings) => (await import("./preview.js")).preview(options, surroundings);
  }),
  up: reading("up", ["stack", "plan", "json"], (values) => {
    const { plan } = values;
    if (!plan) throw new UsageError("up needs --plan, the file that preview --save wrote");
    const options = { stack: stackOf(values), plan, json: values.json ?? false };
    return async (surroundings) => (await import("./up.js")).up(options, surroundings);
  }),
  recover: reading("recover", ["stack", "yes", "json"], (values) => {
    const options = { stack: stackOf(values), yes: values.yes ?? false };
    return async (surroundings) => (await import("./recover.js")).recover(options, surroundings);
  }),
} as const satisfies Record<string, Reader>;

function reading(name: string, taken: readonly OptionName[], workOf: (values: Values) => StackWork): Reader {
  return (operands, values) => {
    assertTaken(name, values, taken);
    assertNoOperand(name, operands, taken);
    return { ask: "stack", work: workOf(values), json: values.json ?? false };
  };
}

function viewOf(text: string | undefined): "declared" | "recorded" | undefined {
  if (text === undefined || text === "declared" || text === "recorded") return text;
  throw new UsageError("--as is declared or recorded");
}

function stackOf({ stack }: Values): string {
  if (!stack) throw new UsageError("no stack is named; say --stack");
  return stack;
}
