import { z } from "zod";
import { Notes } from "../../cutover/notes";
import { readSnapshot, sealSnapshot, writeSnapshot } from "../../cutover/snapshot-file";
import { RegistryError } from "../../registry/errors";
import { sipAddress } from "../fields";
import type { Properties } from "../properties";
import { secret } from "../results";
import { argumentsIn, type CutoverContext, type CutoverKind, passphraseIn } from "./cutover-kind";
import { noted } from "./noted-step";

const fields = z.strictObject({
  sipAddress,
  file: z.string(),
  taken: z.string().optional(),
  noted: noted.optional(),
});

/**
 * The user who holds an address, as it can be given back: a sealed text in state, since the engine shows what it is told to
 * whoever asks it to debug, and a file that outlives state. It is taken anew when `taken` is another text; while a release is
 * under way the file is what counts, since the directory shows half of it.
 */
export const snapshotKind: CutoverKind = {
  fields,
  relevant: ["sipAddress", "file", "taken"],

  async create(inputs, context) {
    return { id: String(inputs.sipAddress), outs: await taken(inputs, context) };
  },

  update: (_olds, news, context) => taken(news, context),
};

async function taken(inputs: Properties, context: CutoverContext): Promise<Properties> {
  const { sipAddress: address, file, noted: step } = fields.parse(argumentsIn(inputs));
  const passphrase = passphraseIn(context);
  const kept = readSnapshot(file, passphrase);
  const isHalf = isBeingReleased(step);
  if (isHalf && kept === undefined)
    throw new RegistryError(
      "conflict",
      `cannot take the snapshot of SIP user '${address}': the user is being released, and the directory shows half of it; restore the file '${file}' from a backup`,
    );
  const snapshot = (isHalf ? kept : await context.registry.snapshotUser(address)) ?? kept;
  if (snapshot === undefined || snapshot.sipAddress !== address)
    throw new RegistryError(
      "not-found",
      `cannot take the snapshot of SIP user '${address}': no user holds this address; correct the address, or find out who took the user away`,
    );
  const sealed = sealSnapshot(snapshot, passphrase);
  writeSnapshot(file, sealed);
  return { ...inputs, snapshot: secret(sealed) };
}

function isBeingReleased(step: z.infer<typeof noted> | undefined): boolean {
  if (step === undefined) return false;
  const { do: release, undo } = new Notes(step.folder).read(step);
  return release !== undefined && undo?.doneAt === undefined;
}
