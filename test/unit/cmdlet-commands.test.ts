import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import type { Node } from "web-tree-sitter";
import { type CommandStepName, STEPS } from "../../provider/cutover/runbook";
import { cmdletCommand } from "../../provider/steps/cmdlets";
import { ENTRIES, ROOT, SCRIPTS, whole } from "../support/cmdlet-scripts";
import { argumentsOf, nodesOfType, powershellParser } from "../support/powershell-syntax";

/** What the help of Lync Server 2013 and Skype for Business Server 2015 documents, as far as a script may use it. */
const CMDLETS: Record<string, string[]> = {
  "Export-CsPersistentChatData": ["DBInstance", "DBName", "FileName", "Level", "Report", "StartDate"],
  "Get-CsPersistentChatEndpoint": ["PersistentChatPoolFqdn"],
  "Get-CsPersistentChatRoom": ["PersistentChatPoolFqdn"],
  "Get-CsWindowsService": ["ComputerName"],
  "Import-CsPersistentChatData": ["Confirm", "DBInstance", "FileName", "Report", "WhatIf"],
  "Start-CsWindowsService": ["ComputerName", "Confirm", "Name"],
  "Stop-CsWindowsService": ["ComputerName", "Confirm", "Name"],
};
const WMI_CLASSES = [
  "Site",
  "StdRegProv",
  "Win32_PerfRawData_MSMQ_MSMQQueue",
  "Win32_Process",
  "Win32_Service",
];
/** The steps whose before-image is the states of services; the others have none. */
const WITH_IMAGE = ["drain-compliance", "start-services", "stop-services"];

