import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import { RegistryError } from "./errors";
import { parseFqdn } from "./fqdn";
import { decodePercent } from "./percent-encoding";

/**
 * A registry behind a management shell, as the text `shell:[command][?parameter=value&…]` tells it. The command is a program
 * and its words, apart from each other by spaces; double quotes keep a word with spaces together. Without a command it is
 * `powershell.exe` of this machine. Values of parameters are percent-encoded.
 */
export interface ShellRegistrySettings {
  backend: "shell";
  /** The program and its words, run in `folder`. */
  command: string[];
  /** Whether what starts the script in PowerShell follows the words; `complete=true` says that the command is complete. */
  appendArguments: boolean;
  /** The folder of Pulumi.yaml. */
  folder: string;
  /** Whether the cmdlets run in the process that is started: its end is theirs. */
  isLocal: boolean;
  /** `script`: the path, where the shell runs, of the script as a file, which may be signed. */
  script?: string;
  /** `module`: the module's name or path; default: `SkypeForBusiness`, else `Lync`. */
  modules?: string[];
  /** Milliseconds in which the shell must have started, with its module loaded; `startTimeout` in seconds, default 60. */
  startTimeout: number;
  /** Milliseconds in which a cmdlet must be done; `callTimeout` in seconds, default 60. */
  callTimeout: number;
  /** Milliseconds for which a change is waited for, until it is seen; `replicationTimeout` in seconds, default 60. */
  replicationTimeout: number;
  /** Milliseconds without a call after which the shell is ended; `idleTimeout` in seconds, default 600. */
  idleTimeout: number;
  /**
   * `domainControllers`: FQDNs, in lower case, of those that must see a change too, and that are asked before something
   * counts as absent; default: only the one that the shell's host is bound to.
   */
  domainControllers: string[];
  /** `manageSipDomains`: whether SIP domains are made and removed, and not only observed; default false. */
  manageSipDomains: boolean;
  /** `journal`: absolute path of the file in which this machine notes its own changes. */
  journal: string;
}

const LOCAL_PROGRAM = /^(?:powershell|pwsh)(?:\.exe)?$/i;
const FORM = "write shell:[<program> <words>…][?<parameter>=<value>&…]";
const SIMULATOR = join(__dirname, "..", "cli", "index.js");
const NAMES = [
  "callTimeout",
  "complete",
  "domainControllers",
  "idleTimeout",
  "journal",
  "manageSipDomains",
  "module",
  "replicationTimeout",
  "script",
  "simulate",
  "startTimeout",
] as const;
type Name = (typeof NAMES)[number];

/** Reads the setting. Fails with `invalid`; the message repeats no value, only the name of a parameter. */
export function parseShellUrl(
  text: string,
  folder: string,
  absolute: (path: string) => string,
): ShellRegistrySettings {
  const { words, query } = partsOf(text.slice("shell:".length));
  const given = parametersOf(query);
  const simulated = given.get("simulate");
  if (simulated !== undefined && words.length > 0)
    fail("'simulate' stands for a command of its own; leave one of the two out");
  const isComplete = simulated !== undefined || flag(given, "complete");
  if (isComplete && simulated === undefined && words.length === 0)
    fail("'complete' is said of a command, and there is none; name it");
  const named = words.length > 0 ? words : ["powershell.exe"];
  const command =
    simulated === undefined ? named : [process.execPath, SIMULATOR, "simulate-shell", absolute(simulated)];
  const script = given.get("script");
  const module = given.get("module");
  return {
    backend: "shell",
    command,
    appendArguments: !isComplete,
    folder,
    isLocal: simulated !== undefined || LOCAL_PROGRAM.test(basename((named[0] ?? "").replaceAll("\\", "/"))),
    ...(script !== undefined && { script }),
    ...(module !== undefined && { modules: [module] }),
    startTimeout: seconds(given, "startTimeout", 60),
    callTimeout: seconds(given, "callTimeout", 60),
    replicationTimeout: seconds(given, "replicationTimeout", 60),
    idleTimeout: seconds(given, "idleTimeout", 600),
    domainControllers: (given.get("domainControllers")?.split(",") ?? []).map(controller),
    manageSipDomains: flag(given, "manageSipDomains"),
    journal: absolute(given.get("journal") ?? defaultJournal(command)),
  };
}

/** What errors call the registry: the first word of its command, since the others may hold a secret. */
export function shellLocation({ command }: ShellRegistrySettings): string {
  return `shell:${command[0] ?? ""}`;
}

/** One for each command: what is noted of one deployment says nothing of another one. */
function defaultJournal(command: readonly string[]): string {
  const name = createHash("sha256").update(JSON.stringify(command)).digest("hex").slice(0, 12);
  return join(".persistentchat", `shell-${name}.db`);
}

function partsOf(text: string): { words: string[]; query: string } {
  const words: string[] = [];
  let rest = text.trimStart();
  while (rest !== "" && !rest.startsWith("?")) {
    const [whole, quoted, plain] = /^(?:"([^"]*)"|([^\s"?]+))(?=\s|\?|$)\s*/.exec(rest) ?? fail(FORM);
    words.push(quoted ?? plain ?? "");
    rest = rest.slice(whole.length);
  }
  if (words.some((word) => word === "" || word.includes("\0"))) fail(FORM);
  return { words, query: rest.slice(1) };
}

function parametersOf(query: string): Map<Name, string> {
  const given = new Map<Name, string>();
  for (const part of query.split("&").filter((piece) => piece !== "")) {
    const [text = "", ...value] = part.split("=");
    const name = NAMES.find((known) => known === text);
    // What has no name may be the rest of a word in which `?` was not quoted.
    if (name === undefined) fail(`it has an unknown parameter; the parameters are ${NAMES.join(", ")}`);
    if (given.has(name)) fail(`'${name}' stands in it twice`);
    given.set(name, decoded(value.join("=")) || fail(`'${name}' has no value`));
  }
  return given;
}

function seconds(given: ReadonlyMap<Name, string>, name: Name, otherwise: number): number {
  const text = given.get(name) ?? String(otherwise);
  const number = /^[0-9]{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= 1 && number <= 86_400) return number * 1000;
  return fail(`'${name}' is not a whole number of seconds from 1 to 86400`);
}

function flag(given: ReadonlyMap<Name, string>, name: Name): boolean {
  const text = given.get(name) ?? "false";
  if (text === "true" || text === "false") return text === "true";
  return fail(`'${name}' is neither true nor false`);
}

function controller(text: string): string {
  const parsed = parseFqdn(text.trim());
  return "value" in parsed ? parsed.value : fail("'domainControllers' has a name that is not an FQDN");
}

function decoded(text: string): string {
  return decodePercent(text) ?? fail("a part of it is wrongly escaped; write %25 for a percent sign");
}

function fail(problem: string): never {
  throw new RegistryError(
    "invalid",
    `cannot open the registry: its setting 'shell:' cannot be read: ${problem}`,
  );
}
