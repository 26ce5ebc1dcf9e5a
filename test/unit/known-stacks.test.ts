import assert from "node:assert/strict";
import { knownFrom, looksAt, unreadOf } from "../../provider/cli/stacks/known-stacks";
import { whereaboutsOf } from "../../provider/cli/stacks/registries";
import { EngineFailure, type ProjectEngine } from "../../provider/engine/project-engine";
import { parseRegistrySettings } from "../../provider/registry/settings";
import { PROVIDER_TYPE } from "../../provider/review/urn";

const SETTING = "persistentchat:registry";
const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:x" };
const settings = (text: string) => parseRegistrySettings(text, "/nowhere");
const HERE = settings("sqlite:here.db");

interface Fake {
  configured?: string;
  /** What the state has of the default provider's registry, and of an explicit one. */
  recorded?: unknown;
  lab?: unknown;
}

/** An engine that knows stacks by what their configurations and states say. */
function engineWith(stacks: Record<string, Fake>): ProjectEngine {
  const tell = async ([command, ...args]: readonly string[]): Promise<string> => {
    const fullName = args.find((word) => word.startsWith("--stack="))?.slice("--stack=".length);
    const { configured, recorded, lab } = stacks[fullName?.split("/").at(-1) ?? ""] ?? assert.fail(fullName);
    if (command === "config") return JSON.stringify(configured ? { [SETTING]: { value: configured } } : {});
    const provider = (name: string, registry: unknown) => ({
      ...{ urn: `urn:pulumi:s::chat::${PROVIDER_TYPE}::${name}`, type: PROVIDER_TYPE },
      inputs: registry === undefined ? {} : { [SETTING]: registry },
    });
    const own = {
      urn: "urn:pulumi:s::chat::pulumi-nodejs:dynamic/persistentchat:SipDomain::own",
      type: "pulumi-nodejs:dynamic/persistentchat:SipDomain",
      ...{ id: "contoso.com", provider: `${provider("lab", lab).urn}::1` },
    };
    const resources = [provider("default", recorded), ...(lab ? [provider("lab", lab), own] : [])];
    return JSON.stringify({ deployment: { resources } });
  };
  return { folder: "/nowhere", tell } as unknown as ProjectEngine;
}

async function seen(stacks: Record<string, Fake>, { named = "prod", env = {}, from = HERE } = {}) {
  const listed = Object.keys(stacks).map((name) => ({ name, fullName: `organization/chat/${name}` }));
  const surroundings = { env, folder: () => "/nowhere" } as Parameters<typeof looksAt>[3];
  const looks = await looksAt(listed, engineWith(stacks), { stack: named, registry: from }, surroundings);
  const known = knownFrom(from, looks);
  return {
    places: Object.fromEntries(known.map(({ name, whereabouts }) => [name, whereabouts()])),
    lab: known.map(({ whereabouts }) => whereabouts("lab")),
    unread: unreadOf(looks, undefined),
  };
}

describe("where the stacks of a project are", () => {
  it("is what their configurations say, else their states, else the default", async () => {
    const stacks: Record<string, Fake> = {
      prod: { configured: "sqlite:other.db" },
      same: { configured: "sqlite:here.db", recorded: "sqlite:other.db" },
      moved: { configured: "sqlite:other.db", recorded: "sqlite:here.db" },
      recorded: { recorded: "sqlite:here.db" },
      none: {},
    };
    const told = { prod: "here", same: "here", moved: "elsewhere", recorded: "here" };
    assert.deepEqual((await seen(stacks)).places, { ...told, none: "elsewhere" });
    const whole = await seen(stacks, { named: "organization/prod" });
    assert.equal(whole.places.prod, "here");
    const byDefault = settings("sqlite:.persistentchat/registry.db");
    assert.equal((await seen({ prod: {}, none: {} }, { from: byDefault })).places.none, "here");
  });

  it("is not told of another stack by the variable, which stands in for the registry of the named one alone", async () => {
    const env = { PERSISTENTCHAT_REGISTRY: "sqlite:here.db" };
    const stacks = { prod: {}, staging: {}, dev: { configured: "sqlite:dev.db" } };
    const { places, unread } = await seen(stacks, { env });
    assert.deepEqual(places, { prod: "here", staging: "unknown", dev: "elsewhere" });
    assert.deepEqual(unread, []);
  });

  it("is not known where the last update had it from a secret, and is looked up for explicit providers", async () => {
    const { places, lab, unread } = await seen({
      prod: { lab: "sqlite:here.db" },
      staging: { recorded: SECRET, lab: SECRET },
    });
    assert.deepEqual([places, lab], [{ prod: "here", staging: "unknown" }, ["here", "unknown"]]);
    assert.deepEqual(
      unread.map(({ stack, provider }) => [stack, provider]),
      [
        ["staging", undefined],
        ["staging", "lab"],
      ],
    );
  });

  it("leaves a stack out that the engine cannot read, and says why", async () => {
    const engine = engineWith({ prod: {} });
    const broken = { ...engine, tell: () => Promise.reject(new EngineFailure("it is broken")) };
    const surroundings = { env: {}, folder: () => "/nowhere" } as Parameters<typeof looksAt>[3];
    const [look] = await looksAt(
      [{ name: "prod", fullName: "organization/chat/prod" }],
      broken as unknown as ProjectEngine,
      { stack: "prod", registry: HERE },
      surroundings,
    );
    assert.deepEqual(look?.unread, [{ stack: "prod", reason: "it is broken" }]);
  });

  for (const [one, other, place] of [
    ["shell:ssh ms01", "shell:ssh ms01?callTimeout=9", "here"],
    ["shell:ssh ms01", "shell:ssh ms02", "unknown"],
    ["shell:ssh ms01", "sqlite:a.db", "elsewhere"],
    ["postgresql://a@h/db", "postgresql://b@h/db?pool_size=9", "here"],
    ["postgresql://a@h/db", "postgresql://a@h/other", "elsewhere"],
  ] as const)
    it(`is ${place} for ${one} and ${other}`, () =>
      assert.equal(whereaboutsOf(settings(one), settings(other)), place));
});
