import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, sep } from "node:path";
import type { FaultPoint } from "./fault";

// Loaded with `--require` into every Node process of an engine run; takes effect in the plugin alone, and holds it at one
// point of its work on the registry until the test lets it go. The held process does nothing at all meanwhile.

const PLUGIN = join("cmd", "dynamic-provider", "index.js");

interface Written {
  action: string;
  key: string;
}

if (process.argv[1]?.endsWith(sep + PLUGIN) && process.env.FAULT_FOLDER) install(process.env.FAULT_FOLDER);

function install(folder: string): void {
  const point = JSON.parse(readFileSync(join(folder, "point.json"), "utf8")) as FaultPoint;
  const { DatabaseSync } = require("node:sqlite") as typeof import("node:sqlite");
  const { exec, prepare } = DatabaseSync.prototype;
  let transaction: Written[] | undefined;
  let met = 0;

  const holdHere = () => {
    met += 1;
    if (met !== (point.occurrence ?? 1)) return;
    writeFileSync(join(folder, "held.new"), String(process.pid));
    renameSync(join(folder, "held.new"), join(folder, "held"));
    const clock = new Int32Array(new SharedArrayBuffer(4));
    while (!existsSync(join(folder, "released"))) Atomics.wait(clock, 0, 0, 5);
  };
  const isMeant = ({ action, key }: Written) =>
    action === point.action && (point.key === undefined || key === point.key);

  DatabaseSync.prototype.exec = function (sql) {
    if (sql.startsWith("BEGIN")) transaction = [];
    const meant = sql === "COMMIT" && transaction?.some(isMeant);
    if (meant && point.when === "before") holdHere();
    exec.call(this, sql);
    if (meant && point.when === "after") holdHere();
    if (sql === "COMMIT" || sql === "ROLLBACK") transaction = undefined;
  };

  DatabaseSync.prototype.prepare = function (sql, ...rest) {
    const statement = prepare.call(this, sql, ...rest);
    if (sql.startsWith("INSERT INTO history")) {
      const run = statement.run.bind(statement) as (columns: unknown) => ReturnType<typeof statement.run>;
      statement.run = ((columns: unknown) => {
        transaction?.push(columns as Written);
        return run(columns);
      }) as typeof statement.run;
    } else if (point.action === "read" && transaction === undefined && sql.startsWith("SELECT * FROM")) {
      const get = statement.get.bind(statement) as (key: unknown) => ReturnType<typeof statement.get>;
      statement.get = ((key: unknown) => {
        const meant = isMeant({ action: "read", key: String(key) });
        if (meant && point.when === "before") holdHere();
        const row = get(key);
        if (meant && point.when === "after") holdHere();
        return row;
      }) as typeof statement.get;
    }
    return statement;
  };
}
