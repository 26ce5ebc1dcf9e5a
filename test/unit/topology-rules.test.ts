import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import sinon from "sinon";
import { LegacyEndpoint, PersistentChatPool, Provider, SipDomain } from "../../provider/index";
import { type ProgramResult, runProgram } from "../support/program";

type Options = pulumi.CustomResourceOptions;

function domain(name: string, text: pulumi.Input<string>, isDefault?: pulumi.Input<boolean>, opts?: Options) {
  return new SipDomain(name, { domain: text, isDefault }, opts);
}

function pool(name: string, poolFqdn: pulumi.Input<string>, opts?: Options) {
  return new PersistentChatPool(name, { poolFqdn, shape: "single" }, opts);
}

function endpoint(
  name: string,
  sipAddress: pulumi.Input<string>,
  poolFqdn: pulumi.Input<string> = "pool.contoso.com",
  opts?: Options,
) {
  return new LegacyEndpoint(name, { sipAddress, poolFqdn }, opts);
}

/** A text that becomes known only after the program has waited for something. */
function late(text: string): pulumi.Output<string> {
  return pulumi.output(setImmediate().then(() => setImmediate(text)));
}

/** One that no preview knows. */
function unknown(): pulumi.Output<string> {
  return Object.assign(pulumi.output("chat@contoso.com"), { isKnown: Promise.resolve(false) });
}

async function passes(program: () => unknown, count: number): Promise<ProgramResult> {
  const result = await runProgram(program);
  assert.deepEqual(result.errors, []);
  assert.equal(result.registered.length, count);
  return result;
}

/** Insists on the errors, and on the resources that were registered all the same. */
async function fails(program: () => unknown, errors: string[], registered: string[] = []) {
  for (const preview of [true, false]) {
    const result = await runProgram(program, { preview });
    assert.deepEqual(result.errors, errors);
    assert.deepEqual(result.registered.map(({ name }) => name).sort(), registered);
  }
}

