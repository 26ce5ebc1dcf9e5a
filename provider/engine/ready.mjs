// Makes a clone ready to run: dependencies as package-lock.json has them, and the build. Plain JavaScript, because on a fresh
// clone nothing else can run yet, and on whatever Node the machine has.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

function readJson(...path) {
  try {
    return JSON.parse(readFileSync(join(root, ...path), "utf8"));
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Whether node_modules holds what the lock file names; times of files say nothing after a `git checkout`. */
function isInstalled() {
  const wanted = readJson("package-lock.json")?.packages ?? {};
  const present = readJson("node_modules", ".package-lock.json")?.packages;
  if (present === undefined) return false;
  return Object.entries(wanted).every(([path, { version, integrity, optional, devOptional, peer }]) => {
    if (path === "") return true;
    const there = present[path];
    if (there === undefined) return Boolean(optional || devOptional || peer);
    return there.version === version && there.integrity === integrity;
  });
}

function run(program, args) {
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: "inherit" });
  if (error !== undefined) console.error(`cannot run '${program}': ${error.message}`);
  return status ?? 1;
}

/** npm that runs us, with the Node that it runs on. */
function npm(args) {
  const cli = process.env.npm_execpath;
  return cli?.endsWith("npm-cli.js") ? run(process.execPath, [cli, ...args]) : run("npm", args);
}

const QUIET = ["--loglevel=error", "--no-audit", "--no-fund", "--no-update-notifier"];

if (!isInstalled()) {
  console.error("installing the dependencies");
  // Not `npm ci`, which would throw away what is there and fetch it again; without saving, an install leaves the lock file
  // alone too. It builds as well: npm runs `prepare` after it. Warnings are left out, above all those on the machine's Node,
  // which the clone replaces with its own.
  process.exitCode = npm(["install", "--no-save", "--include=dev", ...QUIET]);
} else {
  process.exitCode = npm(["run", "--silent", "build"]);
}
