import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { encodeRequest } from "../../provider/backends/shell/session/frames";
import { CONTOSO } from "../../provider/simulator/contoso";
import { KNOBS } from "../../provider/simulator/knobs";
import { type Result, resultOf } from "../support/result";
import { CLI, SCRIPT, WorldPlace } from "../support/simulated-shell";

const ROOT = join(__dirname, "..", "..", "..");
const GET = "Get-CsPersistentChatEndpoint";
const NEW = "New-CsPersistentChatEndpoint";
const URI = "sip:ocschat@contoso.test";
const OLD = "sip:ocschat@old.contoso.test";
const POOL = "pcpool.contoso.test";

describe("simulate-shell", function () {
  this.timeout(60_000);
  let place: WorldPlace;

  beforeEach(() => {
    place = new WorldPlace();
  });
  afterEach(() => place.dispose());

  const run = (...args: string[]): Promise<Result> => {
    const child = spawn(process.execPath, [CLI, "simulate-shell", ...args], {
      cwd: place.folder,
      stdio: ["ignore", "pipe", "pipe"],
    });
    return resultOf(child);
  };

  describe("--init contoso", () => {
    it("writes the world of the example's stack dev", async () => {
      const { code, stdout } = await run("world.json", "--init", "contoso");
      assert.deepEqual([code, stdout.split("\n")[0]?.startsWith("wrote the world 'world.json'")], [0, true]);
      const world = place.read();
      const stack = readFileSync(join(ROOT, "Pulumi.dev.yaml"), "utf8");
      const setting = (pattern: RegExp) => pattern.exec(stack)?.[1] ?? assert.fail(`${pattern}`);
      const domains = [setting(/mainDomain: (\S+)/), setting(/branchDomain: (\S+)/)];
      assert.deepEqual(
        world.sipDomains.map(({ domain }) => domain),
        domains,
      );
      assert.equal(world.sipDomains[0]?.isDefault, true);
      const pools = [...stack.matchAll(/fqdn: (\S+)\n\s+servers: \[(.*)\]\n\s+nextHop: (\S+)/g)];
      assert.equal(pools.length, 2);
      for (const [, fqdn, servers, nextHop] of pools) {
        const pool = world.pools.find((one) => one.fqdn === fqdn);
        assert.deepEqual([pool?.shape, pool?.computers], ["multiple", servers?.split(", ")]);
        assert.deepEqual([pool?.persistentChat?.registrar, pool?.persistentChat?.mtlsPort], [nextHop, 5041]);
        assert.ok(world.pools.some((one) => one.fqdn === nextHop && one.roles.includes("Registrar")));
      }
      const program = readFileSync(join(ROOT, "examples", "contoso", "index.ts"), "utf8");
      const names = [...program.matchAll(/shape: "multiple",\s+displayName: "(\w+)"/g)].map(
        ([, name]) => name,
      );
      assert.deepEqual(
        world.pools.flatMap(({ persistentChat }) => persistentChat?.displayName ?? []),
        names,
      );
      assert.ok(world.contacts.every(({ automatic }) => automatic) && world.contacts.length === 2);
      assert.ok(world.users.some(({ sipAddress }) => sipAddress === OLD));
      assert.equal(world.configurations.length, 1);
    });

    it("makes the folder of the file, too", async () => {
      const { code } = await run("new/folder/world.json", "--init", "contoso");
      assert.equal(code, 0);
      assert.ok(JSON.parse(readFileSync(join(place.folder, "new", "folder", "world.json"), "utf8")));
    });

    it("leaves a file alone that is there", async () => {
      place.fill();
      const before = readFileSync(place.path, "utf8");
      const { code, stderr } = await run("world.json", "--init", "contoso");
      assert.deepEqual([code, /exists; name another file/.test(stderr)], [3, true]);
      assert.equal(readFileSync(place.path, "utf8"), before);
    });

    it("knows no other sample", async () => {
      const { code, stderr } = await run("world.json", "--init", "litware");
      assert.deepEqual(
        [code, /'litware' is no sample; the samples are contoso, contoso-cutover\b/.test(stderr)],
        [2, true],
      );
    });
  });

  describe("says in one line", () => {
    it("that there is no file", async () => {
      const { code, stderr } = await run("none.json");
      assert.deepEqual(
        [code, /^persistentchat: cannot read the world '.*none\.json'/.test(stderr)],
        [3, true],
      );
    });

    it("that the file is not JSON", async () => {
      writeFileSync(place.path, "{");
      const { code, stderr } = await run("world.json");
      assert.deepEqual([code, /world\.json' is not JSON/.test(stderr)], [3, true]);
    });

    it("what is wrong in the file, with its place", async () => {
      place.fill({ sipDomains: [], knobs: { absentUser: "perhaps" as never }, pool: [] } as never);
      const { stderr } = await run("world.json");
      assert.match(stderr, /^ {2}sipDomains: /m);
      assert.match(stderr, /^ {2}knobs\.absentUser: .*"error"/m);
      assert.match(stderr, /^ {2}the document: .*"pool"/m);
    });
  });

  it("prints its guesses and its limits before anything else, on stderr alone", async () => {
    place.fill({ knobs: { absentUser: "nothing" } });
    const { code, stdout, stderr } = await run("world.json");
    assert.deepEqual([code, stdout], [0, ""]);
    assert.match(
      stderr,
      /proves your program's logic, not the product: .*no SQL Server, no SIP and no certificates/,
    );
    for (const name of Object.keys(KNOBS)) assert.match(stderr, new RegExp(`guess: ${name} = `));
    assert.match(stderr, /guess: absentUser = nothing \(or error\)/);
  });

  describe("speaks", () => {
    it("of itself in its hello", async () => {
      place.fill({ shell: { module: { name: "Lync", version: "5.0", path: "C:\\Lync" }, elevated: false } });
      const shell = place.start();
      const hello = await shell.hello();
      assert.equal(hello.script, createHash("sha256").update(SCRIPT).digest("hex"));
      assert.deepEqual(hello.module, { name: "Lync", version: "5.0", path: "C:\\Lync" });
      assert.deepEqual([hello.ok, hello.elevated, hello.languageMode], [true, false, "FullLanguage"]);
      assert.deepEqual(hello.directory, { ok: true, domainController: "dc01.contoso.test" });
      assert.ok(Math.abs(Date.parse(String(hello.clock)) - Date.now()) < 10_000);
      const other = await shell.hello({ modules: ["SkypeForBusiness"] });
      assert.deepEqual([other.ok, other.module, (other.errors as []).length], [false, null, 1]);
    });

    it("whatever the pieces are in which it is spoken to", async () => {
      place.fill();
      const shell = place.start();
      const text = `${encodeRequest(1, {
        op: "hello",
        protocol: 1,
        nonce: "f".repeat(32),
        modules: ["SkypeForBusiness"],
        deadlineMs: 1000,
      })}${encodeRequest(2, { op: "bye" })}`;
      for (const character of text) {
        shell.write(character);
        await sleep(0);
      }
      assert.deepEqual(await shell.ended(), { code: 0, signal: null });
      assert.match(shell.stdout, /^\n#PC1 f{32} 1 \d+ \S+\n$/);
    });

    it("until its input ends, after the call that is running", async () => {
      place.fill();
      const shell = await place.shell("--latency", "300");
      const answer = shell.call(NEW, { SipAddress: URI, PersistentChatPoolFqdn: POOL });
      shell.child.stdin?.end();
      assert.equal((await answer).ok, true);
      assert.deepEqual(await shell.ended(), { code: 0, signal: null });
    });

    it("to nobody who does not begin with a hello", async () => {
      place.fill();
      const shell = place.start();
      await assert.rejects(shell.call(GET), /without an answer/);
      assert.match(shell.stderr, /the first request is not a hello/);
      assert.deepEqual(await shell.ended(), { code: 1, signal: null });
    });

    it("of a world that was broken meanwhile, and goes on when it is mended", async () => {
      place.fill();
      const shell = await place.shell();
      writeFileSync(place.path, "{");
      const { ok, errors } = await shell.call(GET);
      assert.deepEqual([ok, errors[0]?.id], [false, "SimulatedWorld,call"]);
      place.fill();
      await shell.done(GET);
    });

    it("as a shell that lacks a cmdlet or a parameter", async () => {
      place.fill({ shell: { missingCmdlets: [NEW], missingParameters: { [GET]: ["LdapFilter"] } } });
      const shell = place.start();
      const hello = await shell.hello();
      assert.deepEqual([hello.missingCmdlets, hello.missingParameters], [[NEW], { [GET]: ["LdapFilter"] }]);
      assert.equal(
        await shell.fails(NEW, { SipAddress: URI, PersistentChatPoolFqdn: POOL }),
        "CommandNotFoundException",
      );
      assert.equal(await shell.fails(GET, { LdapFilter: "(a=b)" }), "NamedParameterNotFound");
      await shell.done(GET);
    });
  });

  describe("with two processes on one world", () => {
    it("shows each what the other does", async () => {
      place.fill();
      const [one, other] = await Promise.all([place.shell(), place.shell()]);
      await one.done(NEW, { SipAddress: URI, PersistentChatPoolFqdn: POOL });
      assert.deepEqual(await other.done(GET, { Identity: URI }, "SipAddress"), [{ SipAddress: URI }]);
    });

    it("loses no write of either", async () => {
      place.fill();
      const shells = await Promise.all([place.shell(), place.shell()]);
      const each = 25;
      await Promise.all(
        shells.map(async (shell, number) => {
          for (let index = 0; index < each; index += 1)
            await shell.done(NEW, {
              SipAddress: `sip:a${number}-${index}@contoso.test`,
              PersistentChatPoolFqdn: POOL,
            });
        }),
      );
      const [shell] = shells;
      assert.equal((await shell?.done(GET))?.length, 2 + 2 * each);
    });

    it("goes on after one was killed in the middle of its work", async () => {
      place.fill();
      const [victim, survivor] = await Promise.all([place.shell(), place.shell()]);
      let isOver = false;
      const work = (async () => {
        for (let index = 0; !isOver; index += 1)
          await victim.call("New-CsSipDomain", { Identity: `d${index}.test` }).catch(() => {
            isOver = true;
          });
      })();
      await sleep(300);
      await victim.kill();
      await work;
      await survivor.done("New-CsSipDomain", { Identity: "survivor.test" });
    });
  });

  describe("has views of the directory", () => {
    const [DC1, DC2] = ["dc01.contoso.test", "dc02.contoso.test"];
    const lagging = (lag: object) => ({
      ...CONTOSO.directory,
      domainControllers: [
        { fqdn: DC1, globalCatalog: true },
        { fqdn: DC2, ...lag },
      ],
      frontEnds: [{ fqdn: "fe02.contoso.test", domainController: DC2 }],
    });
    const endpoint = { SipAddress: URI, PersistentChatPoolFqdn: POOL };

    it("that lag", async () => {
      place.fill({ directory: lagging({ contactMs: 1500 }) });
      const shell = await place.shell();
      await shell.done(NEW, endpoint);
      const seen = async (DomainController: string) => (await shell.done(GET, { DomainController })).length;
      assert.deepEqual([await seen(DC1), await seen(DC2)], [3, 2]);
      await sleep(1600);
      assert.equal(await seen(DC2), 3);
      assert.equal(place.read().contacts.length, 3);
      assert.deepEqual(place.read().changes, []);
    });

    it("that take a later change before an earlier one", async () => {
      place.fill({ directory: lagging({ contactMs: 100, lateMs: 1500 }) });
      const shell = await place.shell();
      await shell.done(NEW, endpoint);
      await shell.done(NEW, { ...endpoint, SipAddress: "sip:second@contoso.test" });
      const seen = async () =>
        (await shell.done(GET, { DomainController: DC2 }, "SipAddress")).map(
          (contact) => (contact as { SipAddress: string }).SipAddress,
        );
      await sleep(200);
      assert.deepEqual((await seen()).slice(2), ["sip:second@contoso.test"]);
      await sleep(1600);
      assert.equal((await seen()).length, 4);
    });

    it("that show what another one does not when each read has another domain controller", async () => {
      place.fill({
        directory: lagging({ contactMs: 60_000 }),
        knobs: { unpinnedReads: "one-after-the-other" },
      });
      const shell = await place.shell();
      await shell.done(NEW, endpoint);
      const counts = [];
      for (let read = 0; read < 4; read += 1) counts.push((await shell.done(GET)).length);
      assert.deepEqual(counts.toSorted(), [2, 2, 3, 3]);
      assert.notEqual(counts[0], counts[1]);
    });

    it("of which the one that takes a write decides what is a duplicate, or a global catalog does", async () => {
      const directory = { ...lagging({ userMs: 60_000 }), shellDomainController: DC2 };
      const rename = { Identity: OLD, SipAddress: "sip:parked@contoso.test", DomainController: DC1 };
      const again = { ...endpoint, SipAddress: OLD };
      const sipDomains = [{ domain: "contoso.test", isDefault: true }, { domain: "old.contoso.test" }];
      place.fill({ directory, sipDomains });
      const shell = await place.shell();
      await shell.done("Set-CsUser", rename);
      assert.equal(await shell.fails(NEW, again), "SipAddressInUse");
      place.fill({ directory, sipDomains, knobs: { duplicateEndpoint: "refused-by-global-catalog" } });
      await shell.done("Set-CsUser", rename);
      await shell.done(NEW, again);
    });

    it("of which a Front End may have two holders, and says so", async () => {
      const sipDomains = [{ domain: "contoso.test", isDefault: true }, { domain: "old.contoso.test" }];
      place.fill({ directory: lagging({ userMs: 30_000 }), sipDomains });
      const shell = await place.shell();
      await shell.done("Set-CsUser", { Identity: OLD, SipAddress: "sip:parked@contoso.test" });
      await shell.done(NEW, { ...endpoint, SipAddress: OLD });
      await shell.call(GET);
      assert.match(
        shell.stderr,
        new RegExp(`event: fe02\\.contoso\\.test has two holders of ${OLD} from .* to .*Group Chat`),
      );
      assert.ok(!shell.stderr.includes(`event: ${DC1}`));
    });
  });
});
