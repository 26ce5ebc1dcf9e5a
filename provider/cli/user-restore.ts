import { resolve } from "node:path";
import { readSnapshot } from "../cutover/snapshot-file";
import { named } from "../registry/failures";
import { operator } from "../registry/operator";
import { UsageError, type Work } from "./command";

const PASSPHRASE = "PERSISTENTCHAT_SNAPSHOT_PASSPHRASE";

/**
 * `user restore <snapshot file>`: makes the user of a sealed snapshot again what it was, address and all, where no engine and no
 * state are at hand. Done already, it changes nothing. As JSON `{"restored": "<sip uri>"}`.
 */
export function restoreUser(file: string): Work {
  return async (registry, { env, folder }) => {
    const passphrase = env[PASSPHRASE];
    if (!passphrase)
      throw new UsageError(
        `user restore needs the passphrase that sealed the snapshot, in the environment variable ${PASSPHRASE}; where the stack is at hand, 'pulumi config get persistentchat:snapshotPassphrase' prints it`,
      );
    const snapshot = readSnapshot(resolve(folder(), file), passphrase);
    if (snapshot === undefined) throw new UsageError(`there is no snapshot '${file}'`);
    // A read says that there is no registry, where a write would make one.
    await registry.assertExists();
    await registry.restoreUser(snapshot, { operator: operator() });
    const { sipAddress } = snapshot;
    return {
      json: { restored: sipAddress },
      text: `restored ${named("sip-user", sipAddress)} as in the snapshot`,
    };
  };
}
