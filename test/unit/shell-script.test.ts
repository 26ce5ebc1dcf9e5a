import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { Node } from "web-tree-sitter";
import { BOOTSTRAP, SCRIPT_LINE, shellArguments } from "../../provider/backends/shell/session/bootstrap";
import { CMDLETS, type CmdletForm } from "../../provider/backends/shell/session/cmdlets";
import { DISPATCHER_SCRIPT, SCRIPT_HASH } from "../../provider/backends/shell/session/dispatcher-script";
import { run } from "../../provider/cli/run";
import { argumentsOf, nodesOf, nodesOfType, powershellParser, textsOf } from "../support/powershell-syntax";

const words = (text: string) => text.trim().split(/\s+/);

// What Windows PowerShell 3.0 and .NET Framework 4.5 have, and nothing of what came later.

const TYPES = words(`
  array bool byte char char[] int int16 long object object[] string string[] uint16 uint32 void
  System.BitConverter System.Collections.ArrayList System.Collections.IDictionary System.Collections.IEnumerable
  System.Console System.Convert System.DateTime System.Diagnostics.Process System.Diagnostics.Stopwatch
  System.DirectoryServices.DirectoryEntry System.Environment System.Globalization.CultureInfo System.IO.File
  System.IO.StreamReader System.Management.Automation.DefaultParameterDictionary
  System.Management.Automation.IContainsErrorRecord System.Management.Automation.MethodInvocationException
  System.Management.Automation.PSDataCollection[System.Management.Automation.PSObject]
  System.Management.Automation.PSModuleInfo System.Management.Automation.PowerShell
  System.Management.Automation.Runspaces.InitialSessionState
  System.Management.Automation.Runspaces.PSThreadOptions System.Management.Automation.Runspaces.RunspaceFactory
  System.Management.Automation.ScriptBlock System.Security.Cryptography.SHA256CryptoServiceProvider
  System.Security.Principal.NTAccount System.Security.Principal.WindowsBuiltInRole
  System.Security.Principal.WindowsIdentity System.Security.Principal.WindowsPrincipal System.Text.Encoding
  System.Text.RegularExpressions.MatchEvaluator System.Text.RegularExpressions.Regex System.Text.StringBuilder
  System.Text.UTF8Encoding System.TimeSpan System.ValueType System.Web.Script.Serialization.JavaScriptSerializer
  System.Xml.XmlNode
`);
const MEMBERS = words(`
  ASCII Add AddCommand AddParameter AddRange AddScript Administrator Append AsyncWaitHandle BeginInvoke CLRVersion Category
  CategoryInfo Complete ComputeHash Contains ContainsKey Count Create CreateDefault CreateRunspace DeserializeObject Dispose
  ElapsedMilliseconds EndInvoke Error ErrorDetails ErrorRecord Exception Exit Flush FromBase64String FullName
  FullyQualifiedErrorId GetBytes GetCurrent GetCurrentProcess GetString GetType Groups IndexOf InnerException
  InvariantCulture Is64BitProcess IsInRole Keys Kill LanguageMode Length Major MaxJsonLength MaxValue Message Name Open
  OpenStandardInput OpenStandardOutput OuterXml PSBase PSObject PSVersion Parameters Path Properties ReadAll ReadAllText
  ReadLine ReadLineAsync ReferenceEquals Replace Result ReuseThread Runspace Serialize SessionState SessionStateProxy
  SetVariable Split StartNew Streams Substring TargetObject ThreadOptions ToBase64String ToLowerInvariant ToString
  ToUniversalTime Translate Trim TrimEnd TypeNames UtcNow Value Version Wait WaitOne Warning Write
`);
/** The keys of the script's own tables. */
const KEYS = words("commands errors found list message module nonce objects ok runspace value warnings");
const COMMANDS: Record<string, string[]> = {
  "Add-Type": ["-AssemblyName"],
  "New-Object": [],
  "Where-Object": [],
};
/** What the script calls in the second runspace beside the closed list. */
const CALLED = {
  AddCommand: words("Get-Command Import-Module Select-Object"),
  AddParameter: words("Confirm DisableNameChecking ErrorAction Module Name PassThru Property"),
};
const OPERATORS = words(
  "-ceq -cmatch -cne -cnotcontains -contains -eq -ge -gt -is -isnot -lt -ne -notcontains -notmatch",
);
const AUTOMATIC = words("$ExecutionContext $Host $PSCommandPath $PSVersionTable $_ $false $null $true");
/** Statements that give nothing, so that they need no [void]. */
const SILENT = /\.(Complete|Dispose|Open|SetVariable|Flush|Write|AddRange|Kill)\(|::Exit\(/;
const FORBIDDEN = [
  /\$input\b/i,
  /Invoke-Expression|\biex\b/i,
  /[&.]\s*\$/,
  /::new\(/i,
  /\bclass\b|\benum\b|\busing\b|\bworkflow\b/i,
  /Convert(To|From)-Json/i,
  /Get-ItemPropertyValue|AsHashtable/i,
  /Write-(Host|Output)|Read-Host|\[System\.Console\]::(In|Out|Error|InputEncoding|OutputEncoding)\b/i,
  /`/,
];

describe("the script of the management shell", () => {
  let parse: (text: string) => Node;
  let script: Node;

  before(async () => {
    parse = await powershellParser();
    script = parse(DISPATCHER_SCRIPT);
  });

  const problems = (root: Node) =>
    [...nodesOf(root)].filter((node) => node.isError || node.isMissing).map((node) => node.text);
  const beyond = (found: string[], allowed: readonly string[]) =>
    found.filter((text) => !allowed.includes(text));

  it("can be parsed, as the bootstrap can", () => {
    assert.deepEqual(problems(script), []);
    assert.deepEqual(problems(parse(BOOTSTRAP)), []);
    assert.notDeepEqual(problems(parse(DISPATCHER_SCRIPT.slice(0, -40))), []);
    assert.notDeepEqual(problems(parse(DISPATCHER_SCRIPT.replace("} catch", " catch"))), []);
  });

  it("is of ASCII in lines that end in a line feed", () => {
    for (const text of [DISPATCHER_SCRIPT, BOOTSTRAP]) assert.match(text, /^[\n\x20-\x7e]+$/);
    assert.equal(DISPATCHER_SCRIPT, DISPATCHER_SCRIPT.trim());
    assert.doesNotMatch(DISPATCHER_SCRIPT, /[ \t]$/m);
    assert.doesNotMatch(DISPATCHER_SCRIPT, /undefined|\[object Object|NaN/);
  });

  it("fits into a command line, and into the first line of input", () => {
    assert.ok(BOOTSTRAP.length < 700, `${BOOTSTRAP.length}`);
    assert.doesNotMatch(BOOTSTRAP, /\n/);
    const [last = "", ...before] = shellArguments().reverse();
    assert.deepEqual(
      before.reverse(),
      words("-NoLogo -NoProfile -NonInteractive -OutputFormat Text -EncodedCommand"),
    );
    assert.equal(Buffer.from(last, "base64").toString("utf16le"), BOOTSTRAP);
    const path = `C:\\${"x".repeat(250)}\\powershell.exe`;
    assert.ok([path, ...shellArguments()].join(" ").length < 8_191);
    assert.match(SCRIPT_LINE, /^[A-Za-z0-9+/]+=*\n$/);
    assert.equal(Buffer.from(SCRIPT_LINE, "base64").toString("utf8"), DISPATCHER_SCRIPT);
    assert.deepEqual(shellArguments("C:\\d s\\x.ps1").slice(-2), ["-File", "C:\\d s\\x.ps1"]);
  });

  it("has a hash that the printed script has, too", async () => {
    let printed = "";
    const out = { write: (text: string) => (printed += text) };
    assert.equal(
      await run(["shell-script"], { env: {}, folder: () => "/", clock: () => new Date(), out, err: out }),
      0,
    );
    assert.equal(printed, `${DISPATCHER_SCRIPT}\n`);
    assert.equal(createHash("sha256").update(printed.trimEnd()).digest("hex"), SCRIPT_HASH);
    printed = "";
    await run(["shell-script", "--json"], {
      env: {},
      folder: () => "/",
      clock: () => new Date(),
      out,
      err: out,
    });
    assert.deepEqual(JSON.parse(printed), { sha256: SCRIPT_HASH, script: DISPATCHER_SCRIPT });
  });

  it("uses nothing that is forbidden in a text that may be read by any host", () => {
    for (const pattern of FORBIDDEN) {
      assert.doesNotMatch(DISPATCHER_SCRIPT, pattern);
      if (pattern.source !== "`") assert.doesNotMatch(BOOTSTRAP, pattern);
    }
  });

  it("uses no type, member or operator that came after PowerShell 3.0 and .NET 4.5", () => {
    for (const root of [script, parse(BOOTSTRAP)]) {
      assert.deepEqual(beyond(textsOf(root, "type_spec"), TYPES), []);
      assert.deepEqual(beyond(textsOf(root, "member_name"), [...MEMBERS, ...KEYS]), []);
      assert.deepEqual(beyond(textsOf(root, "comparison_operator"), OPERATORS), []);
      const made = commandsOf(root, "New-Object").map(([, type]) => type?.text.replaceAll("'", "") ?? "");
      assert.deepEqual(beyond(made, TYPES), []);
    }
  });

  it("uses no cmdlet and no parameter but a few, and its own functions with all their arguments", () => {
    const functions = new Map(
      nodesOfType(script, "function_statement").map((node) => [
        textsOf(node, "function_name")[0] ?? "",
        node.children
          .filter((child) => child.type === "function_parameter_declaration")
          .flatMap((child) => nodesOfType(child, "script_parameter")).length,
      ]),
    );
    for (const root of [script, parse(BOOTSTRAP)])
      for (const command of nodesOfType(root, "command")) {
        const name = command.childForFieldName("command_name")?.text ?? "";
        const given = argumentsOf(command);
        const parameters = given.filter(({ type }) => type === "command_parameter").map(({ text }) => text);
        if (functions.has(name)) {
          assert.equal(given.length, functions.get(name), command.text);
          assert.deepEqual(parameters, [], command.text);
        } else if (root === script || COMMANDS[name]) {
          assert.ok(COMMANDS[name], `'${name}' is on no list: ${command.text}`);
          assert.deepEqual(beyond(parameters, COMMANDS[name]), [], command.text);
        } else {
          assert.match(
            command.text,
            /^& \(\[System\.Management\.Automation\.ScriptBlock\]::Create\(\$t\)\) \$r /,
          );
        }
      }
    const called = [...functions.keys()].filter((name) => !textsOf(script, "command_name").includes(name));
    assert.deepEqual(called, []);
  });

  it("calls in the second runspace the closed list and a few cmdlets, all of them by constants", () => {
    const constants = { AddCommand: new Set<string>(), AddParameter: new Set<string>() };
    const others: string[] = [];
    for (const node of nodesOfType(script, "invokation_expression")) {
      const member = node.children.find(({ type }) => type === "member_name")?.text;
      if (member !== "AddCommand" && member !== "AddParameter" && member !== "AddScript") continue;
      const [, first = ""] = /\(('[^']*'|[^,]*)/.exec(node.text.slice(node.text.indexOf(`.${member}`))) ?? [];
      if (member !== "AddScript" && /^'[A-Za-z-]+'$/.test(first)) constants[member].add(first.slice(1, -1));
      else others.push(`${member}(${first}`);
    }
    assert.deepEqual([...constants.AddCommand].sort(), CALLED.AddCommand);
    assert.deepEqual([...constants.AddParameter].sort(), CALLED.AddParameter);
    assert.deepEqual(others.sort(), [
      "AddCommand($state.module + '\\' + $cmdlet)",
      "AddCommand($state.module + '\\Get-CsSipDomain')",
      "AddParameter($name",
      "AddScript($directoryProbe.ToString())",
    ]);
  });

  it("assigns every variable that it reads, and reads every one that it assigns", () => {
    for (const root of [script, parse(BOOTSTRAP)]) {
      const assigned = new Set<string>();
      for (const node of nodesOf(root)) {
        const [target] =
          node.type === "left_assignment_expression" || node.type === "foreach_statement"
            ? nodesOfType(node, "variable")
            : node.type === "script_parameter"
              ? nodesOfType(node, "variable")
              : [];
        if (target) assigned.add(target.text);
      }
      const all = nodesOfType(root, "variable").map(({ text }) => text);
      assert.deepEqual(beyond([...new Set(all)], [...assigned, ...AUTOMATIC]), []);
      const preferences = ["$ErrorActionPreference", "$ProgressPreference"];
      const once = [...assigned].filter((name) => all.filter((text) => text === name).length === 1);
      assert.deepEqual(beyond(once, preferences), []);
    }
  });

  it("lets no value fall out of a statement, which would come back among the results of its function", () => {
    const statements = nodesOfType(script, "statement_list")
      .flatMap((list) => list.children)
      .filter(({ type, parent }) => type === "pipeline" && parent?.parent?.type !== "sub_expression")
      .filter((node) => node.firstChild?.type === "pipeline_chain")
      .filter((node) => node.firstChild?.firstChild?.type !== "command");
    const loud = statements
      .filter(({ text }) => !text.startsWith("[void]") && !SILENT.test(text))
      .filter((node) => node.parent?.parent?.type !== "array_expression")
      .map(({ text }) => text);
    assert.deepEqual(loud, [
      "'\\u{0:x4}' -f [int][char]$match.Value", // what the evaluator gives
      "$server", // what the probe gives
      "$state.commands[$cmdlet] -notcontains $_", // what Where-Object asks
    ]);
  });

  it("writes numbers and times for no culture, whatever that of the host is", () => {
    const formats = [...DISPATCHER_SCRIPT.matchAll(/([$\])\w]+)[.:]+ToString\((.*?)\)/g)];
    const plain = formats.flatMap(([, receiver, format]) => (format === "" ? [receiver] : []));
    // A script block, and the two text builders.
    assert.deepEqual(plain.toSorted(), ["$builder", "$directoryProbe", "$value"]);
    const others = new Set(formats.flatMap(([, , format = ""]) => (format === "" ? [] : [format])));
    assert.deepEqual([...others].sort(), ["$hash", "$invariant", "'c'", "'o', $invariant"]);
    assert.equal(formats.length, DISPATCHER_SCRIPT.match(/ToString\(/g)?.length);
    // A number in hexadecimal digits, in which no culture differs.
    assert.deepEqual(DISPATCHER_SCRIPT.match(/'[^']*' -f .*/g), ["'\\u{0:x4}' -f [int][char]$match.Value }"]);
  });

  it("survives a property that throws, and takes the texts of a list in a list", () => {
    const [adding = ""] = /function Add-Object[\s\S]*?^}/m.exec(DISPATCHER_SCRIPT) ?? [];
    const [tried = ""] = /try {[\s\S]*?^ {4}catch {/m.exec(adding) ?? [];
    assert.equal(adding.match(/\$property\.Value/g)?.length, 1);
    assert.match(tried, /\$property\.Value/);
    const [value = ""] = /function Add-Value[\s\S]*?^}/m.exec(DISPATCHER_SCRIPT) ?? [];
    assert.match(value, /foreach \(\$item in \$value\) { \[void\]\$items\.Add\(\(Get-Text \$item\)\) }/);
    assert.equal(value.match(/Add-Value/g)?.length, 1);
  });

  it("reads on while a cmdlet runs, and ends after it when nothing more comes", () => {
    const loop = DISPATCHER_SCRIPT.slice(DISPATCHER_SCRIPT.lastIndexOf("while ($true)"));
    const [next, call, end] = [/ReadLineAsync\(\)/, /Invoke-Call/, /Exit\(0\)/].map((part) =>
      loop.search(part),
    );
    assert.ok(next !== undefined && call !== undefined && end !== undefined);
    assert.ok(0 < next && next < call && call < end);
    assert.match(loop, /if \(\$null -eq \$line\) { break }/);
  });

  it("ends itself at a deadline by force, since nothing else stops native code", () => {
    const [late = ""] = /function Stop-Late[\s\S]*?^}/m.exec(DISPATCHER_SCRIPT) ?? [];
    assert.match(late, /GetCurrentProcess\(\)\.Kill\(\)\n}$/);
    assert.doesNotMatch(DISPATCHER_SCRIPT, /\.Stop\(|\.BeginStop\(/);
    assert.deepEqual(DISPATCHER_SCRIPT.match(/^if .*\bexit .*$/gm)?.length, 2);
    assert.equal(DISPATCHER_SCRIPT.match(/\bexit\b/g)?.length, 2);
  });

  it("has the closed list as data, with exact names", () => {
    const table = /^\$closedList = @\{\n(.*?)^\}/ms.exec(DISPATCHER_SCRIPT)?.[1] ?? "";
    const parsed = [...table.matchAll(/^ {2}'([^']+)' = @\{ (.*) \}$/gm)].map(([, cmdlet, pairs = ""]) => [
      cmdlet,
      Object.fromEntries([...pairs.matchAll(/'([^']+)' = '([^']+)'/g)].map(([, name, tags]) => [name, tags])),
    ]);
    const forms = Object.entries<CmdletForm>(CMDLETS).map(([cmdlet, form]) => [cmdlet, form.parameters]);
    assert.deepEqual(parsed, forms);
    assert.equal(forms.length, 23);
    assert.doesNotMatch(table, /'Filter'|Credential/);
    for (const [cmdlet, form] of Object.entries<CmdletForm>(CMDLETS)) {
      assert.match(cmdlet, /^(Get|New|Set|Remove|Enable|Disable)-Cs[A-Za-z]+$/);
      for (const tags of Object.values(form.parameters)) assert.match(tags, /^([sbinam]|sn|mn)$/);
      assert.equal(new Set(form.select).size, form.select.length);
    }
  });
});

/** The words of each command of a name, the name first. */
function commandsOf(root: Node, name: string): (Node | undefined)[][] {
  return nodesOfType(root, "command")
    .filter((command) => command.childForFieldName("command_name")?.text === name)
    .map((command) => {
      const [first] = argumentsOf(command);
      return [command, first];
    });
}
