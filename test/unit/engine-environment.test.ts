import assert from "node:assert/strict";
import { delimiter } from "node:path";
import { engineEnvironment, LOCAL_PASSPHRASE } from "../../provider/engine/environment";
import { engineCache } from "../../provider/engine/platform";

const ENGINE = { bin: "/engines/one/bin", version: "3.259.0", onPath: false };

describe("the environment of the engine", () => {
  it("needs no account and asks nothing", () => {
    assert.deepEqual(engineEnvironment({ PATH: "/usr/bin" }, "/clone", ENGINE), {
      PATH: `/engines/one/bin${delimiter}/usr/bin`,
      PULUMI_BACKEND_URL: "file:///clone",
      PULUMI_CONFIG_PASSPHRASE: LOCAL_PASSPHRASE,
      PULUMI_SKIP_UPDATE_CHECK: "true",
    });
  });

  it("leaves what is set", () => {
    const set = {
      PATH: "/usr/bin",
      PULUMI_BACKEND_URL: "s3://state",
      PULUMI_CONFIG_PASSPHRASE: "",
      PULUMI_SKIP_UPDATE_CHECK: "false",
      OTHER: "kept",
    };
    assert.deepEqual(engineEnvironment(set, "/clone", { ...ENGINE, onPath: true }), set);
  });

  it("gives no passphrase where a file holds it", () => {
    const made = engineEnvironment({ PULUMI_CONFIG_PASSPHRASE_FILE: "/run/passphrase" }, "/clone", ENGINE);
    assert.ok(!("PULUMI_CONFIG_PASSPHRASE" in made));
  });

  it("sets what is there without a value", () => {
    const made = engineEnvironment({ PULUMI_BACKEND_URL: undefined }, "/clone", ENGINE);
    assert.equal(made.PULUMI_BACKEND_URL, "file:///clone");
  });

  it("writes the folder of the clone as a URL", () => {
    const made = engineEnvironment({}, "/a clone/ü 100%/x#y?z", ENGINE);
    assert.equal(made.PULUMI_BACKEND_URL, "file:///a%20clone/%C3%BC%20100%25/x%23y%3Fz");
    assert.equal(made.PATH, ENGINE.bin);
  });

  it("changes nothing in the environment that it is given", () => {
    const env = Object.freeze({ PATH: "/usr/bin" });
    engineEnvironment(env, "/clone", ENGINE);
    assert.deepEqual(env, { PATH: "/usr/bin" });
  });
});

describe("the folder of engines that were set up", () => {
  const end = "pulumi-persistentchat/engine";

  it("is in the user's cache, as each platform has it", () => {
    assert.equal(engineCache({ HOME: "/home/a" }, "linux"), `/home/a/.cache/${end}`);
    assert.equal(engineCache({ HOME: "/home/a", XDG_CACHE_HOME: "/cache" }, "linux"), `/cache/${end}`);
    assert.equal(
      engineCache({ HOME: "/home/a", XDG_CACHE_HOME: "relative" }, "linux"),
      `/home/a/.cache/${end}`,
    );
    assert.equal(
      engineCache({ HOME: "/Users/a", XDG_CACHE_HOME: "/cache" }, "darwin"),
      `/Users/a/Library/Caches/${end}`,
    );
  });
});
