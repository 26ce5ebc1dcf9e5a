import assert from "node:assert/strict";
import type { TaggedParameter } from "../../provider/backends/shell/session/call-body";
import { ShellSession } from "../../provider/backends/shell/session/session";
import { CONTOSO } from "../../provider/simulator/contoso";
import type { Contact, World } from "../../provider/simulator/world";
import { parseWorld } from "../../provider/simulator/world-text";
import { HOSTILE, hostileTexts, largeTexts } from "../support/hostile-texts";
import { WorldPlace } from "../support/simulated-shell";

const POOL = "pcpool.contoso.test";
const LONG = 60_000;
const BATCH = 1_000;
/** How many display names go through real cmdlets. */
const NAMED = 300;

describe("values through a session of a management shell", function () {
  this.timeout(300_000);
  let place: WorldPlace;
  let session: ShellSession;

  beforeEach(() => {
    place = new WorldPlace();
    const [domainController] = CONTOSO.directory.domainControllers;
    assert.ok(domainController);
    const directory = { ...CONTOSO.directory, domainControllers: [domainController], frontEnds: [] };
    place.fill({ directory });
    session = new ShellSession(place.settings());
  });
  afterEach(async () => {
    await session.close();
    await place.dispose();
  });

  /** Has texts echoed, one by one or as a list or as a list's change. */
  async function same(texts: string[]): Promise<void> {
    const p = texts.map((text): TaggedParameter => ["Identity", "s", text]);
    const lists: TaggedParameter[] = [
      ["ActiveServers", "a", texts],
      ["ActiveServers", "m", { Add: texts, Remove: texts }],
      ["ActiveServers", "m", { Replace: texts }],
    ];
    const { ok, values, types, errors } = await session.echo([...p, ...lists], LONG);
    assert.deepEqual([ok, errors], [true, []]);
    const sent = [...p, ...lists].map(([, , value]) => value);
    const wrong = sent.findIndex((value, index) => JSON.stringify(value) !== JSON.stringify(values[index]));
    assert.equal(wrong, -1, `${JSON.stringify(sent[wrong])?.slice(0, 200)} comes back as it was`);
    assert.equal(values.length, sent.length);
    assert.deepEqual(
      [...new Set(types)],
      ["System.String", "System.String[]", "System.Collections.Hashtable"],
    );
  }

  it("are the same: 100,000 hostile texts, and nothing else changes", async () => {
    const before = place.text();
    const texts = hostileTexts(100_000);
    for (let start = 0; start < texts.length; start += BATCH) await same(texts.slice(start, start + BATCH));
    assert.equal(place.text(), before);
  });

  it("are the same: 100 texts of 1 MB, and nothing else changes", async () => {
    const before = place.text();
    for (const text of largeTexts()) {
      const { ok, values } = await session.echo([["Identity", "s", text]], LONG);
      assert.ok(ok && values.length === 1 && values[0] === text, JSON.stringify(text.slice(0, 20)));
    }
    assert.equal(place.text(), before);
  });

  it("are the same, with the types that a parameter would get", async () => {
    const cases: [TaggedParameter, string][] = [
      [["a", "n", null], ""],
      [["b", "b", true], "System.Boolean"],
      [["c", "b", false], "System.Boolean"],
      ...[0, -1, 2 ** 31 - 1, -(2 ** 31)].map(integer("System.Int32")),
      ...[2 ** 31, -(2 ** 31) - 1, Number.MAX_SAFE_INTEGER].map(integer("System.Int64")),
      [["e", "a", []], "System.String[]"],
      [["f", "a", ["one"]], "System.String[]"],
      [["g", "a", ["one", "two"]], "System.String[]"],
      [["h", "m", { Add: ["one"], Remove: ["two", "three"] }], "System.Collections.Hashtable"],
      [["i", "m", { Replace: ["one"] }], "System.Collections.Hashtable"],
    ];
    const { ok, values, types } = await session.echo(
      cases.map(([parameter]) => parameter),
      LONG,
    );
    assert.equal(ok, true);
    assert.deepEqual(
      values,
      cases.map(([[, , value]]) => value),
    );
    assert.deepEqual(
      types,
      cases.map(([, type]) => type),
    );
    assert.deepEqual(await session.echo([], LONG), { ok: true, values: [], types: [], errors: [] });
  });

  it("are refused where they are not of their type, each by the name of its parameter", async () => {
    const wrong = [
      ["a", "s", 1],
      ["b", "b", "false"],
      ["c", "i", 1.5],
      ["d", "n", ""],
      ["e", "a", "one"],
      ["f", "m", ["one"]],
      ["g", "m", {}],
      ["h", "m", { Replace: [] }],
      ["i", "m", { Clear: ["one"] }],
      ["j", "x", "one"],
      ["k", "sn", "one"],
    ] as unknown as TaggedParameter[];
    const { ok, values, errors } = await session.echo([...wrong, ["z", "s", "right"]], LONG);
    assert.deepEqual([ok, values], [false, ["right"]]);
    assert.deepEqual(
      errors.map(({ id, target }) => `${id} ${target}`),
      wrong.map(([name]) => `PersistentChat.Refused ${name}`),
    );
  });

  it(`are the same: ${NAMED} hostile display names of endpoints, and nothing else changes`, async () => {
    assert.ok(NAMED > HOSTILE.length);
    for (const [index, DisplayName] of hostileTexts(NAMED).entries()) {
      const before = settled(parseWorld(place.text(), place.path));
      const SipAddress = `sip:chat${index}@contoso.test`;
      const [made] = (
        await session.call(
          "New-CsPersistentChatEndpoint",
          { SipAddress, PersistentChatPoolFqdn: POOL, DisplayName, PassThru: true },
          { deadline: LONG },
        )
      ).results;
      assert.equal(made?.DisplayName, DisplayName);
      const dn = String(made.Identity);
      const { results } = await session.call(
        "Get-CsPersistentChatEndpoint",
        { Identity: dn },
        { deadline: LONG },
      );
      assert.deepEqual(results, [made]);
      const contact: Contact = {
        dn,
        sipAddress: SipAddress,
        displayName: DisplayName,
        pool: POOL,
        automatic: false,
      };
      assert.deepEqual(settled(parseWorld(place.text(), place.path)), {
        ...before,
        contacts: [...before.contacts, contact],
      });
    }
  });
});

function integer(type: string): (value: number) => [TaggedParameter, string] {
  return (value) => [["d", "i", value], type];
}

/** The world as its one domain controller sees it, without what the simulator counts. */
function settled(world: World): World {
  const contacts = [...world.contacts, ...world.changes.map(({ after }) => after as Contact)];
  return { ...world, contacts, changes: [], holdings: [], lastSequence: 0 };
}
