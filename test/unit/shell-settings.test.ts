import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import { isRegistryError } from "../../provider/registry/errors";
import { parseRegistrySettings } from "../../provider/registry/settings";
import { type ShellRegistrySettings, shellLocation } from "../../provider/registry/shell-settings";

const FOLDER = "/projects/chat";

function settingsOf(text: string): ShellRegistrySettings {
  const settings = parseRegistrySettings(text, FOLDER);
  assert.equal(settings.backend, "shell");
  return settings as ShellRegistrySettings;
}

function refusal(text: string): string {
  try {
    parseRegistrySettings(text, FOLDER);
  } catch (error) {
    assert.ok(isRegistryError(error, "invalid"), String(error));
    assert.match(error.message, /^cannot open the registry: its setting 'shell:' cannot be read: [^\n]+$/);
    return error.message;
  }
  return assert.fail(`'${text}' was accepted`);
}

describe("the setting of a management shell", () => {
  it("is the PowerShell of this machine where it says nothing", () => {
    const { journal, ...rest } = settingsOf("shell:");
    assert.deepEqual(rest, {
      backend: "shell",
      command: ["powershell.exe"],
      appendArguments: true,
      folder: FOLDER,
      isLocal: true,
      startTimeout: 60_000,
      callTimeout: 60_000,
      replicationTimeout: 60_000,
      idleTimeout: 600_000,
      domainControllers: [],
      manageSipDomains: false,
    });
    assert.match(journal, /^\/projects\/chat\/\.persistentchat\/shell-[0-9a-f]{12}\.db$/);
  });

  it("has the words of a command, apart by spaces, with quotes around those that hold one", () => {
    for (const [text, command] of [
      ["shell:pwsh", ["pwsh"]],
      [
        "shell: ssh  -T fe01.contoso.com powershell.exe ",
        ["ssh", "-T", "fe01.contoso.com", "powershell.exe"],
      ],
      [
        'shell:"C:\\Program Files\\ssh.exe" -K "CONTOSO\\anna@fe01"',
        ["C:\\Program Files\\ssh.exe", "-K", "CONTOSO\\anna@fe01"],
      ],
      ['shell:run "a?b" c?module=Lync', ["run", "a?b", "c"]],
    ] as const)
      assert.deepEqual(settingsOf(text).command, command, text);
  });

  it("knows a command that is PowerShell itself, whose end is that of its cmdlet", () => {
    const local = [
      "shell:",
      "shell:pwsh",
      'shell:"C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\PowerShell.exe"',
    ];
    for (const text of [...local, "shell:?simulate=a.json"])
      assert.equal(settingsOf(text).isLocal, true, text);
    for (const text of ["shell:ssh fe01 powershell.exe", "shell:plink fe01", "shell:./powershell.sh"])
      assert.equal(settingsOf(text).isLocal, false, text);
  });

  it("takes every parameter", () => {
    const settings = settingsOf(
      "shell:ssh fe01 powershell.exe?script=C%3A%5CPC%5Cd.ps1&module=Lync&startTimeout=120&callTimeout=5&replicationTimeout=7200&idleTimeout=1&domainControllers=DC01.contoso.com,dc02.contoso.com&manageSipDomains=true&journal=notes/a.db",
    );
    const { script, modules, startTimeout, callTimeout, replicationTimeout, idleTimeout } = settings;
    assert.deepEqual(
      [script, modules, startTimeout, callTimeout, replicationTimeout, idleTimeout],
      ["C:\\PC\\d.ps1", ["Lync"], 120_000, 5_000, 7_200_000, 1_000],
    );
    assert.deepEqual(settings.domainControllers, ["dc01.contoso.com", "dc02.contoso.com"]);
    assert.deepEqual([settings.manageSipDomains, settings.journal], [true, join(FOLDER, "notes/a.db")]);
  });

  it("may be a simulated shell, whose world is a file of the project", () => {
    const settings = settingsOf("shell:?simulate=.persistentchat/world.json");
    const [node, , command, world] = settings.command;
    assert.deepEqual([node, command], [process.execPath, "simulate-shell"]);
    assert.equal(world, join(FOLDER, ".persistentchat/world.json"));
    assert.equal(settings.appendArguments, false);
  });

  it("may be a command that needs nothing behind it", () => {
    assert.equal(settingsOf("shell:./start-shell?complete=true").appendArguments, false);
  });

  it("has a journal for each command", () => {
    const journals = ["shell:", "shell:ssh a powershell.exe", "shell:ssh b powershell.exe"].map(
      (text) => settingsOf(text).journal,
    );
    assert.equal(new Set(journals).size, 3);
    assert.equal(settingsOf("shell:?callTimeout=5").journal, settingsOf("shell:").journal);
  });

  it("is called by the first word of its command alone", () => {
    assert.equal(shellLocation(settingsOf("shell:ssh -i secret fe01 powershell.exe")), "shell:ssh");
  });

  for (const [text, words] of [
    ['shell:"half', "write shell:"],
    ['shell:"a"b', "write shell:"],
    ["shell:?speed=1", "the parameters are callTimeout"],
    ["shell:?callTimeout", "'callTimeout' has no value"],
    ["shell:?callTimeout=5&callTimeout=6", "twice"],
    ["shell:?callTimeout=0", "from 1 to 86400"],
    ["shell:?callTimeout=1.5", "whole number"],
    ["shell:?startTimeout=86401", "from 1 to 86400"],
    ["shell:?manageSipDomains=yes", "neither true nor false"],
    ["shell:?domainControllers=dc01", "not an FQDN"],
    ["shell:?domainControllers=a.b,", "not an FQDN"],
    ["shell:?script=%E0", "wrongly escaped"],
    ["shell:?journal=a%00b", "wrongly escaped"],
    ["shell:ssh?simulate=a.json", "leave one of the two out"],
    ["shell:?complete=true", "name it"],
  ] as const)
    it(`refuses ${text}`, () => assert.ok(refusal(text).includes(words), refusal(text)));

  it("repeats nothing of what it was given", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 6, unit: "grapheme" }), (secret) => {
        const text = `shell:ssh "${secret} s3cret?x=s3cret-${encodeURIComponent(secret)}`;
        assert.ok(!refusal(text).includes("s3cret"));
      }),
    );
  });

  it("gives the words back that were put into quotes", () => {
    const word = fc.string({ minLength: 1 }).filter((text) => !/["\0]/.test(text));
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), (words) => {
        const text = `shell:${words.map((one) => `"${one}"`).join(" ")}?callTimeout=5`;
        assert.deepEqual(settingsOf(text).command, words);
      }),
    );
  });
});
