// The steps that only ask: before anything is changed, before the handover, and after it.
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, statfsSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { fileOf, roomsOf, withDatabase } from "../database.mjs";
import { lastRan, stateOf } from "../services.mjs";
import { holds } from "../written-file.mjs";

/** @import { Database, PreflightAnswer, ServerService } from "../../../../provider/cutover/step-values.js" */
/** @import { Job } from "./job.mjs" */

const CLI = fileURLToPath(new URL("../../../../build/provider/cli/index.js", import.meta.url));

/**
 * Asks whatever can be asked beforehand. The step succeeds whatever the answers are; they are judged elsewhere.
 * @param {Job<"preflight">} job
 * @returns {Promise<PreflightAnswer[]>}
 */
export async function preflight({ world, values }) {
  const legacy = [...values.legacyServices, ...values.complianceServices];
  return [
    ...legacy.map((named) => askService(world, named, "Running")),
    ...values.persistentChatServices.map((named) => askService(world, named)),
    ask("can the database of Group Chat be read", () => describe(world, values.source)),
    ask("can the database of Persistent Chat be read", () => describe(world, values.target)),
    ask("is the place of the exported file free", () =>
      existsSync(values.exportFile) ? no(`'${values.exportFile}' is there`) : ok("nothing is there"),
    ),
    ...values.writtenFolders.map((folder) => askFolder(folder, 2 * sizeOf(world, values))),
    ...(values.filesFrom === undefined ? [] : [askFiles(values.filesFrom)]),
    ...(values.filesTo === undefined ? [] : [askFolder(values.filesTo, 0)]),
  ];
}

/** What is to be done where an export cannot be used: its step is done, and is not done again where the stage stays. */
const EXPORT_AGAIN =
  "set stage to 'prepare', run 'pulumi up', then set it to 'migrate' again, which exports again";

/**
 * Group Chat must not have run since the export: whatever was said meanwhile would be lost.
 * @param {Job<"check-export">} job
 */
export async function checkExport({ world, values: { services, exported } }) {
  for (const named of services) {
    const ran =
      stateOf(world, named).state === "Running" ? "is running" : ranSince(world, named, exported.finishedAt);
    if (ran !== undefined)
      throw new Error(
        `cannot use the export of ${exported.finishedAt}: '${named.service}' on '${named.server}' ${ran}; ${EXPORT_AGAIN}`,
      );
  }
  if (!holds(exported.file, exported.sha256))
    throw new Error(
      `cannot use the export of ${exported.finishedAt}: '${exported.file}' is not the file that was written; ${EXPORT_AGAIN}`,
    );
  return null;
}

/**
 * Looks each address up in the registry, as the Front End does for a legacy client; and sees that no room was lost.
 * @param {Job<"verify">} job
 */
export async function verify({ world, registry, values: { addresses, poolFqdn, source, target } }) {
  for (const address of addresses) {
    const found = lookUp(address, registry);
    if (found?.kind === "sip-user" || found?.poolFqdn !== poolFqdn)
      throw new Error(
        `'${address}' does not lead to '${poolFqdn}' but to ${found?.poolFqdn ?? (found ? "a user" : "nobody")}; see that its endpoint was made`,
      );
  }
  const there = new Set(withDatabase(world, target, roomsOf).map(({ id }) => id));
  const missing = withDatabase(world, source, roomsOf).filter(({ id }) => !there.has(id));
  if (missing.length > 0)
    throw new Error(
      `${missing.length} rooms of Group Chat are not in the pool, the first is '${missing[0]?.name}'; read the report of the import`,
    );
  return { rooms: there.size, lookups: addresses.length };
}

/**
 * Who holds an address, as `persistentchat resolve` tells it; null where nobody does.
 * @param {string} address
 * @param {string | undefined} registry
 * @returns {{ kind: string, poolFqdn?: string } | null}
 */
function lookUp(address, registry) {
  const named = registry === undefined ? [] : ["--registry", registry];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [CLI, "resolve", address, "--json", ...named],
    { encoding: "utf8" },
  );
  // 1 is an answer, too: nobody holds it.
  if (status === 0 || status === 1) return JSON.parse(stdout);
  throw new Error(stderr.trimEnd());
}

/**
 * @param {string} world
 * @param {ServerService} named
 * @param {string} finishedAt
 */
function ranSince(world, named, finishedAt) {
  const ran = lastRan(world, named);
  return ran !== undefined && ran > finishedAt ? `ran until ${ran}` : undefined;
}

/**
 * @param {string} world
 * @param {ServerService} named
 * @param {string} [wanted]
 */
function askService(world, named, wanted) {
  return ask(`is there a service '${named.service}' on '${named.server}'`, () => {
    const { startup, state } = stateOf(world, named);
    const detail = `${state}, ${startup}`;
    return wanted === undefined || state === wanted ? ok(detail) : no(detail);
  });
}

/**
 * @param {string} folder
 * @param {number} bytes
 */
function askFolder(folder, bytes) {
  return ask(`can files be written in '${folder}'`, () => {
    accessSync(folder, constants.W_OK);
    const { bavail, bsize } = statfsSync(folder);
    const free = `${Math.floor((bavail * bsize) / 1_000_000)} MB are free`;
    return bavail * bsize > bytes
      ? ok(free)
      : no(`${free}, and ${Math.ceil(bytes / 1_000_000)} MB are needed`);
  });
}

/** @param {string} folder */
function askFiles(folder) {
  return ask(`can the uploaded files in '${folder}' be read`, () => {
    accessSync(folder, constants.R_OK);
    return ok("they can");
  });
}

/**
 * @param {string} world
 * @param {Database} named
 */
function describe(world, named) {
  return ok(`${withDatabase(world, named, roomsOf).length} rooms`);
}

/**
 * @param {string} world
 * @param {{ source: Database, target: Database }} databases
 */
function sizeOf(world, { source, target }) {
  const sizes = [source, target].map(
    (named) => statSync(fileOf(world, named), { throwIfNoEntry: false })?.size ?? 0,
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** @typedef {Pick<PreflightAnswer, "outcome" | "detail">} Answer */

/**
 * @param {string} question
 * @param {() => Answer} find
 * @returns {PreflightAnswer}
 */
function ask(question, find) {
  try {
    return { question, ...find() };
  } catch (error) {
    return {
      question,
      outcome: "could not ask",
      detail: error instanceof Error ? error.message : String(error),
    };
  }
}

/**
 * @param {string} detail
 * @returns {Answer}
 */
function ok(detail) {
  return { outcome: "ok", detail };
}

/**
 * @param {string} detail
 * @returns {Answer}
 */
function no(detail) {
  return { outcome: "no", detail };
}
