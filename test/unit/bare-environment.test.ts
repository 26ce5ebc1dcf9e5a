import assert from "node:assert/strict";
import { bareEnvironment } from "../../provider/cli/stacks/diff/bare-environment";

describe("the environment of programs that nobody has reviewed", () => {
  it("has nothing of a registry, an engine or an account, and whatever is not named like a secret", () => {
    const withheld = [
      "PERSISTENTCHAT_REGISTRY",
      "PERSISTENTCHAT_SNAPSHOT_PASSPHRASE",
      "PGPASSWORD",
      "PULUMI_ACCESS_TOKEN",
      "PULUMI_BACKEND_URL",
      "PULUMI_CONFIG_PASSPHRASE_FILE",
      "PULUMI_OPTION_REFRESH",
      "GITHUB_TOKEN",
      "ACTIONS_ID_TOKEN_REQUEST_URL",
      "AWS_SECRET_ACCESS_KEY",
      "ARM_CLIENT_SECRET",
      "npm_config__auth",
      "NPM_TOKEN",
      "DEPLOY_KEY",
      "db_password",
      "https_proxy",
      "PWD",
    ];
    const kept = {
      PATH: "/bin",
      HOME: "/home/alice",
      SITE: "hq",
      NODE_OPTIONS: "--no-warnings",
      KEYBOARD: "us",
      GITHUB_REF: "refs/pull/1",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    };
    const env = { ...Object.fromEntries(withheld.map((name) => [name, "x"])), ...kept };
    assert.deepEqual(bareEnvironment(env), kept);
  });
});
