import { rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { RegistryError } from "../../registry/errors";
import type { SipAddress } from "../../registry/sip-address";
import type { SipUserSnapshot } from "../../registry/sip-users";
import { textIfThere, writeWhole } from "../files";
import { sipAddress, userSnapshot } from "../user-snapshot";

/** What a dress rehearsal has touched, or is about to. */
export interface Trace {
  sipAddress: SipAddress;
  poolFqdn: string;
  /** Whether the rehearsal makes the throw-away user itself, and so removes it. */
  made: boolean;
  /** Absent until the user is there. It is that of a throw-away user, and so not sealed; only its owner can read the file. */
  snapshot?: SipUserSnapshot;
}

const trace: z.ZodType<Trace> = z.object({
  sipAddress,
  poolFqdn: z.string(),
  made: z.boolean(),
  snapshot: userSnapshot.optional(),
});

/** The file in the folder of a cutover by which a dress rehearsal that was cut off is given back. Each fails with `unavailable`. */
export class TraceFile {
  readonly #path: string;

  constructor(folder: string) {
    this.#path = join(folder, "rehearsal.json");
  }

  read(): Trace | undefined {
    return this.#with("read", () => {
      const text = textIfThere(this.#path);
      return text === undefined ? undefined : trace.parse(JSON.parse(text));
    });
  }

  write(written: Trace): void {
    this.#with("write", () => writeWhole(this.#path, JSON.stringify(written)));
  }

  remove(): void {
    this.#with("remove", () => rmSync(this.#path, { force: true }));
  }

  #with<T>(verb: string, work: () => T): T {
    try {
      return work();
    } catch (error) {
      // What a parser says may quote what was found.
      const isOfSystem = error instanceof Error && "syscall" in error;
      throw new RegistryError(
        "unavailable",
        `cannot ${verb} the file '${this.#path}' of the dress rehearsal: ${isOfSystem ? error.message : "it is damaged"}; make it accessible, or, where the throw-away user is as it was, remove it`,
        { cause: error },
      );
    }
  }
}
