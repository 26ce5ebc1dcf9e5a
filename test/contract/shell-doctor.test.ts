import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Finding, Status } from "../../provider/backends/shell/doctor/finding";
import type { ShellSettings } from "../../provider/backends/shell/session/settings";
import { UsageError } from "../../provider/cli/command";
import { type DoctorOptions, doctor } from "../../provider/cli/doctor";
import { run } from "../../provider/cli/run";
import { CONTOSO } from "../../provider/simulator/contoso";
import type { WorldInput } from "../../provider/simulator/world";
import type { StartPlan } from "../support/shell-child";
import { WorldPlace } from "../support/simulated-shell";

const CHILD = join(__dirname, "..", "support", "shell-child.js");
const DENIED = 'Active Directory operation failed on "dc01.contoso.test".';
const POOL = "pcpool.contoso.test";

interface Answer {
  usable: boolean;
  findings: Finding[];
  selfTest?: Finding[];
}

describe("doctor", function () {
  this.timeout(120_000);
  let place: WorldPlace;

  beforeEach(() => {
    place = new WorldPlace();
  });
  afterEach(() => place.dispose());

  async function examined(settings: ShellSettings, options: Partial<DoctorOptions> = {}) {
    const { json, ...diagnosis } = await doctor(settings, { selfTest: false, version: "0.1.0", ...options });
    return { ...diagnosis, ...(json as Answer) };
  }

  function simulated(parts: Partial<WorldInput> = {}, options: Partial<DoctorOptions> = {}) {
    place.fill(parts);
    return examined(place.settings(), options);
  }

  const settingsOf = (plan: StartPlan): ShellSettings => ({
    ...place.settings({ grace: 300 }),
    command: [process.execPath, CHILD, JSON.stringify(plan)],
  });
  const child = (plan: StartPlan, options: Partial<DoctorOptions> = {}) =>
    examined(settingsOf(plan), options);

  /** The findings of a topic, as `name: status: found`. */
  const of = ({ findings }: Answer, topic: string) =>
    findings
      .filter((finding) => finding.topic === topic)
      .map(({ name, status, found }) => `${name}: ${status}: ${found}`);
  const statuses = ({ findings }: Answer, status: Status) =>
    findings.filter((finding) => finding.status === status).map(({ name }) => name);

  describe("of a shell that has everything", () => {
    it("tells what is there, changes nothing, and is content", async () => {
      place.fill();
      const before = place.text();
      const diagnosis = await examined(place.settings());
      assert.deepEqual([diagnosis.exitCode, diagnosis.problem, diagnosis.usable], [0, undefined, true]);
      assert.deepEqual(
        diagnosis.text.split("\n").map((line) => line.split(/ {2,}/)),
        [
          ["FINDING", "STATUS", "FOUND"],
          ["shell", "ok", `${process.execPath}, PowerShell 5.1.17763.1, CLR 4.0.30319.42000`],
          ["64-bit process", "ok", "yes"],
          ["language mode", "ok", "FullLanguage"],
          ["script", "ok", "that of this version"],
          ["user", "ok", "CONTOSO\\anna"],
          ["elevation", "ok", "elevated"],
          [
            "module",
            "ok",
            "SkypeForBusiness 7.0.0.0, from C:\\Program Files\\Common Files\\Skype for Business Server 2015\\Modules\\SkypeForBusiness",
          ],
          ["cmdlets", "ok", "all 23"],
          ["parameters", "ok", "all"],
          ["may do reads", "ok", "RTCUniversalUserAdmins, RTCUniversalServerAdmins"],
          ["may do writes of users and endpoints", "ok", "RTCUniversalUserAdmins"],
          ["may do writes of settings and active servers", "ok", "RTCUniversalServerAdmins"],
          ["central management store", "ok", "read"],
          ["directory", "ok", "read from dc01.contoso.test"],
          ["clock", "ok", "as here"],
          ["SIP domains", "ok", "contoso.test (default), fabrikam.test"],
          [`pool ${POOL}`, "ok", "version 7, Skype for Business Server 2015"],
          [`state of ${POOL}`, "ok", "Normal"],
          [`endpoints of ${POOL}`, "ok", "0, and 1 automatic"],
          ["pool pcpool.fabrikam.test", "ok", "version 7, Skype for Business Server 2015"],
          ["state of pcpool.fabrikam.test", "ok", "Normal"],
          ["endpoints of pcpool.fabrikam.test", "ok", "0, and 1 automatic"],
        ],
      );
      assert.equal(place.text(), before);
    });

    it("counts endpoints that somebody made", async () => {
      const contacts = [
        ...(CONTOSO.contacts ?? []),
        { dn: "CN=x", sipAddress: "sip:a@contoso.test", pool: POOL },
      ];
      assert.deepEqual(of(await simulated({ contacts }), "endpoints").slice(0, 1), [
        `endpoints of ${POOL}: ok: 1, and 1 automatic`,
      ]);
    });

    it("springs every trap, and finds nothing wrong", async () => {
      place.fill();
      const before = place.text();
      const { exitCode, selfTest = [], text } = await examined(place.settings(), { selfTest: true });
      assert.deepEqual(
        selfTest.filter(({ status }) => status !== "ok"),
        [],
      );
      assert.ok(selfTest.length > 30);
      assert.equal(exitCode, 0);
      assert.match(text, /\n\nSELF-TEST +STATUS +FOUND\n/);
      for (const name of [
        "lone surrogates",
        "an identity with an asterisk",
        "a deadline of 1 ms",
        "the word bye",
      ])
        assert.match(text, new RegExp(`^${name} +ok +\\S`, "m"));
      assert.equal(place.text(), before);
    });
  });

  describe("tells what is missing, and how to get it:", () => {
    it("network credentials", async () => {
      const faults: WorldInput["faults"] = [{ kind: "empty", cmdlet: "read", occurrence: "every" }];
      const diagnosis = await simulated({ faults }, { selfTest: true });
      assert.deepEqual([diagnosis.exitCode, diagnosis.usable], [3, false]);
      assert.match(diagnosis.problem ?? "", /cannot be used; its findings tell why$/);
      assert.deepEqual(statuses(diagnosis, "no"), ["central management store", "directory"]);
      assert.deepEqual(statuses(diagnosis, "could not ask"), ["SIP domains", "Persistent Chat pools"]);
      assert.match(diagnosis.text, /^user +ok +CONTOSO/m);
      assert.match(
        diagnosis.text,
        /^central management store +no +it cannot be read; the shell says: Active Directory .*; a logon without network credentials \(SSH with a key\)/m,
      );
      assert.match(
        diagnosis.text,
        /^directory +no +it cannot be read; the shell says the same as of 'central management store'; a logon/m,
      );
      assert.equal(diagnosis.text.split(DENIED).length, 2);
      // The way there and back can be tried all the same.
      const tried = new Map(diagnosis.selfTest?.map(({ name, status }) => [name, status]));
      assert.equal(tried.get("lone surrogates"), "ok");
    });

    it("network credentials that hello does not miss", async () => {
      const faults: WorldInput["faults"] = [
        { kind: "empty", cmdlet: "read", occurrence: "every", helloIsFine: true },
      ];
      const diagnosis = await simulated({ faults });
      assert.equal(diagnosis.exitCode, 1);
      assert.deepEqual(statuses(diagnosis, "no"), ["SIP domains", "Persistent Chat pools"]);
      assert.match(diagnosis.text, /^SIP domains +no +the list came back empty; a logon without network/m);
    });

    it("the module", async () => {
      const diagnosis = await simulated({ shell: { module: null } });
      assert.equal(diagnosis.exitCode, 3);
      assert.match(
        diagnosis.text,
        /^module +no +it is not there, or does not load; the shell says: .*SkypeForBusiness, Lync.*; install the administrative tools/m,
      );
      assert.deepEqual(statuses(diagnosis, "no"), ["module"]);
      assert.ok(statuses(diagnosis, "could not ask").includes("cmdlets"));
    });

    it("a language without constraints", async () => {
      const diagnosis = await simulated({ shell: { languageMode: "ConstrainedLanguage" } });
      assert.equal(diagnosis.exitCode, 3);
      assert.match(
        diagnosis.text,
        /^language mode +no +ConstrainedLanguage, by AppLocker or WDAC; have the script .* signed/m,
      );
    });

    it("a cmdlet and a parameter", async () => {
      const shell = {
        missingCmdlets: ["Get-CsPersistentChatState"],
        missingParameters: { "Get-CsUser": ["LdapFilter"] },
      };
      const diagnosis = await simulated({ shell });
      assert.equal(diagnosis.exitCode, 1);
      assert.equal(diagnosis.problem, "4 of 22 findings are not ok");
      assert.match(
        diagnosis.text,
        /^cmdlets +no +without Get-CsPersistentChatState; install the administrative tools of this server version$/m,
      );
      assert.match(diagnosis.text, /^parameters +no +without those of Get-CsUser: LdapFilter; install/m);
      assert.deepEqual(statuses(diagnosis, "could not ask"), [
        `state of ${POOL}`,
        "state of pcpool.fabrikam.test",
      ]);
    });

    it("access in one read", async () => {
      const faults: WorldInput["faults"] = [
        { kind: "access-denied", cmdlet: "Get-CsPersistentChatEndpoint", occurrence: "every" },
      ];
      const diagnosis = await simulated({ faults });
      assert.equal(diagnosis.exitCode, 1);
      assert.deepEqual(statuses(diagnosis, "no"), []);
      assert.match(
        diagnosis.text,
        new RegExp(`^endpoints of ${POOL} +could not ask +the read failed; the shell says: ${DENIED}`, "m"),
      );
      assert.match(
        diagnosis.text,
        new RegExp(
          `could not ask +the read failed; the shell says the same as of 'endpoints of ${POOL}'$`,
          "m",
        ),
      );
      assert.equal(diagnosis.text.split(DENIED).length, 2);
      assert.deepEqual(diagnosis.findings.at(-1)?.errors?.length, 1);
    });

    it("groups, whose names may be unknown", async () => {
      const groups = ["CONTOSO\\rtcuniversalreadonlyadmins", "CONTOSO\\Staff"];
      const diagnosis = await simulated({ shell: { groups, elevated: false } });
      assert.equal(diagnosis.exitCode, 1);
      assert.deepEqual(of(diagnosis, "group"), [
        "may do reads: ok: RTCUniversalReadOnlyAdmins",
        "may do writes of users and endpoints: no: the token has no RTCUniversalUserAdmins",
        "may do writes of settings and active servers: no: the token has no RTCUniversalServerAdmins",
      ]);
      assert.match(diagnosis.text, /or start the shell elevated, if that brings it; roles of RBAC, which/);
      const numbers = await simulated({ shell: { groups: ["S-1-5-21-1-2-3-512", "S-1-1-0"] } });
      assert.equal(numbers.findings.filter(({ status }) => status === "could not ask").length, 3);
    });

    it("a pool, one of a known version, and one that works", async () => {
      const none = await simulated({ pools: CONTOSO.pools.filter(({ persistentChat }) => !persistentChat) });
      assert.equal(none.exitCode, 1);
      assert.match(none.text, /^Persistent Chat pools +no +none; define a pool in Topology Builder/m);
      const pools = CONTOSO.pools.map((pool) =>
        pool.persistentChat && pool.fqdn === POOL
          ? { ...pool, version: 8, persistentChat: { ...pool.persistentChat, state: "FailedOver" as const } }
          : { ...pool, version: 6 },
      );
      const other = await simulated({ pools });
      assert.deepEqual(of(other, "pool"), [
        `pool ${POOL}: no: version 8, which this package does not know`,
        "pool pcpool.fabrikam.test: ok: version 6, Lync Server 2013",
      ]);
      assert.deepEqual(of(other, "pool-state"), [
        `state of ${POOL}: no: FailedOver`,
        "state of pcpool.fabrikam.test: ok: Normal",
      ]);
    });

    it("a clock that is right, a program of 64 bits, a script of this version", async () => {
      const diagnosis = await child({ hello: { is64Bit: false, script: "00", psVersion: "2.0" } });
      assert.equal(diagnosis.exitCode, 3);
      assert.deepEqual(statuses(diagnosis, "no"), [
        ...["shell", "64-bit process", "script", "may do writes of users and endpoints", "clock"],
      ]);
      assert.match(diagnosis.text, /^clock +no +\d+ s behind; set both clocks/m);
      const without = await child({ hello: { clock: "", is64Bit: false } });
      assert.match(without.text, /^clock +could not ask +the shell gave no time$/m);
    });

    it("a shell that answers at all", async () => {
      for (const [plan, cause] of [
        [
          { exit: 5, stderr: "Permission denied" },
          /exit code 5 before it answered; it last said: Permission denied/,
        ],
        [{ exit: 87 }, /constrained language only; have the script/],
        [{ hello: { psVersion: 5 } }, /does not speak its protocol/],
      ] as [StartPlan, RegExp][]) {
        const diagnosis = await child(plan, { selfTest: true });
        assert.equal(diagnosis.exitCode, 3);
        assert.match(of(diagnosis, "shell").join(), cause);
        assert.deepEqual(
          diagnosis.selfTest?.map(({ name, status }) => `${name}: ${status}`),
          ["every trap: could not ask"],
        );
      }
    });
  });

  describe("springs traps on a shell that", () => {
    const wrong = async (plan: StartPlan) => {
      const { selfTest = [], exitCode } = await child(plan, { selfTest: true });
      assert.equal(exitCode, 1);
      const found = new Map(selfTest.map(({ name, status, found }) => [name, `${status}: ${found}`]));
      return (name: string) => found.get(name) ?? assert.fail(name);
    };

    it("carries out what it should refuse, and does not say what it leaves out", async () => {
      const of = await wrong({});
      for (const name of ["a cmdlet that is not on the list", "an identity with an asterisk"])
        assert.equal(of(name), "no: it was carried out");
      assert.match(of("a list that is cut off"), /^no: 1 objects came/);
      assert.equal(of("a property that is not there"), "no: it is not named as missing");
      assert.equal(of("a deadline of 1 ms"), "could not ask: every read was done in time");
      assert.equal(of("a call after that"), "could not ask: no process had ended");
      assert.equal(of("lone surrogates"), "ok: came back as sent");
      assert.equal(of("the word bye"), "ok: ended the process");
    });

    it("loses what is not ASCII", async () => {
      const of = await wrong({ echo: "ascii" });
      assert.match(of("characters beyond ASCII"), /^no: "grün" of System\.String came back as "gr\?n" of/);
      assert.equal(of("texts that look like code").slice(0, 3), "no:");
      assert.equal(of("lone surrogates"), "ok: came back as sent");
      assert.equal(of("1 MB of apostrophes"), "ok: came back as sent");
    });

    it("takes everything for a text", async () => {
      const of = await wrong({ echo: "texts" });
      assert.equal(of("lone surrogates"), "ok: came back as sent");
      assert.equal(of("integers of 32 bits"), 'no: 0 of System.Int32 came back as "0" of System.String');
      assert.match(of("null"), /^no: null of no type came back as "null" of/);
      for (const name of ["booleans", "a list of no text", "a list of one text", "changes of a list"])
        assert.match(of(name), /^no: /);
    });

    it("does not survive them", async () => {
      const of = await wrong({ echo: "crash" });
      assert.match(of("texts that look like code"), /^could not ask: the process ended with exit code 3/);
      assert.equal(of("null"), "could not ask: the shell cannot be started again");
    });
  });

  describe("--bundle", () => {
    const bundle = () => join(place.folder, "bundle.json");

    it("holds what was seen, and none of the names of the organisation", async () => {
      const shell = {
        groups: ["CONTOSO\\RTCUniversalUserAdmins", "CONTOSO\\CSChatTeam", "S-1-5-21-1-2-3-512"],
      };
      const faults: WorldInput["faults"] = [
        { kind: "access-denied", cmdlet: "Get-CsPersistentChatState", occurrence: "every" },
      ];
      const diagnosis = await simulated({ shell, faults }, { selfTest: true, bundle: bundle() });
      assert.equal(diagnosis.exitCode, 1);
      const text = readFileSync(bundle(), "utf8");
      const document = JSON.parse(text);
      assert.deepEqual(document.shell.groups, ["RTCUniversalUserAdmins"]);
      assert.deepEqual(document.shell.module, { name: "SkypeForBusiness", version: "7.0.0.0" });
      const of = (cmdlet: string) =>
        document.cmdlets.find((one: { cmdlet: string }) => one.cmdlet === cmdlet) ?? assert.fail(cmdlet);
      assert.deepEqual(of("Get-CsSipDomain"), {
        cmdlet: "Get-CsSipDomain",
        parameters: [],
        ok: true,
        count: 2,
        truncated: false,
        type: "Microsoft.Rtc.Management.Deploy.Internal.SipDomain",
        properties: ["Identity", "Name", "IsDefault"],
        warnings: 0,
        errors: [],
      });
      assert.equal(of("Get-CsUser").count, 1);
      assert.ok(of("Get-CsPersistentChatEndpoint").properties.includes("HomeServer"));
      assert.deepEqual(of("Get-CsPersistentChatState").errors, [
        {
          id: "AccessDenied",
          source: "Get-CsPersistentChatState",
          category: "PermissionDenied",
          exceptions: ["System.DirectoryServices.Protocols.DirectoryOperationException"],
        },
      ]);
      assert.ok(document.selfTest.length > 30);
      assert.deepEqual(
        namesIn(place.text()).filter((name) => mentions(text, name)),
        [],
      );
      // The search finds what is there.
      assert.ok(namesIn(place.text()).length > 40);
      assert.ok(mentions(JSON.stringify(diagnosis.findings), "dc01"));
    });

    it("holds what there is of a shell that cannot be used", async () => {
      await simulated({ shell: { module: null } }, { bundle: bundle() });
      const { usable, shell, cmdlets } = JSON.parse(readFileSync(bundle(), "utf8"));
      assert.deepEqual([usable, shell.module, cmdlets], [false, null, []]);
    });

    it("is not written over a file, nor is anything asked before", async () => {
      writeFileSync(bundle(), "mine");
      const settings = { ...place.settings(), command: ["no-such-program"] };
      await assert.rejects(
        examined(settings, { bundle: bundle() }),
        (error) => error instanceof UsageError && /exists; name another file/.test(error.message),
      );
      assert.equal(readFileSync(bundle(), "utf8"), "mine");
      await assert.rejects(examined(settings, { bundle: join(place.folder, "none", "x.json") }), /ENOENT/);
    });
  });

  it("looks at no registry of another kind", async () => {
    let told = "";
    const surroundings = {
      env: {},
      folder: () => place.folder,
      clock: () => new Date(),
      out: { write: () => {} },
    };
    const code = await run(["doctor", "--registry", "sqlite:x.db"], {
      ...surroundings,
      err: { write: (text) => (told += text) },
    });
    assert.equal(code, 2);
    assert.match(
      told,
      /^persistentchat: doctor looks at a management shell, .*'sqlite'; name one .*'shell:'/,
    );
    assert.ok(!existsSync(join(place.folder, "x.db")));
  });
});

/** Whatever names something in a world: hosts and domains with their labels, people, addresses, paths, numbers of objects. */
function namesIn(text: string): string[] {
  const { about: _, knobs: __, faults: ___, shell, ...world } = JSON.parse(text);
  const texts = [shell?.groups, "CONTOSO\\anna", "C:\\Program Files", world].flatMap(textsIn);
  const words = texts.flatMap((one) => [one, ...one.split(/[\\@.,:=/{}]+/)]);
  const harmless = [
    "",
    "RTCUniversalUserAdmins",
    "multiple",
    "single",
    "Normal",
    "Registrar",
    "UserServer",
    "SRV",
  ];
  const parts = ["CN", "DC", "OU", "sip", "1", "2", "5", "S-1-5", "Global", "Services", "VoicePolicy", "Tag"];
  const common = new Set([...harmless, ...parts].map((word) => word.toLowerCase()));
  return [...new Set(words.map((word) => word.toLowerCase()))].filter((word) => !common.has(word));
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** Whether a word stands in a text by itself. */
function mentions(text: string, name: string): boolean {
  const escaped = name.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`(?<![a-z0-9])${escaped}(?![a-z0-9])`, "i").test(text);
}
