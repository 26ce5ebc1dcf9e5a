import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import {
  GroupChatCutover,
  type GroupChatCutoverArgs,
  LegacyEndpoint,
  PersistentChatPool,
  Provider,
  resolve,
  SipDomain,
} from "../../provider/index";
import { LOADER } from "../../provider/resources/loader";
import { type Registered, runProgram } from "../support/program";

const SECRET = "4dabf18193072939515e22adb298388d";
const secret = (value: unknown) => ({ [SECRET]: "1b47061264138c4ac30d75fd1eb44270", value });

/** The one resource of a program, and whatever the program returns. */
async function declared<T>(program: () => T): Promise<{ resource: Registered; returned: T }> {
  let returned: T | undefined;
  const { registered, errors } = await runProgram(() => {
    returned = program();
  });
  assert.deepEqual(errors, []);
  assert.equal(registered.length, 1);
  const [resource] = registered as [Registered];
  return { resource, returned: returned as T };
}

function settledValue<T>(output: pulumi.Output<T>): Promise<T> {
  return (output as unknown as { promise(): Promise<T> }).promise();
}

function isSecret(output: pulumi.Output<unknown>): Promise<boolean> {
  return (output as unknown as { isSecret: Promise<boolean> }).isSecret;
}

describe("resources", () => {
  describe("send their arguments as given, the loader, the kind and the owner", () => {
    it("SipDomain", async () => {
      const { resource } = await declared(
        () => new SipDomain("contoso", { domain: "Contoso.com", isDefault: true }),
      );
      assert.deepEqual(resource, {
        type: "pulumi-nodejs:dynamic/persistentchat:SipDomain",
        name: "contoso",
        inputs: {
          domain: "Contoso.com",
          isDefault: true,
          __kind: "sip-domain",
          __provider: LOADER,
          managedBy: "chat/dev/contoso",
        },
        dependencies: [],
      });
    });

    it("PersistentChatPool", async () => {
      const args = {
        poolFqdn: "pcpool.contoso.com",
        shape: "multiple" as const,
        displayName: "Chat",
        servers: ["pc02.contoso.com", "pc01.contoso.com"],
        activeServers: ["pc01.contoso.com"],
        nextHopPool: "fepool.contoso.com",
        port: 5041,
        settings: { defaultChatHistory: 50 },
        adopt: "match" as const,
      };
      const { resource } = await declared(() => new PersistentChatPool("pcpool", args));
      assert.equal(resource.type, "pulumi-nodejs:dynamic/persistentchat:PersistentChatPool");
      assert.deepEqual(resource.inputs, {
        ...args,
        __kind: "pool",
        __provider: LOADER,
        managedBy: "chat/dev/pcpool",
      });
    });

    it("LegacyEndpoint", async () => {
      const args = {
        sipAddress: "OcsChat@contoso.com",
        poolFqdn: "pcpool.contoso.com",
        displayName: undefined,
      };
      const { resource } = await declared(() => new LegacyEndpoint("ocschat", args));
      assert.equal(resource.type, "pulumi-nodejs:dynamic/persistentchat:LegacyEndpoint");
      assert.deepEqual(resource.inputs, {
        sipAddress: "OcsChat@contoso.com",
        poolFqdn: "pcpool.contoso.com",
        __kind: "endpoint",
        __provider: LOADER,
        managedBy: "chat/dev/ocschat",
      });
    });

    it("also without arguments, which check will miss", async () => {
      const { resource } = await declared(() => new SipDomain("contoso", undefined as never));
      assert.deepEqual(Object.keys(resource.inputs).sort(), ["__kind", "__provider", "managedBy"]);
    });
  });

  it("take outputs and promises for every argument", async () => {
    const { resource } = await declared(
      () =>
        new PersistentChatPool("pcpool", {
          poolFqdn: Promise.resolve("pcpool.contoso.com"),
          shape: pulumi.output("multiple" as const),
          servers: pulumi.output([Promise.resolve("pc01.contoso.com")]),
          settings: Promise.resolve({ defaultChatHistory: pulumi.output(50) }),
          port: pulumi.output(5041),
        }),
    );
    const { poolFqdn, shape, servers, settings, port } = resource.inputs;
    assert.deepEqual(
      { poolFqdn, shape, servers, settings, port },
      {
        poolFqdn: "pcpool.contoso.com",
        shape: "multiple",
        servers: ["pc01.contoso.com"],
        settings: { defaultChatHistory: 50 },
        port: 5041,
      },
    );
  });

  it("do not change the object of their arguments, which may serve again", async () => {
    const args = Object.freeze({ sipAddress: "ocschat@contoso.com", poolFqdn: "pcpool.contoso.com" });
    await declared(() => new LegacyEndpoint("ocschat", args));
    await declared(() => new LegacyEndpoint("ocschat", args));
    assert.deepEqual(Object.keys(args), ["sipAddress", "poolFqdn"]);
  });

  it("keep a secret argument secret, on the way to the engine and as an output", async () => {
    const { resource, returned } = await declared(
      () =>
        new LegacyEndpoint("ocschat", {
          sipAddress: pulumi.secret("ocschat@contoso.com"),
          poolFqdn: pulumi.secret("pcpool.contoso.com"),
          displayName: pulumi.secret("Group Chat"),
        }),
    );
    const { sipAddress, poolFqdn, displayName } = resource.inputs;
    assert.deepEqual(
      { sipAddress, poolFqdn, displayName },
      {
        sipAddress: secret("ocschat@contoso.com"),
        poolFqdn: secret("pcpool.contoso.com"),
        displayName: secret("Group Chat"),
      },
    );
    assert.equal(await isSecret(returned.sipAddress), true);
    const domain = await declared(
      () => new SipDomain("contoso", { domain: "contoso.com", isDefault: pulumi.secret(true) }),
    );
    assert.deepEqual(domain.resource.inputs.isDefault, secret(true));
  });

  it("have every output from the start, also those of arguments that are left out", async () => {
    const { returned } = await declared(() => {
      const pool = new PersistentChatPool("pcpool", { poolFqdn: "pcpool.contoso.com", shape: "single" });
      for (const output of [
        ...["displayName", "servers", "activeServers", "nextHopPool", "port", "settings", "serviceIdentity"],
        ...["poolState", "effective", "revision", "incarnation", "shape", "poolFqdn"],
      ])
        assert.ok(pulumi.Output.isInstance(pool[output as keyof PersistentChatPool]), output);
      return pool;
    });
    assert.equal(await settledValue(returned.displayName), undefined);
    assert.equal(await settledValue(returned.revision), "1");
  });

  describe("get", () => {
    it("reads by the canonical key, with the loader and without an owner", async () => {
      const { resource } = await declared(() => LegacyEndpoint.get("chat", "OcsChat@Contoso.com"));
      assert.deepEqual(resource, {
        type: "pulumi-nodejs:dynamic/persistentchat:LegacyEndpoint",
        name: "chat",
        inputs: { sipAddress: "OcsChat@Contoso.com", __kind: "endpoint", __lookup: true, __provider: LOADER },
        dependencies: [],
        id: "sip:ocschat@contoso.com",
      });
    });

    it("takes an output for the key, and leaves one that is none to the registry", async () => {
      const pool = await declared(() => PersistentChatPool.get("p", pulumi.output("PCPool.contoso.com")));
      assert.equal(pool.resource.id, "pcpool.contoso.com");
      const domain = await declared(() => SipDomain.get("d", "no domain"));
      assert.equal(domain.resource.id, "no domain");
    });

    it("goes to the provider in the options", async () => {
      const { registered } = await runProgram(() => {
        SipDomain.get("d", "contoso.com", { provider: new Provider("lab", { registry: "sqlite:lab.db" }) });
      });
      assert.equal(registered.find(({ name }) => name === "d")?.provider, "lab");
    });
  });

  describe("resolve", () => {
    it("reads the resolution of the canonical address", async () => {
      const { resource, returned } = await declared(() => resolve("OcsChat@Contoso.com"));
      assert.deepEqual(resource, {
        type: "pulumi-nodejs:dynamic/persistentchat:Resolution",
        name: "sip:ocschat@contoso.com",
        inputs: { __kind: "resolution", __provider: LOADER },
        dependencies: [],
        id: "sip:ocschat@contoso.com",
      });
      assert.equal(await settledValue(returned), undefined);
    });

    it("may be asked again for an address, under other options, in each program anew", async () => {
      const program = () => {
        const lab = new Provider("lab", { registry: "sqlite:lab.db" });
        resolve("ocschat@contoso.com");
        resolve("sip:ocschat@contoso.com", { provider: lab });
        resolve("sip:OCSCHAT@contoso.com", { dependsOn: new SipDomain("d", { domain: "contoso.com" }) });
        resolve("chat@contoso.com");
      };
      for (let time = 1; time <= 2; time++) {
        const { registered, errors } = await runProgram(program);
        assert.deepEqual(errors, []);
        const reads = registered
          .filter(({ id }) => id !== undefined)
          .sort((a, b) => (a.name < b.name ? -1 : 1));
        assert.deepEqual(
          reads.map(({ name, id, provider, dependencies }) => [name, id, provider, ...dependencies]),
          [
            ["sip:chat@contoso.com", "sip:chat@contoso.com", undefined],
            ["sip:ocschat@contoso.com", "sip:ocschat@contoso.com", undefined],
            ["sip:ocschat@contoso.com (2)", "sip:ocschat@contoso.com", "lab"],
            ["sip:ocschat@contoso.com (3)", "sip:ocschat@contoso.com", undefined, "d"],
          ],
        );
      }
    });

    it("refuses at once what is no address", () =>
      assert.throws(
        () => resolve("ocschat"),
        (error) => {
          assert.ok(pulumi.RunError.isInstance(error));
          assert.equal(
            error.message,
            "cannot resolve 'ocschat': it is not a SIP URI such as sip:ocschat@contoso.com: it has no '@'",
          );
          return true;
        },
      ));
  });

  describe("Provider", () => {
    it("sends its registry by the key of the configuration, and that it is explicit", async () => {
      const { resource } = await declared(
        () => new Provider("lab", { registry: pulumi.secret("sqlite:lab.db") }),
      );
      assert.deepEqual(resource, {
        type: "pulumi:providers:pulumi-nodejs",
        name: "lab",
        inputs: { "persistentchat:registry": secret("sqlite:lab.db"), "persistentchat:explicit": "true" },
        dependencies: [],
      });
    });
  });

  describe("GroupChatCutover", () => {
    const services = [{ server: "pc01.contoso.com", service: "PersistentChat" }];
    const found = services.map((service) => ({ ...service, startup: "Manual", state: "Running" }));

    /** What the start of the services is told, where the look at them before they were stopped answered so. */
    async function startIsTold(answer: unknown): Promise<unknown> {
      const program = () => void new GroupChatCutover("contoso", { ...CUTOVER, stage: "handover" });
      const outputs = ({ name }: pulumi.runtime.MockResourceArgs) => ({
        stdout: JSON.stringify(name === "contoso-stop-persistent-chat-before" ? answer : null),
      });
      const { registered, errors } = await runProgram(program, { outputs });
      assert.deepEqual(errors, []);
      const start = registered.find(({ name }) => name === "contoso-start-persistent-chat");
      return JSON.parse(String(start?.inputs.stdin)).values;
    }

    const database = { instance: "sql01.contoso.com", database: "mgc" };
    const CUTOVER: Omit<GroupChatCutoverArgs, "stage"> = {
      poolFqdn: "pcpool.contoso.com",
      waves: [["sip:ocschat@contoso.com"]],
      folder: "/cutover",
      legacy: { services: [], compliance: "none", database, backup: "/b/legacy.bak" },
      persistentChat: { services, database, backup: "/b/mgc.bak" },
      dataMigration: { file: "/e/rooms.gz", exportReport: "/e/export.html", importReport: "/e/import.html" },
      files: "none",
    };

    it("tells the start of the new services how they were found before they were stopped", async () => {
      assert.deepEqual(await startIsTold(found), { services, recorded: found });
    });

    it("and nothing of that where the operator's own command recorded nothing", async () => {
      assert.deepEqual(await startIsTold(null), { services });
    });
  });
});
