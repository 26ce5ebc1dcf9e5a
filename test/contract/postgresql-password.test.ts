import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openRegistry } from "../../provider/backends/index";
import { parseRegistrySettings } from "../../provider/registry/settings";
import { HOST } from "../support/postgres-client";
import { sharedPostgres } from "../support/shared-postgres";
import { furnish, POOL, present } from "./bench";
import { refused, usePostgresqlPlace } from "./postgresql-place";

/** Where a password may be, the first that has one first. */
const SOURCES = ["the URL", "the setting", "PGPASSWORD", "the password file"] as const;
type Passwords = Partial<Record<(typeof SOURCES)[number], string>>;

const SPECIAL = "s3cret p@ss:w/ö?r#d[]%&=+'\"\\";

describe("The password of a registry in PostgreSQL", () => {
  const place = usePostgresqlPlace();
  let folder = "";
  let account: { user: string; password: string };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "password-"));
    account = await place.newRole("SUPERUSER");
    await furnish(place.open());
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  /** Reads with these passwords alone. */
  const read = async (passwords: Passwords, file = fileOf(passwords["the password file"])) => {
    const own = passwords["the URL"];
    const url = place.url({ user: account.user, password: own ?? "" });
    const text = own === undefined ? url.replace(":@", "@") : url;
    if (file !== undefined) await writeFile(join(folder, "pgpass"), file, { mode: 0o600 });
    const registry = openRegistry(parseRegistrySettings(text, "/", passwords["the setting"]), {
      environment: { PGPASSWORD: passwords.PGPASSWORD, PGPASSFILE: join(folder, "pgpass") },
    });
    try {
      return await present(registry.get("pool", POOL));
    } finally {
      await registry.close();
    }
  };
  const fileOf = (password: string | undefined) =>
    password && `*:*:*:${account.user}:${password.replaceAll(/[\\:]/g, "\\$&")}\n`;
  const set = (password: string) =>
    sharedPostgres().query(`ALTER ROLE ${account.user} PASSWORD '${password.replaceAll("'", "''")}'`);

  for (const [index, source] of SOURCES.entries()) {
    const later = Object.fromEntries(SOURCES.slice(index + 1).map((name) => [name, "wrong s3cret"]));

    it(`is that of ${source}, whatever comes later`, async () => {
      await read({ [source]: account.password });
      await read({ ...later, [source]: account.password });
    });

    it(`is not that of what comes later where that of ${source} is wrong`, async () => {
      const right = Object.fromEntries(Object.keys(later).map((name) => [name, account.password]));
      const work = read({ ...right, [source]: "wrong s3cret" });
      await refused(
        work,
        "unavailable",
        "the password is wrong",
        `${HOST}:${sharedPostgres().port}/postgres`,
      );
    });

    it(`may hold any character in ${source}`, async () => {
      await set(SPECIAL);
      await read({ [source]: SPECIAL });
    });
  }

  const refusedWithout = (work: Promise<unknown>) =>
    refused(work, "unavailable", `${HOST}:${sharedPostgres().port}/postgres`, account.user, "none is given");

  it("is asked for where there is none", async () => {
    await refusedWithout(read({}));
  });

  it("is not an empty one", async () => {
    await refusedWithout(read({ "the URL": "", PGPASSWORD: "" }));
    const empty = { "the setting": "", PGPASSWORD: "" };
    await refusedWithout(read(empty));
    for (const source of SOURCES) await read({ ...empty, [source]: account.password });
  });

  describe("in the password file", () => {
    const line = (host: string, password: string, user = account.user) =>
      `${host}:${sharedPostgres().port}:postgres:${user}:${password}\n`;

    it("is that of the first line that is meant", async () => {
      const others = [
        "",
        "# a comment",
        "no line",
        `#${line(HOST, "wrong s3cret")}`,
        line("example.com", "wrong s3cret"),
        line(HOST, "wrong s3cret", "other"),
        `${HOST}:1:*:*:wrong s3cret`,
        `${HOST}:*:other:*:wrong s3cret`,
      ].join("\n");
      await refusedWithout(read({}, others));
      for (const end of ["\n", "\r\n", ""])
        await read(
          {},
          `${others}\n${line(HOST, account.password).trim()}${end}${end && line("*", "wrong s3cret")}`,
        );
    });

    it("may have a colon as it is", async () => {
      await set("s3cret:with:colons");
      await read({}, line("*", "s3cret:with:colons"));
    });

    it("is not taken where others may read it, and the sentence tells why", async () => {
      const path = join(folder, "pgpass");
      await writeFile(path, line(HOST, account.password), { mode: 0o644 });
      await refused(read({}, undefined), "unavailable", path, "others may read it");
      await chmod(path, 0o600);
      await read({}, undefined);
    });

    it("is missed with a sentence where the file is a folder", async () => {
      const path = join(folder, "pgpass");
      await mkdir(path, { mode: 0o700 });
      await refused(read({}, undefined), "unavailable", path, "cannot be read (EISDIR)");
    });

    it("is found in the home folder of who runs the program", async () => {
      await writeFile(join(folder, ".pgpass"), line(HOST, account.password), { mode: 0o600 });
      const settings = parseRegistrySettings(place.url({ user: account.user }).replace(/:[^:@]*@/, "@"), "/");
      const registry = openRegistry(settings, { environment: { HOME: folder } });
      try {
        await present(registry.get("pool", POOL));
      } finally {
        await registry.close();
      }
    });
  });
});
