import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";

const pool = z.strictObject({
  fqdn: z.string(),
  servers: z.array(z.string()).min(1),
  /** The Front End pool that routes to the pool. */
  nextHop: z.string(),
});

/** What differs from one environment to the other; the keys are those of Pulumi.<stack>.yaml. */
const schema = z.strictObject({
  /** The SIP domain of the headquarters, and the default one. */
  mainDomain: z.string(),
  /** The SIP domain of the branch. */
  branchDomain: z.string(),
  mainPool: pool,
  branchPool: pool,
});

export type ContosoConfig = z.infer<typeof schema>;

/** Reads the stack's configuration and says precisely which key is missing or wrong. */
export function readConfig(config = new pulumi.Config()): ContosoConfig {
  const values = {
    mainDomain: config.get("mainDomain"),
    branchDomain: config.get("branchDomain"),
    mainPool: config.getObject("mainPool"),
    branchPool: config.getObject("branchPool"),
  };
  const parsed = schema.safeParse(values);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => {
    const [key, ...rest] = path;
    return `${config.name}:${String(key)}${rest.map((part) => `.${String(part)}`).join("")}: ${message}`;
  });
  throw new pulumi.RunError(
    `the configuration of stack '${pulumi.getStack()}' is not complete; correct Pulumi.${pulumi.getStack()}.yaml:\n  ${problems.join("\n  ")}`,
  );
}
