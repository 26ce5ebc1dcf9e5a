import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { RegistryError } from "../registry/errors";
import type { SipUserSnapshot } from "../registry/sip-users";
import { textIfThere, writeWhole } from "./files";
import { seal, unseal } from "./sealed";
import { userSnapshot } from "./user-snapshot";

/** The snapshot in a sealed file; `undefined` where there is none. Fails with `invalid` or `unavailable`. */
export function readSnapshot(file: string, passphrase: string): SipUserSnapshot | undefined {
  const text = accessing("read", file, () => textIfThere(file));
  return text === undefined ? undefined : openSnapshot(text, passphrase, file);
}

/** A snapshot as a text that only the passphrase opens. */
export function sealSnapshot(snapshot: SipUserSnapshot, passphrase: string): string {
  return seal(JSON.stringify(snapshot), passphrase, `snapshot of SIP user ${snapshot.sipAddress}`);
}

/** The snapshot in a sealed text; `name` is what a failure calls it. Fails with `invalid`. */
export function openSnapshot(sealed: string, passphrase: string, name: string): SipUserSnapshot {
  return userSnapshot.parse(JSON.parse(unseal(sealed, passphrase, name)));
}

/** Writes a sealed snapshot into a file, all or nothing; makes its folder. Fails with `unavailable`. */
export function writeSnapshot(file: string, sealed: string): void {
  accessing("write", file, () => {
    mkdirSync(dirname(file), { recursive: true });
    writeWhole(file, sealed);
  });
}

function accessing<T>(verb: string, file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new RegistryError(
      "unavailable",
      `cannot ${verb} the snapshot '${file}': ${cause}; make the file accessible`,
      { cause: error },
    );
  }
}
