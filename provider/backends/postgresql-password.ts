import { RegistryError } from "../registry/errors";
import { hostAndPort, type PostgresqlSettings } from "../registry/postgresql-settings";

type PasswordFile = (
  connection: { host: string; port: number; database: string; user: string },
  found: (password: string | undefined) => void,
) => void;

/**
 * The password that a host asks for: that of the settings, else PGPASSWORD, else that of the password file (PGPASSFILE, or
 * `~/.pgpass`). Fails with `unavailable` where there is none.
 */
export async function passwordFor(
  host: PostgresqlSettings["hosts"][number],
  { password, user, database }: PostgresqlSettings,
  environment: NodeJS.ProcessEnv,
): Promise<string> {
  const known = password ?? environment.PGPASSWORD;
  if (known !== undefined) return known;
  const passwordFile: PasswordFile = require("pgpass");
  const kept = await new Promise<string | undefined>((resolve) =>
    passwordFile({ ...host, user, database }, resolve),
  );
  if (kept !== undefined) return kept;
  throw new RegistryError(
    "unavailable",
    `cannot open the registry: '${hostAndPort(host)}' asks user '${user}' for a password, and none is given; set the secret 'persistentchat:registryPassword', PGPASSWORD or PGPASSFILE`,
  );
}