describe("the default commands of the steps", () => {
  const steps = STEPS.filter(({ by }) => by === "command").map(({ name }) => name as CommandStepName);
  let parse: (text: string) => Node;

  before(async () => {
    parse = await powershellParser();
  });

  const commands = (text: string, name: string) =>
    nodesOfType(parse(text), "command").filter(
      (command) => command.childForFieldName("command_name")?.text === name,
    );
  const keysOf = (text: string) => [...text.matchAll(/(?:@\{|;) (\w+) = /g)].map(([, key = ""]) => key);

  it("start a script of the package in words that hold no value", () => {
    assert.equal(steps.length, 14);
    for (const step of steps) {
      const [program, ...words] = cmdletCommand(step);
      const file = words.pop() ?? "";
      assert.equal(program, "powershell.exe");
      assert.deepEqual(words, ["-NoLogo", "-NoProfile", "-NonInteractive", "-OutputFormat", "Text", "-File"]);
      assert.equal(relative(ROOT, dirname(file)), join("provider", "steps", "cmdlets"));
      assert.ok(existsSync(file), file);
    }
    const started = steps.map((step) => basename(cmdletCommand(step).at(-1) ?? "", ".ps1"));
    assert.deepEqual([...new Set(started)].sort(), ENTRIES.toSorted(), "every script is that of a step");
    const script = (step: CommandStepName) => basename(cmdletCommand(step).at(-1) ?? "");
    assert.equal(script("stop-legacy"), script("stop-persistent-chat"));
    assert.equal(script("back-up-source"), script("back-up-target"));
    assert.equal(script("import"), "import.ps1");
    assert.equal(script("start-persistent-chat"), "start-services.ps1");
  });

  it("are in the package when it is packed", () => {
    const environment = Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name));
    const [report] = JSON.parse(
      execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
        cwd: ROOT,
        encoding: "utf8",
        env: Object.fromEntries(environment),
        stdio: ["ignore", "pipe", "pipe"],
      }),
    );
    const packed = report.files.map(({ path }: { path: string }) => path);
    const wanted = [...SCRIPTS.keys()].map((name) => `provider/steps/cmdlets/${name}.ps1`);
    assert.deepEqual(
      packed.filter((path: string) => path.startsWith("provider/")).toSorted(),
      wanted.toSorted(),
    );
    assert.ok(packed.includes("build/provider/steps/cmdlets/index.js"));
  }).timeout(60_000);

  it("call documented cmdlets with documented parameters, by constants", () => {
    const called = new Map<string, Set<string>>();
    for (const [script, text] of SCRIPTS)
      for (const command of commands(text, "Invoke-Cmdlet")) {
        const [cmdlet, given] = argumentsOf(command).map((argument) => argument.text);
        assert.match(cmdlet ?? "", /^'[A-Za-z]+-Cs[A-Za-z]+'$/, `${script}: ${command.text}`);
        const keys =
          given === "$parameters"
            ? [
                ...keysOf(/\$parameters = (@\{.*\})/.exec(text)?.[1] ?? ""),
                ...[...text.matchAll(/\$parameters\['(\w+)'\]/g)].map(([, key = ""]) => key),
              ]
            : keysOf(given ?? "");
        assert.ok(keys.length > 0, command.text);
        const known = called.get(cmdlet?.slice(1, -1) ?? "") ?? new Set();
        called.set(cmdlet?.slice(1, -1) ?? "", new Set([...known, ...keys]));
      }
    const found = Object.fromEntries([...called].map(([cmdlet, keys]) => [cmdlet, [...keys].sort()]));
    assert.deepEqual(found, CMDLETS);
  });

  it("stop and start no service without the names of both server and service", () => {
    const all = [...SCRIPTS.values()].join("\n");
    const changes = [...all.matchAll(/Invoke-Cmdlet '(?:Start|Stop)-CsWindowsService' (@\{.*?\})/g)];
    assert.equal(changes.length, 2);
    for (const [, given = ""] of changes) assert.match(given, /Name = \$name; ComputerName = \$server/);
    for (const part of [/function Get-AllServices[\s\S]*?^}/m, /function Find-Service[\s\S]*?^}/m])
      assert.match(part.exec(all)?.[0] ?? "", /IsNullOrEmpty\(\$(server|name)\)\) \{ throw/);
    for (const [, receiver = ""] of all.matchAll(/(\$\w+)\.(?:Stop|Start)Service\(\)/g))
      assert.equal(receiver, "$service");
  });

  it("import without writing in the rehearsal, and never ask a person", () => {
    const given = (script: string) =>
      argumentsOf(commands(SCRIPTS.get(script) ?? "", "Invoke-Cmdlet")[0] as Node)[1]?.text ?? "";
    assert.match(given("rehearse-import"), /WhatIf = \$true; Confirm = \$false/);
    assert.match(given("import"), /Confirm = \$false/);
    assert.doesNotMatch(SCRIPTS.get("import") ?? "", /WhatIf/);
  });

  it("ask WMI by constant classes, and filter nothing there", () => {
    const classes = new Set<string>();
    for (const text of SCRIPTS.values())
      for (const command of [...commands(text, "Get-WmiObject"), ...commands(text, "Invoke-WmiMethod")]) {
        assert.doesNotMatch(command.text, /-(Filter|Query)\b/);
        assert.match(command.text, /-ComputerName \$server\b/);
        classes.add(/-Class (\S+)/.exec(command.text)?.[1] ?? "");
      }
    assert.deepEqual([...classes].sort(), WMI_CLASSES);
  });

  it("speak SQL in constant texts, with every value as a parameter", () => {
    let count = 0;
    for (const [script, text] of SCRIPTS)
      for (const command of commands(text, "Invoke-Sql")) {
        const [, sql, given] = argumentsOf(command).map((argument) => argument.text);
        assert.match(sql ?? "", /^(@'\n[\s\S]*\n'@|'[\s\S]*')$/, `${script}: ${command.text}`);
        const declared = new Set([...(sql ?? "").matchAll(/DECLARE (@\w+) /g)].map(([, at]) => at));
        const used = new Set([...(sql ?? "").matchAll(/@\w+/g)].map(([at]) => at));
        const free = [...used].filter((at) => !declared.has(at)).map((at) => at.slice(1));
        const parameters = keysOf(given ?? "");
        assert.deepEqual(free.toSorted(), parameters.toSorted(), `${script}: ${command.text}`);
        count += 1;
      }
    assert.ok(count >= 15, `${count}`);
    assert.match(
      whole("back-up"),
      /'BACKUP DATABASE @name TO DISK = @file WITH COPY_ONLY, CHECKSUM, FORMAT, INIT/,
    );
    for (const script of ["back-up", "import"])
      assert.match(whole(script), /'RESTORE VERIFYONLY FROM DISK = @file WITH CHECKSUM'/);
    const writes = [...SCRIPTS.values()]
      .join("\n")
      .match(/\b(INSERT|UPDATE|DELETE|MERGE|DROP|TRUNCATE)\b[^)]*\b(INTO|SET|FROM|TABLE)\b/g);
    assert.equal(writes, null, "the scripts write no row");
  });

  it("only read before the step, and what has no before-image answers null", () => {
    for (const script of ENTRIES) {
      const text = SCRIPTS.get(script) ?? "";
      const body = text.slice(text.indexOf("$document = Read-Document"));
      if (WITH_IMAGE.includes(script))
        assert.match(
          body,
          /if \(\[string\]\$document\['action'\] -ceq 'before'\) \{ \$answer = \(Get-ServiceStates .*\)\.list \}\n {2}elseif \(\[string\]\$document\['action'\] -ceq 'do'\)/,
          script,
        );
      else {
        assert.doesNotMatch(body, /'before'/, script);
        assert.match(
          body,
          /\bif \((\[string\]\$document\['action'\] -ceq 'do'|'do', 'undo' -ccontains)/,
          script,
        );
        assert.doesNotMatch(body, /\n {2}else \{/, `${script}: nothing is done for every other action`);
      }
    }
  });

  it("start services with the startup type that was recorded of each, unless that was Disabled", () => {
    const text = SCRIPTS.get("start-services") ?? "";
    const wanted = /function Get-Wanted[\s\S]*?^}/m.exec(text)?.[0] ?? "";
    assert.match(
      wanted,
      /if \(\[string\]\$each\['server'\] -ine \$server -or \[string\]\$each\['service'\] -ine \$name\) \{ continue \}\n.*-cne 'Disabled'\) \{ return \[string\]\$each\['startup'\] \}\n {2}\}\n {2}return 'Automatic'\n\}/,
    );
    assert.deepEqual(
      commands(text, "Start-Named").map((command) => argumentsOf(command)[2]?.text),
      ["$startup"],
    );
    assert.match(text, /\$recorded = Get-Optional \$document\['values'\] 'recorded'\n/);
    assert.match(text, /\$startup = Get-Wanted \$recorded /);
  });

  it("refuse a way back that would restore a database that is mirrored, log-shipped or in a group", () => {
    const restore = /function Restore-Target[\s\S]*?^}/m.exec(SCRIPTS.get("import") ?? "")?.[0] ?? "";
    const refused = restore.search(/if \(\$replication -ne ''\) \{ throw/);
    assert.ok(refused > 0 && refused < restore.indexOf("RESTORE DATABASE @name"));
    const asked = /function Get-Replication[\s\S]*?^}/m.exec(SCRIPTS.get("sql") ?? "")?.[0] ?? "";
    for (const table of ["database_mirroring", "log_shipping_primary_databases", "replica_id"])
      assert.ok(asked.includes(table), table);
  });

  it("take every line of a report that speaks of a warning or an error, in plain words", () => {
    const text = SCRIPTS.get("rehearse-import") ?? "";
    const replaced = [
      ...text.matchAll(
        /\$html = \[[\w.]+\]::Replace\(\$html, '(?:\(\?(i)\))?(.*)', (' '|\[string\]\[char\]10)\)/g,
      ),
    ];
    assert.equal(replaced.length, 4);
    const html = `<html><style>.error { color: red }</style><h1>Import</h1><table>
      <TR class="w"><td>Warning</td><td>room <b>Ops</b>
        is overwritten</td></TR><tr><td>12 rooms</td></tr></table><p>1 error(s)</p></html>`;
    const lines = replaced
      .reduce(
        (read, [, flags = "", source = "", by]) =>
          read.replaceAll(new RegExp(source, `g${flags}`), by === "' '" ? " " : "\n"),
        html,
      )
      .split("\n")
      .map((line) => line.replaceAll(/\s+/g, " ").trim())
      .filter((line) => /warning|error/i.test(line));
    assert.deepEqual(lines, ["Warning room Ops is overwritten", "1 error(s)"]);
  });
});
