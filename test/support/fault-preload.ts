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
    const history = /^INSERT INTO history \((.*?)\)/.exec(sql)?.[1]?.split(", ");
    if (history) {
      const run = statement.run.bind(statement);
      statement.run = (...values: unknown[]) => {
        const columns = Object.fromEntries(history.map((name, index) => [name, values[index]]));
        transaction?.push({ action: String(columns.action), key: String(columns.key) });
        return Reflect.apply(run, statement, values);
      };
    } else if (point.action === "read" && transaction === undefined && sql.startsWith("SELECT * FROM")) {
      const all = statement.all.bind(statement);
      statement.all = (...values: unknown[]) => {
        const meant = isMeant({ action: "read", key: String(values[0]) });
        if (meant && point.when === "before") holdHere();
        const rows = Reflect.apply(all, statement, values);
        if (meant && point.when === "after") holdHere();
        return rows;
      };
    }
    return statement;
  };
}
