import assert from "node:assert/strict";
import { bundleOf, type Observations } from "../../provider/backends/shell/doctor/bundle";
import type { Finding } from "../../provider/backends/shell/doctor/finding";
import { wellKnown } from "../../provider/backends/shell/doctor/groups";
import type { CmdletError, Hello } from "../../provider/backends/shell/session/replies";

const SECRET = "litware";
const HOST = `pc01.${SECRET}.com`;

const error = (id: string, message: string): CmdletError => ({
  message,
  id,
  category: SECRET,
  target: SECRET,
  exceptions: [`System.${SECRET} Exception`, HOST, "System.Exception"],
});

/** A shell that says the same name wherever it may say anything. */
const HELLO: Hello = {
  ok: false,
  script: SECRET,
  psVersion: SECRET,
  clr: HOST,
  is64Bit: true,
  languageMode: SECRET,
  user: `${SECRET}\\anna`,
  elevated: true,
  groups: [`${SECRET}\\CSAdministrator`, `${SECRET}\\CS${SECRET}`, "S-1-5-21-1-2-3-512"],
  module: { name: `\\\\${HOST}\\Lync`, path: HOST, version: SECRET },
  missingCmdlets: [SECRET, "Get-CsUser"],
  missingParameters: { [SECRET]: ["x"], "Get-CsPool": [HOST, "Identity"] },
  store: { ok: false, error: HOST },
  directory: { ok: false, error: HOST, domainController: HOST },
  clock: SECRET,
  errors: [error(HOST, "x")],
};

const finding: Finding = { topic: "pool", name: HOST, status: "no", found: HOST, errors: [HOST], cure: HOST };

const OBSERVATIONS: Observations = {
  program: `C:\\${SECRET}\\${SECRET}.exe`,
  version: "0.1.0",
  examination: { usable: false, hello: HELLO, findings: [finding] },
  evidence: [
    {
      cmdlet: "Get-CsUser",
      parameters: ["ResultSize"],
      reply: {
        ok: false,
        type: `System.${SECRET} x`,
        results: [{ SipAddress: SECRET }],
        missing: [SECRET],
        truncated: false,
        warnings: [SECRET],
        names: ["Identity", HOST],
        errors: [
          error(`Denied,${HOST}`, "x"),
          // As a bare throw makes one.
          error(SECRET, SECRET),
          error(`${SECRET},Get-CsUser`, `no such thing as ${SECRET}`),
        ],
      },
    },
    { cmdlet: "Get-CsPool", parameters: [], failure: "CallTimedOut" },
  ],
  selfTest: [{ ...finding, name: "lone surrogates" }],
};

describe("the bundle for the makers", () => {
  it("takes nothing as it came that is not the same everywhere", () => {
    const document = bundleOf(OBSERVATIONS);
    const text = JSON.stringify(document);
    assert.doesNotMatch(text, new RegExp(SECRET, "i"));
    assert.doesNotMatch(text, /anna|S-1-5|pc01/i);
    const { program, shell, cmdlets, findings, selfTest } = JSON.parse(text);
    assert.equal(program, "(redacted)");
    assert.deepEqual(shell.missingCmdlets, ["Get-CsUser"]);
    assert.deepEqual(shell.missingParameters, { "Get-CsPool": ["(redacted)", "Identity"] });
    assert.deepEqual(shell.groups, ["CSAdministrator"]);
    assert.deepEqual(cmdlets[0].properties, ["Identity", "(redacted)"]);
    assert.deepEqual(cmdlets[0].errors[0], {
      id: "Denied",
      source: "(redacted)",
      category: "(redacted)",
      exceptions: ["(redacted)", "(redacted)", "System.Exception"],
    });
    assert.deepEqual(cmdlets[1], { cmdlet: "Get-CsPool", parameters: [], failure: "CallTimedOut" });
    assert.deepEqual(findings, [{ topic: "pool", status: "no" }]);
    assert.deepEqual(selfTest, [{ name: "lone surrogates", status: "no" }]);
  });

  it("keeps what is the same everywhere", () => {
    const hello = {
      ...HELLO,
      psVersion: "5.1.14393.1",
      languageMode: "FullLanguage",
      clr: "4.0.30319.42000",
    };
    const type = "Microsoft.Rtc.Management.WritableConfig.Settings.X.Y#Decorated";
    const [first] = OBSERVATIONS.evidence;
    assert.ok(first?.reply);
    const source = "Microsoft.Rtc.Management.AD.Cmdlets.GetOcsUserCmdlet";
    const errors = [{ ...error(`Denied,${source}`, "x"), category: "PermissionDenied" }];
    const text = JSON.stringify(
      bundleOf({
        ...OBSERVATIONS,
        program: "C:\\Windows\\System32\\PowerShell.exe",
        examination: { usable: true, hello, findings: [] },
        evidence: [{ ...first, reply: { ...first.reply, type, errors } }],
      }),
    );
    for (const kept of ["powershell", "5.1.14393.1", "FullLanguage", "4.0.30319.42000", type, source])
      assert.ok(text.includes(JSON.stringify(kept)), kept);
    assert.ok(text.includes('"PermissionDenied"'));
  });

  it("knows the groups of the product whatever their domain and their letters, and no others", () => {
    assert.deepEqual(
      wellKnown(["CONTOSO\\rtcuniversaluseradmins", "CSHelpDesk", "CONTOSO\\CSStaff", "X\\RTCUniversalX"]),
      ["RTCUniversalUserAdmins", "CSHelpDesk"],
    );
  });
});