describe("topology rules", () => {
  let info: sinon.SinonStub;
  beforeEach(() => {
    info = sinon.stub(pulumi.log, "info");
  });
  afterEach(() => sinon.restore());

  describe("one resource for one object", () => {
    const CHAT =
      "legacy endpoint 'sip:chat@contoso.com' (resource 'a') and resource 'b' declare the same legacy endpoint; declare it once";

    it("refuses a SIP URI on two resources, neither of which is registered, in one sentence", () =>
      fails(() => {
        endpoint("a", "sip:chat@contoso.com");
        endpoint("b", "Chat@Contoso.com.");
      }, [CHAT]));

    it("says it once for three", async () => {
      const { errors, registered } = await runProgram(() => {
        for (const name of ["a", "b", "c"]) endpoint(name, "chat@contoso.com");
      });
      assert.deepEqual(errors, [CHAT]);
      assert.deepEqual(registered, []);
    });

    it("refuses a pool and a SIP domain that are declared twice", () =>
      fails(() => {
        domain("a", "contoso.com");
        domain("b", "Contoso.com");
        pool("c", "pool.contoso.com");
        pool("d", "pool.contoso.com.");
      }, [
        "SIP domain 'contoso.com' (resource 'a') and resource 'b' declare the same SIP domain; declare it once",
        "Persistent Chat pool 'pool.contoso.com' (resource 'c') and resource 'd' declare the same Persistent Chat pool; declare it once",
      ]));

    it("refuses the later one where its SIP URI is known late", () =>
      fails(
        () => {
          endpoint("a", late("chat@contoso.com"));
          endpoint("b", "sip:chat@contoso.com");
        },
        [CHAT],
        ["b"],
      ));

    it("refuses a secret SIP URI as any other, without telling it", () =>
      fails(
        () => {
          endpoint("b", pulumi.secret("chat@contoso.com"));
          endpoint("a", pulumi.secret("chat@contoso.com"));
        },
        [
          "the legacy endpoint of resource 'a' and resource 'b' declare the same legacy endpoint; declare it once",
        ],
        ["b"],
      ));

    it("judges no SIP URI that is not known yet, and none that is none", async () => {
      const { errors, registered } = await runProgram(
        () => {
          endpoint("a", unknown());
          endpoint("b", unknown());
          endpoint("c", "no address");
          endpoint("d", "no address");
        },
        { preview: true },
      );
      assert.deepEqual(errors, []);
      assert.equal(registered.length, 4);
    });

    it("lets resources of different kinds have one name", () =>
      passes(() => {
        domain("a", "chat.contoso.com");
        pool("b", "chat.contoso.com");
      }, 2));

    it("lets a lookup stand beside what it looks up, as often as it likes", () =>
      passes(() => {
        endpoint("a", "chat@contoso.com");
        LegacyEndpoint.get("b", "chat@contoso.com");
        LegacyEndpoint.get("c", "chat@contoso.com");
      }, 3));

    it("counts each provider's registry by itself", () =>
      passes(() => {
        const [lab, other] = ["lab", "other"].map(
          (name) => new Provider(name, { registry: `sqlite:${name}.db` }),
        );
        endpoint("a", "chat@contoso.com");
        endpoint("b", "chat@contoso.com", undefined, { provider: lab });
        endpoint("c", "chat@contoso.com", undefined, { provider: other });
      }, 5));

    it("takes the provider of a parent for the resource's own", async () => {
      const program = () => {
        const lab = new Provider("lab", { registry: "sqlite:lab.db" });
        const site = new pulumi.ComponentResource("chat:index:Site", "site", {}, { providers: [lab] });
        const inner = new pulumi.ComponentResource("chat:index:Site", "inner", {}, { parent: site });
        endpoint("a", "chat@contoso.com");
        endpoint("b", "chat@contoso.com", undefined, { parent: inner });
        return { lab, site };
      };
      const { registered } = await passes(program, 5);
      assert.equal(registered.find(({ name }) => name === "b")?.provider, "lab");
      await fails(
        () => {
          const { lab } = program();
          endpoint("c", "chat@contoso.com", undefined, { provider: lab });
        },
        [
          "legacy endpoint 'sip:chat@contoso.com' (resource 'b') and resource 'c' declare the same legacy endpoint; declare it once",
        ],
        ["a", "inner", "lab", "site"],
      );
    });

    it("keeps programs apart that run in one process, one after the other and at once", async () => {
      const program = () => endpoint("a", late("chat@contoso.com"));
      await passes(program, 1);
      const results = await Promise.all([runProgram(program), runProgram(program, { stack: "prod" })]);
      assert.deepEqual(
        results.map(({ errors, registered }) => [errors, registered[0]?.inputs.managedBy]),
        [
          [[], "chat/dev/a"],
          [[], "chat/prod/a"],
        ],
      );
    });
  });

  describe("the SIP domain of an endpoint", () => {
    const message =
      "legacy endpoint 'sip:chat@adatum.com' (resource 'a') is in the SIP domain 'adatum.com', which the program does not declare; it declares contoso.com ('d'), fabrikam.com ('f')";

    it("is told where it is missing, but for what is a secret", () =>
      fails(
        () => {
          domain("d", pulumi.secret("hidden.com"));
          domain("f", "fabrikam.com");
          endpoint("a", pulumi.secret("chat@adatum.com"));
        },
        [
          "the legacy endpoint of resource 'a' is in a SIP domain, which the program does not declare; it declares a secret ('d'), fabrikam.com ('f')",
        ],
        ["d", "f"],
      ));

    it("must be declared where any is, above or below", () =>
      fails(
        () => {
          domain("d", "contoso.com");
          endpoint("a", "chat@adatum.com");
          domain("f", "fabrikam.com");
        },
        [message],
        ["d", "f"],
      ));

    it("is enough as a lookup", () =>
      passes(() => {
        endpoint("a", "chat@adatum.com");
        domain("d", "contoso.com");
        SipDomain.get("b", "Adatum.com");
      }, 3));

    it("need not be declared where none is", () => passes(() => endpoint("a", "chat@adatum.com"), 1));

    it("need not be declared for a lookup", () =>
      passes(() => {
        domain("d", "contoso.com");
        LegacyEndpoint.get("a", "chat@adatum.com");
      }, 2));

    it("is not judged while a domain is not known", () =>
      passes(() => {
        domain("d", "contoso.com");
        domain("e", late("tailspin.com"));
        endpoint("a", "chat@adatum.com");
      }, 3));

    it("is not judged by the domains of another provider", () =>
      passes(() => {
        domain("d", "contoso.com", undefined, {
          provider: new Provider("lab", { registry: "sqlite:lab.db" }),
        });
        endpoint("a", "chat@adatum.com");
      }, 3));
  });

  describe("the default SIP domain", () => {
    it("is one", () =>
      fails(
        () => {
          domain("d", "contoso.com", true);
          domain("e", "fabrikam.com", pulumi.output(true));
        },
        [
          "SIP domain 'fabrikam.com' (resource 'e') and SIP domain 'contoso.com' (resource 'd') both have isDefault: true; one SIP domain is the default",
        ],
        ["d"],
      ));

    it("is told by the resources where the domains are not known", () =>
      fails(
        () => {
          domain("d", late("contoso.com"), true);
          domain("e", late("fabrikam.com"), true);
        },
        [
          "the SIP domain of resource 'e' and the SIP domain of resource 'd' both have isDefault: true; one SIP domain is the default",
        ],
        ["d"],
      ));

    it("may be none, one beside others, and one per provider", () =>
      passes(() => {
        domain("d", "contoso.com", true);
        domain("e", "fabrikam.com", false);
        domain("f", "adatum.com");
        domain("g", "tailspin.com", true, { provider: new Provider("lab", { registry: "sqlite:lab.db" }) });
      }, 5));
  });

  describe("a second way to one pool", () => {
    const three = () => {
      endpoint("a", "chat@contoso.com");
      endpoint("b", "chat@fabrikam.com", late("Pool.contoso.com"));
      endpoint("c", "chat@adatum.com");
      endpoint("d", "chat@tailspin.com", "other.contoso.com");
    };

    it("is told in the preview, once for a pool", async () => {
      const { errors } = await runProgram(three, { preview: true });
      assert.deepEqual(errors, []);
      assert.deepEqual(info.args, [
        [
          "legacy endpoint 'sip:chat@adatum.com' (resource 'c') leads to the same pool as legacy endpoint 'sip:chat@contoso.com' (resource 'a'); one per pool is enough unless legacy clients of several SIP domains use it",
        ],
      ]);
    });

    it("is not told in an update", async () => {
      await passes(three, 4);
      assert.equal(info.callCount, 0);
    });
  });

  describe("the dependencies that plain strings imply", () => {
    async function dependenciesOf(name: string, program: () => unknown): Promise<string[] | undefined> {
      const { errors, registered } = await runProgram(program);
      assert.deepEqual(errors, []);
      return registered.find((resource) => resource.name === name)?.dependencies;
    }

    it("lead to the pool and the SIP domain, declared above or below", async () => {
      assert.deepEqual(
        await dependenciesOf("a", () => {
          pool("p", "pool.contoso.com");
          endpoint("a", "chat@contoso.com", "POOL.contoso.com");
          domain("d", "Contoso.com");
          pool("q", "other.contoso.com");
          domain("e", "fabrikam.com");
        }),
        ["d", "p"],
      );
    });

    it("lead to a lookup too", async () => {
      assert.deepEqual(
        await dependenciesOf("a", () => {
          endpoint("a", "chat@contoso.com");
          PersistentChatPool.get("p", "Pool.contoso.com");
        }),
        ["p"],
      );
    });

    it("come beside those of outputs and options", async () => {
      assert.deepEqual(
        await dependenciesOf("a", () => {
          const p = pool("p", "pool.contoso.com");
          const q = pool("q", "other.contoso.com");
          domain("d", "contoso.com");
          endpoint("a", "chat@contoso.com", p.poolFqdn, { dependsOn: q });
        }),
        ["d", "p", "q"],
      );
    });

    it("do not lead to another provider's resources", async () => {
      assert.deepEqual(
        await dependenciesOf("a", () => {
          pool("p", "pool.contoso.com", { provider: new Provider("lab", { registry: "sqlite:lab.db" }) });
          endpoint("a", "chat@contoso.com");
        }),
        [],
      );
    });

    it("are missed, and that is refused, where the pool is declared after the program waited", () =>
      fails(
        async () => {
          endpoint("a", "chat@contoso.com");
          await setImmediate();
          await setImmediate();
          pool("p", "pool.contoso.com");
        },
        [
          "Persistent Chat pool 'pool.contoso.com' (resource 'p') is known only after legacy endpoint 'sip:chat@contoso.com' (resource 'a'), which names it by a plain string; declare it first, or pass the output of the resource",
        ],
        ["a"],
      ));

    it("are missed, and that is refused, where the pool's name is known too late", async () => {
      const { errors } = await runProgram(() => {
        pool("p", late("pool.contoso.com"));
        endpoint("a", "chat@contoso.com");
      });
      assert.deepEqual(errors, [
        "Persistent Chat pool 'pool.contoso.com' (resource 'p') is known only after legacy endpoint 'sip:chat@contoso.com' (resource 'a'), which names it by a plain string; declare it first, or pass the output of the resource",
      ]);
    });

    it("are missed without harm where what comes late is a lookup", () =>
      passes(async () => {
        endpoint("a", "chat@contoso.com");
        await setImmediate();
        await setImmediate();
        PersistentChatPool.get("p", "pool.contoso.com");
      }, 2));
  });
});
