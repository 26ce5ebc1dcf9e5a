import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";

/** The keys of Pulumi.<stack>.yaml. */
const schema = z.strictObject({
  /** How far the cutover is to go; the one setting that is turned during the night. Before it is set, the new pool alone stands. */
  stage: z.enum(["prepare", "migrate", "handover", "complete"]).optional(),
  sipDomain: z.string(),
  /** When the stages may be entered, by the clocks of `timeZone`. */
  window: z.strictObject({ opens: z.string(), closes: z.string(), timeZone: z.string() }).optional(),
  /** Whether somebody keeps the handover from being entered. */
  hold: z.boolean().default(false),
  /** The exact number of messages that going back may lose. */
  acceptDataLoss: z.number().optional(),
  /** The holder of the lease, to take it from. */
  breakLease: z.string().optional(),
});

export type CutoverConfig = z.infer<typeof schema>;

/** Reads the stack's configuration and says precisely which key is missing or wrong. */
export function readConfig(config = new pulumi.Config()): CutoverConfig {
  const parsed = schema.safeParse({
    stage: config.get("stage"),
    sipDomain: config.get("sipDomain"),
    window: config.getObject("window"),
    hold: config.getBoolean("hold"),
    acceptDataLoss: config.getNumber("acceptDataLoss"),
    breakLease: config.get("breakLease"),
  });
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    ({ path, message }) => `${config.name}:${path.map(String).join(".")}: ${message}`,
  );
  throw new pulumi.RunError(
    `the configuration of stack '${pulumi.getStack()}' is not complete; correct Pulumi.${pulumi.getStack()}.yaml:\n  ${problems.join("\n  ")}`,
  );
}
