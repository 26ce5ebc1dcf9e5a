import { CMDLETS } from "../session/cmdlets";
import { SCRIPT_HASH } from "../session/dispatcher-script";
import type { CmdletError, Hello } from "../session/replies";
import type { Evidence } from "./evidence";
import type { Examination } from "./examine";
import type { Finding } from "./finding";
import { wellKnown } from "./groups";

// What goes to the makers may hold nothing of the organisation: no name of a host, domain, pool, person, address or path. So
// nothing is taken as it came but what has the form, or is on the list, of what is the same everywhere.

const REDACTED = "(redacted)";
const VERSION = /^\d+(\.\d+){0,3}$/;
const TYPE = /^(Microsoft|System)([.+][A-Za-z]\w*)+(`\d+|#[A-Za-z]+)?$/;
const ERROR = /^(PersistentChat\.)?[A-Za-z]\w*$/;
const PROPERTY = /^[A-Za-z]\w*$/;
const PROGRAMS = ["powershell", "pwsh", "ssh", "plink", "node"];
const MODULES = ["SkypeForBusiness", "Lync"];
/** PowerShell's own. */
const CATEGORIES = [
  ...[
    "AuthenticationError",
    "CloseError",
    "ConnectionError",
    "DeadlockDetected",
    "DeviceError",
    "FromStdErr",
  ],
  ...["InvalidArgument", "InvalidData", "InvalidOperation", "InvalidResult", "InvalidType", "LimitsExceeded"],
  ...["MetadataError", "NotEnabled", "NotImplemented", "NotInstalled", "NotSpecified", "ObjectNotFound"],
  ...[
    "OpenError",
    "OperationStopped",
    "OperationTimeout",
    "ParserError",
    "PermissionDenied",
    "ProtocolError",
  ],
  ...["QuotaExceeded", "ReadError", "ResourceBusy", "ResourceExists", "ResourceUnavailable", "SecurityError"],
  ...["SyntaxError", "WriteError"],
];
const MODES = ["FullLanguage", "ConstrainedLanguage", "RestrictedLanguage", "NoLanguage"];

/** Everything that a bundle is made of. */
export interface Observations {
  /** The program of the shell. */
  program: string;
  examination: Examination;
  evidence: readonly Evidence[];
  selfTest?: readonly Finding[];
  /** The version of this package. */
  version: string;
}

/** A document for the makers of this package, which names nobody and nothing of the organisation. */
export function bundleOf({ program, examination, evidence, selfTest, version }: Observations): object {
  const { usable, hello, findings } = examination;
  return {
    bundle: 1,
    package: version,
    node: process.version,
    platform: process.platform,
    program: known(PROGRAMS, program.replace(/^.*[\\/]/, "").replace(/\.exe$/i, "")),
    usable,
    shell: hello && shellOf(hello),
    findings: findings.map(({ topic, status }) => ({ topic, status })),
    cmdlets: evidence.map(cmdletOf),
    ...(selfTest && { selfTest: selfTest.map(({ name, status }) => ({ name, status })) }),
  };
}

function shellOf(hello: Hello): object {
  const { module } = hello;
  return {
    psVersion: shaped(VERSION, hello.psVersion),
    clr: shaped(VERSION, hello.clr),
    is64Bit: hello.is64Bit,
    languageMode: known(MODES, hello.languageMode),
    elevated: hello.elevated,
    script: hello.script === SCRIPT_HASH ? "own" : "other",
    module: module && { name: known(MODULES, module.name), version: shaped(VERSION, module.version) },
    missingCmdlets: hello.missingCmdlets.filter((cmdlet) => Object.hasOwn(CMDLETS, cmdlet)),
    missingParameters: Object.fromEntries(
      Object.entries(hello.missingParameters)
        .filter(([cmdlet]) => Object.hasOwn(CMDLETS, cmdlet))
        .map(([cmdlet, names]) => [cmdlet, names.map((name) => shaped(PROPERTY, name))]),
    ),
    groups: wellKnown(hello.groups),
    store: hello.store.ok,
    directory: hello.directory.ok,
    errors: hello.errors.map(errorOf),
  };
}

function cmdletOf({ cmdlet, parameters, reply, failure }: Evidence): object {
  if (reply === undefined) return { cmdlet, parameters, failure };
  return {
    cmdlet,
    parameters,
    ok: reply.ok,
    count: reply.results.length,
    truncated: reply.truncated,
    ...(reply.type !== undefined && { type: shaped(TYPE, reply.type) }),
    ...(reply.names && { properties: reply.names.map((name) => shaped(PROPERTY, name)) }),
    warnings: reply.warnings.length,
    errors: reply.errors.map(errorOf),
  };
}

/** The message stays out, and so does an id that may be one, as that of a bare `throw` is. */
function errorOf({ id, message, category, exceptions }: CmdletError): object {
  const [kind = "", source = ""] = id.split(",");
  return {
    id: message.includes(kind) ? REDACTED : shaped(ERROR, kind),
    ...(source && { source: Object.hasOwn(CMDLETS, source) ? source : shaped(TYPE, source) }),
    category: known(CATEGORIES, category),
    exceptions: exceptions.map((type) => shaped(TYPE, type)),
  };
}

function shaped(shape: RegExp, text: string): string {
  return shape.test(text) ? text : REDACTED;
}

function known(names: readonly string[], text: string): string {
  return names.find((name) => name.toLowerCase() === text.toLowerCase()) ?? REDACTED;
}
