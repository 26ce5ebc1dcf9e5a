import { readFile, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { RegistryError } from "../../registry/errors";
import { hostAndPort, locationOf, type PostgresqlSettings } from "../../registry/postgresql-settings";

type Host = PostgresqlSettings["hosts"][number];

/**
 * The password that a host asks for: that of the settings, else PGPASSWORD, else that of the password file. An empty one is
 * none, as for libpq. Fails with `unavailable` where there is none.
 */
export async function passwordFor(
  host: Host,
  settings: PostgresqlSettings,
  environment: NodeJS.ProcessEnv,
): Promise<string> {
  const known = settings.password || environment.PGPASSWORD;
  const found = known || passwordIn(await passwordFile(settings, environment), host, settings);
  if (found) return found;
  throw refusal(
    settings,
    `'${hostAndPort(host)}' asks user '${settings.user}' for a password, and none is given; set the secret 'persistentchat:registryPassword', PGPASSWORD or PGPASSFILE`,
  );
}

const LINE = /^((?:(?:\\.|[^\\:])*:){4})(.*)$/;
const FIELDS = /(?:\\.|[^\\:])*:/g;

// The package pgpass, which others use for this, takes the last line that fits, and libpq the first.

/** What the password file holds, nothing where there is none (https://www.postgresql.org/docs/18/libpq-pgpass.html). */
async function passwordFile(settings: PostgresqlSettings, environment: NodeJS.ProcessEnv): Promise<string> {
  const onWindows = process.platform === "win32";
  const usual = onWindows
    ? join(environment.APPDATA ?? "", "postgresql", "pgpass.conf")
    : join(environment.HOME || homedir(), ".pgpass");
  const path = environment.PGPASSFILE || usual;
  let mode: number;
  let text: string;
  try {
    mode = (await stat(path)).mode;
    text = await readFile(path, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") return "";
    throw refusal(
      settings,
      `the password file '${path}' cannot be read (${code}); correct its rights`,
      error,
    );
  }
  if (!onWindows && (mode & 0o077) !== 0)
    throw refusal(
      settings,
      `the password file '${path}' is not used, since others may read it; take the right to from them`,
    );
  return text;
}

/** The password of the first line that is meant for a host. */
function passwordIn(text: string, { host, port }: Host, { database, user }: PostgresqlSettings) {
  const wanted = [host.startsWith("/") ? ["localhost", host] : [host], [String(port)], [database], [user]];
  // A comment, which begins with `#`, is meant for no host.
  for (const line of text.split(/\r?\n/)) {
    // Only in the password may a colon stand as it is.
    const [start, places = "", password = ""] = LINE.exec(line) ?? [];
    const fields = places.match(FIELDS) ?? [];
    const fits = wanted.every(
      (names, index) => fields[index] === "*:" || names.includes(plain(fields[index]?.slice(0, -1))),
    );
    if (start !== undefined && fits) return plain(password);
  }
  return undefined;
}

function plain(field = ""): string {
  return field.replaceAll(/\\(.)/g, "$1");
}

function refusal(settings: PostgresqlSettings, problem: string, cause?: unknown): RegistryError {
  return new RegistryError("unavailable", `cannot open the registry '${locationOf(settings)}': ${problem}`, {
    cause,
  });
}
