/**
 * The end of Group Chat, weeks after the cutover is complete: takes the trust that the topology still has in the legacy pool.
 * There is no way back from it. That is why it is a program of its own, which one setting of the cutover cannot begin, and why
 * it does nothing until somebody has written the pool's name down a second time:
 *
 *     pulumi config set confirm gcpool.contoso.test && pulumi up
 *
 * It refuses unless the cutover is complete, each of its addresses leads to its pool, and no endpoint leads to the legacy pool.
 * Where the registry is a PostgreSQL database, its password is that of PGPASSWORD.
 *
 * The resource has no `delete`: `pulumi destroy` forgets it, and changes nothing in the world. It has no `update` either: with
 * other settings the script runs again, and finds done what is done.
 *
 * What no program does for you is in the output `byHand`.
 */
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { local } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";

/** The keys of Pulumi.<stack>.yaml. */
const settings = z.strictObject({
  /** The name of the cutover that led away from the pool. */
  cutover: z.string(),
  /** The FQDN of the trusted application pool of Group Chat. */
  legacyPool: z.string(),
  /** The ids of the applications of that pool; one that is not named here stops everything. */
  applications: z.array(z.string()).min(1),
  /** The FQDN of a Front End pool. A trusted application pool without a Registrar cannot be removed. */
  registrar: z.string(),
  /** The FQDN of the legacy pool once more, from whoever has decided. */
  confirm: z.string().optional(),
  /**
   * The program that runs the script, which it gets as its last argument, with the values as JSON on standard input. Default:
   * Windows PowerShell on this machine, in which the cmdlets are.
   */
  shell: z
    .array(z.string())
    .min(1)
    .default(["powershell.exe", "-NoLogo", "-NoProfile", "-NonInteractive", "-Command"]),
});

/** What the registry tells, as far as it matters here. */
const stored = z.array(
  z.discriminatedUnion("kind", [
    z.object({
      kind: z.literal("cutover"),
      record: z.object({
        name: z.string(),
        stage: z.string(),
        poolFqdn: z.string(),
        addresses: z.array(z.string()),
      }),
    }),
    z.object({
      kind: z.literal("endpoint"),
      record: z.object({ sipAddress: z.string(), poolFqdn: z.string() }),
    }),
  ]),
);

const SCRIPT = `
$ErrorActionPreference = 'Stop'
$ConfirmPreference = 'None'
$values = ConvertFrom-Json ([Console]::In.ReadToEnd())
$pool = $values.legacyPool
if (@(Get-CsTrustedApplicationPool | Where-Object { $_.PoolFqdn -eq $pool }).Count -gt 0) {
  $there = @(Get-CsTrustedApplication | Where-Object { $_.TrustedApplicationPoolFqdn -eq $pool } |
    ForEach-Object { $_.ApplicationId })
  $unnamed = @($there | Where-Object { $values.applications -notcontains $_ })
  if ($unnamed.Count -gt 0) { throw "the pool has applications that nobody named: $($unnamed -join ', ')" }
  foreach ($application in $there) { Remove-CsTrustedApplication -Identity "$pool/$application" }
  Set-CsTrustedApplicationPool -Identity $pool -Registrar $values.registrar
  Remove-CsTrustedApplicationPool -Identity $pool
}
Enable-CsTopology
`;

const { cutover, legacyPool, applications, registrar, confirm, shell } = readSettings();
if (confirm !== legacyPool)
  throw refusal(
    `nobody has confirmed it, and there is no way back; where it is decided, set confirm to '${legacyPool}'`,
  );
assertLeft();

new local.Command(`decommission ${legacyPool}`, {
  interpreter: shell,
  create: SCRIPT,
  stdin: JSON.stringify({ legacyPool, applications, registrar }),
  logging: local.Logging.StdoutAndStderr,
  addPreviousOutputInEnv: false,
});

/** What is left to do, in this order. */
export const byHand = [
  "uninstall Group Chat from its servers, Compliance last",
  "keep the backups of its databases somewhere else, then remove the databases",
  "leave the parked user parked, or delete it; it must never get its old address back",
];

function readSettings(config = new pulumi.Config()): z.infer<typeof settings> {
  const parsed = settings.safeParse({
    cutover: config.get("cutover"),
    legacyPool: config.get("legacyPool"),
    applications: config.getObject("applications"),
    registrar: config.get("registrar"),
    confirm: config.get("confirm"),
    shell: config.getObject("shell"),
  });
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    ({ path, message }) => `${config.name}:${path.map(String).join(".")}: ${message}`,
  );
  throw new pulumi.RunError(`the configuration is not complete:\n  ${problems.join("\n  ")}`);
}

/** Fails unless everybody has left the legacy pool for good. */
function assertLeft(): void {
  const records = stored.parse([...list("cutovers"), ...list("endpoints")]);
  const endpoints = records.flatMap((found) => (found.kind === "endpoint" ? [found.record] : []));
  const record = records.flatMap((found) => (found.kind === "cutover" ? [found.record] : []));
  const known = record.find(({ name }) => name === cutover);
  if (known === undefined) throw refusal(`the registry has no cutover '${cutover}'; correct its name`);
  if (known.stage !== "complete")
    throw refusal(
      `cutover '${cutover}' stands at '${known.stage}', and its way back needs Group Chat; complete it first`,
    );
  const back = endpoints.find(({ poolFqdn }) => poolFqdn === legacyPool);
  if (back) throw refusal(`'${back.sipAddress}' still leads there; repoint or remove its endpoint`);
  const lost = known.addresses.find(
    (address) =>
      !endpoints.some(({ sipAddress, poolFqdn }) => sipAddress === address && poolFqdn === known.poolFqdn),
  );
  if (lost !== undefined)
    throw refusal(`'${lost}' does not lead to '${known.poolFqdn}', as the cutover left it; find out why`);
}

/** The records of a kind, as `persistentchat list` prints them. */
function list(kind: string): unknown[] {
  const tool = join(
    dirname(require.resolve("pulumi-persistentchat/package.json")),
    "build/provider/cli/index.js",
  );
  const registry = new pulumi.Config("persistentchat").require("registry");
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [tool, "list", kind, "--json", "--registry", registry],
    { encoding: "utf8" },
  );
  if (status !== 0) throw refusal(stderr.trim());
  return JSON.parse(stdout) as unknown[];
}

function refusal(cause: string): pulumi.RunError {
  return new pulumi.RunError(`cannot decommission '${legacyPool}': ${cause}`);
}
