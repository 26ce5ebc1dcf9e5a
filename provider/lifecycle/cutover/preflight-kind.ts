import { z } from "zod";
import { Notes } from "../../cutover/notes";
import { isInEffect } from "../../cutover/progress";
import type { PreflightAnswer } from "../../cutover/step-values";
import { RegistryError } from "../../registry/errors";
import type { SipAddress } from "../../registry/sip-address";
import { fqdn, sipAddress } from "../fields";
import { type Properties, toJson } from "../properties";
import { argumentsIn, type CutoverContext, type CutoverKind } from "./cutover-kind";
import { askedAgain, noted } from "./noted-step";
import { registryAnswers } from "./registry-answers";

const answers: z.ZodType<PreflightAnswer[]> = z.array(
  z.object({ question: z.string(), outcome: z.enum(["ok", "no", "could not ask"]), detail: z.string() }),
);

const fields = z.strictObject({
  cutover: z.string(),
  /** What the preflight command printed. */
  answers: z.string(),
  addresses: z.array(sipAddress),
  parkedAddresses: z.array(sipAddress),
  poolFqdn: fqdn,
  accepted: z.array(z.string()),
  noted: noted.optional(),
});

/**
 * The list of everything that was asked before the first change. It changes nothing, and so may be asked again; while anything
 * is changed nothing is judged by it, since then the cutover itself is what it would find.
 */
export const preflightKind: CutoverKind = {
  fields,

  async create(inputs, context) {
    return { id: String(inputs.cutover), outs: await judged(inputs, context) };
  },

  update: (_olds, news, context) => judged(news, context),
};

async function judged(inputs: Properties, context: CutoverContext): Promise<Properties> {
  const said = fields.parse(argumentsIn(inputs));
  if (isUnderWay(said.noted)) return toJson({ ...inputs, list: answersIn(said.answers) });
  const list = [
    ...(await registryAnswers(context.registry, {
      addresses: said.addresses as SipAddress[],
      parkedAddresses: said.parkedAddresses as SipAddress[],
      poolFqdn: said.poolFqdn,
    })),
    ...answersIn(said.answers),
  ];
  for (const { question, outcome, detail } of list)
    context.log(`preflight: ${outcome.padEnd("could not ask".length)}  ${question}: ${detail}`);
  const refused = list.filter(
    ({ question, outcome }) => outcome === "no" && !said.accepted.includes(question),
  );
  if (refused.length > 0) {
    const refusal = new RegistryError(
      "conflict",
      `cannot prepare cutover '${said.cutover}': the answer is no to ${refused.map(({ question, detail }) => `'${question}' (${detail})`).join(" and to ")}; mend it and run 'pulumi up' again, or name the question in acceptedAnswers`,
    );
    await askedAgain(inputs, context, refusal.message);
    throw refusal;
  }
  return toJson({ ...inputs, list });
}

/** Whether anything is in effect. */
function isUnderWay(step: z.infer<typeof noted> | undefined): boolean {
  if (step === undefined) return false;
  return new Notes(step.folder).all().some(({ step: name, note }) => isInEffect(name, note));
}

function answersIn(text: string): PreflightAnswer[] {
  try {
    return answers.parse(JSON.parse(text));
  } catch (error) {
    throw new RegistryError(
      "invalid",
      "cannot read the answers of the preflight command: it must print a JSON list of {question, outcome, detail}; correct the command",
      { cause: error },
    );
  }
}
