import assert from "node:assert/strict";
import type { Node } from "web-tree-sitter";
import {
  AUTOMATIC,
  COMMANDS,
  FOREIGN,
  KEYS,
  MEMBERS,
  OPERATORS,
  PREFERENCES,
  TAKEN,
  TYPES,
} from "../support/cmdlet-script-names";
import { ENTRIES, SCRIPTS, takenIn, whole } from "../support/cmdlet-scripts";
import { argumentsOf, nodesOf, nodesOfType, powershellParser, textsOf } from "../support/powershell-syntax";

/** How every script of a step begins. */
const FIRST =
  "$ErrorActionPreference = 'Stop'\ntrap { Write-Error -ErrorRecord $_ -ErrorAction Continue; exit 1 }\n";
/** Statements that give nothing, so that they need no [void]. */
const SILENT =
  /\.(Close|Delete|Dispose|EndConnect|Flush|Move|Open|SetVariable|Write|WriteAllText)\(|::(Delete|Move|Reverse|Sort|WriteAllText)\(|^\$column\+\+$/;
const FORBIDDEN = [
  /\$input\b/i,
  /Invoke-Expression|\biex\b|Invoke-Command|ScriptBlock/i,
  /[&.][ \t]*\$/,
  /::new\(/i,
  /\bclass [A-Z]|\benum [A-Z]|\busing namespace|\bworkflow\b/,
  /Convert(To|From)-Json/i,
  /Get-ItemPropertyValue|AsHashtable|Get-FileHash/i,
  /Write-(Host|Output|Error|Warning)|Read-Host|\[System\.Console\]::(In|Out|Error|InputEncoding|OutputEncoding)\b/i,
  /\bSet-ExecutionPolicy\b|-ExecutionPolicy/i,
  /\|\s*(Remove|Stop|Set|Disable)-/i,
  /DisableExportedNodes/i,
  /`/,
];

describe("the scripts of the default commands", () => {
  let parse: (text: string) => Node;

  before(async () => {
    parse = await powershellParser();
  });

  const problems = (root: Node) =>
    [...nodesOf(root)].filter((node) => node.isError || node.isMissing).map((node) => node.text);
  const beyond = (found: string[], allowed: readonly string[]) =>
    found.filter((text) => !allowed.includes(text));
  const name = (command: Node) => command.childForFieldName("command_name")?.text ?? "";

  it("can be parsed", () => {
    for (const [script, text] of SCRIPTS) {
      assert.deepEqual(problems(parse(text)), [], script);
      assert.notDeepEqual(problems(parse(text.replace(/\}(?!.*\})/s, ""))), [], script);
    }
  });

  it("are of ASCII, since Windows PowerShell reads a file without a mark in the code page of the host", () => {
    for (const [script, text] of SCRIPTS) {
      assert.match(text, /^[\n\x20-\x7e]+\n$/, script);
      assert.doesNotMatch(text, /[ \t]$|\n\n$/m, script);
    }
  });

  it("use nothing that runs text, asks a person, writes on the screen or goes round a policy", () => {
    for (const [script, text] of SCRIPTS)
      for (const pattern of FORBIDDEN) assert.doesNotMatch(text.replace(FIRST, ""), pattern, script);
  });

  it("use no type, member or operator that came after PowerShell 3.0 and .NET 4.5", () => {
    for (const [script, text] of SCRIPTS) {
      const root = parse(text);
      assert.deepEqual(beyond(textsOf(root, "type_spec"), TYPES), [], script);
      assert.deepEqual(beyond(textsOf(root, "member_name"), [...MEMBERS, ...FOREIGN, ...KEYS]), [], script);
      assert.deepEqual(beyond(textsOf(root, "comparison_operator"), OPERATORS), [], script);
      const made = nodesOfType(root, "command")
        .filter((command) => name(command) === "New-Object")
        .map((command) => argumentsOf(command)[0]?.text.replaceAll("'", "") ?? "");
      assert.deepEqual(beyond(made, [...TYPES, "-ComObject"]), [], script);
    }
  });

  it("have no name on a list that no script uses", () => {
    const roots = [...SCRIPTS.values()].map((text) => parse(text));
    const used = (type: string) => roots.flatMap((root) => textsOf(root, type));
    assert.deepEqual(beyond([...MEMBERS, ...FOREIGN, ...KEYS], used("member_name")), []);
    assert.deepEqual(beyond(OPERATORS, used("comparison_operator")), []);
    assert.deepEqual(beyond(Object.keys(COMMANDS), used("command_name")), []);
    const types = [...used("type_spec"), ...used("generic_token")];
    assert.deepEqual(beyond(TYPES, types), []);
  });

  it("take in what they use, and call it with all its arguments", () => {
    for (const entry of ENTRIES) {
      const root = parse(whole(entry));
      const functions = new Map(
        nodesOfType(root, "function_statement").map((node) => [
          textsOf(node, "function_name")[0] ?? "",
          node.children
            .filter((child) => child.type === "function_parameter_declaration")
            .flatMap((child) => nodesOfType(child, "script_parameter")).length,
        ]),
      );
      for (const command of nodesOfType(root, "command")) {
        if (/^\. \(Join-Path \$PSScriptRoot '[a-z-]+\.ps1'\)$/.test(command.text)) continue;
        const given = argumentsOf(command);
        const parameters = given.filter(({ type }) => type === "command_parameter").map(({ text }) => text);
        const declared = functions.get(name(command));
        if (declared !== undefined) {
          assert.equal(given.length, declared, `${entry}: ${command.text}`);
          assert.deepEqual(parameters, [], command.text);
        } else {
          const allowed = COMMANDS[name(command)];
          assert.ok(allowed, `${entry}: '${name(command)}' is on no list: ${command.text}`);
          assert.deepEqual(beyond(parameters, allowed), [], command.text);
        }
      }
    }
  });

  it("define no function that no script calls", () => {
    const roots = [...SCRIPTS.values()].map((text) => parse(text));
    const called = roots.flatMap((root) => textsOf(root, "command_name"));
    const defined = roots.flatMap((root) => textsOf(root, "function_name"));
    assert.deepEqual(beyond(defined, called), []);
    assert.equal(new Set(defined).size, defined.length, "a name is defined once");
  });

  it("assign every variable that they read, and read every one that they assign", () => {
    const bare = (text: string) => text.replace(/[{}]/g, "");
    for (const entry of ENTRIES) {
      const root = parse(whole(entry));
      const assigned = new Set<string>();
      for (const node of nodesOf(root)) {
        if (node.type === "foreach_statement" || node.type === "script_parameter")
          assigned.add(nodesOfType(node, "variable")[0]?.text ?? "");
        if (node.type !== "left_assignment_expression") continue;
        const targets = node.text.includes(", ") ? nodesOfType(node, "variable") : [];
        for (const { text } of targets.length > 0 ? targets : nodesOfType(node, "variable").slice(0, 1))
          assigned.add(text);
      }
      const all = nodesOfType(root, "variable").map(({ text }) => bare(text));
      assert.deepEqual(beyond([...new Set(all)], [...assigned, ...AUTOMATIC]), [], entry);
      assert.deepEqual(
        [...assigned].filter((variable) => TAKEN.includes(variable.toLowerCase())),
        [],
      );
      const own = nodesOfType(parse(SCRIPTS.get(entry) ?? ""), "variable").map(({ text }) => bare(text));
      const once = [...assigned].filter(
        (variable) => own.includes(variable) && all.filter((text) => text === variable).length === 1,
      );
      assert.deepEqual(beyond(once, PREFERENCES), [], entry);
    }
  });

  it("let no value fall out of a statement, which would come into the answer", () => {
    for (const [script, text] of SCRIPTS) {
      const loud = nodesOfType(parse(text), "statement_list")
        .flatMap((list) => list.children)
        .filter(({ type, parent }) => type === "pipeline" && parent?.parent?.type !== "sub_expression")
        .filter((node) => node.firstChild?.type === "pipeline_chain")
        .filter((node) => node.firstChild?.firstChild?.type !== "command")
        .filter((node) => !node.text.startsWith("[void]") && !SILENT.test(node.text))
        .filter((node) => node.parent?.parent?.type !== "array_expression")
        .map((node) => node.text);
      const asked = script === "preflight" ? ["[string]$_.Name", "[string]$_.Name -ieq $name"] : [];
      assert.deepEqual(loud.toSorted(), asked, script);
    }
  });

  it("drop no answer of a function that gives one", () => {
    for (const entry of ENTRIES) {
      const root = parse(whole(entry));
      const giving = nodesOfType(root, "function_statement")
        .filter((node) => /\breturn [^}\s]/.test(node.text))
        .map((node) => textsOf(node, "function_name")[0] ?? "");
      const dropped = nodesOfType(root, "statement_list")
        .flatMap((list) => list.children)
        .filter((node) => node.type === "pipeline" && node.firstChild?.firstChild?.type === "command")
        .filter((node) => giving.includes(name(node.firstChild?.firstChild as Node)))
        .filter(
          (node) =>
            !/^(sub_expression|array_expression|parenthesized_expression)$/.test(
              node.parent?.parent?.type ?? "",
            ),
        )
        .map((node) => node.text);
      assert.deepEqual(dropped, [], entry);
    }
  });

  it("write numbers and times for no culture, whatever that of the host is", () => {
    for (const [script, text] of SCRIPTS) {
      const formats = [...text.matchAll(/\.ToString\((.*?)\)/g)].map(([, format = ""]) => format);
      const plain = formats.filter((format) => format === "").length;
      // The text builder, and the words of a connection.
      assert.equal(plain, script === "common" || script === "sql" ? 1 : 0, script);
      assert.deepEqual(beyond(formats, ["", "$invariant", "'o', $invariant", "'N'", "$hash"]), [], script);
    }
  });

  it("read the document, answer once and end with the cause", () => {
    for (const entry of ENTRIES) {
      const text = SCRIPTS.get(entry) ?? "";
      assert.equal(takenIn(text)[0], "common", entry);
      // PowerShell goes on, and ends with 0, after a script that it may not take in.
      const [comments = ""] = /^(# .*\n)+/.exec(text) ?? [];
      assert.ok(text.startsWith(`${FIRST}. (Join-Path`, comments.length), entry);
      assert.match(
        text,
        /\n\$answer = \$null\ntry \{\n {2}\$document = Read-Document\n[\s\S]*\n\}\ncatch \{ Stop-Step \$_ \}\nWrite-Answer \$answer\n$/,
      );
      assert.equal(text.match(/Write-Answer/g)?.length, 1, entry);
    }
    assert.equal(
      [...SCRIPTS.values()]
        .join("")
        .replaceAll(FIRST, "")
        .match(/\bexit\b/g)?.length,
      1,
    );
  });
});
