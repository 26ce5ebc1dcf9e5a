import { existsSync } from "node:fs";
import { z } from "zod";
import { Notes } from "../../cutover/notes";
import { openSnapshot, readSnapshot, sealSnapshot, writeSnapshot } from "../../cutover/snapshot-file";
import { isRegistryError, RegistryError } from "../../registry/errors";
import { sipAddress } from "../fields";
import { differing, type Properties } from "../properties";
import { secret } from "../results";
import { argumentsIn, type CutoverContext, type CutoverKind, passphraseIn } from "./cutover-kind";
import { noted } from "./noted-step";
import { assertCheckpoints } from "./release-kinds";

const fields = z.strictObject({
  sipAddress,
  file: z.string(),
  taken: z.string().optional(),
  noted: noted.optional(),
  goesBack: z.boolean().optional(),
});

const RELEVANT = ["sipAddress", "file", "taken"];

/**
 * The user who holds an address, as it can be given back: a sealed text in state, since the engine shows what it is told to
 * whoever asks it to debug, and a file that outlives state. It is taken anew when `taken` is another text; while a release is
 * under way the file is what counts, since the directory shows half of it. All steps of a way back come after it: it keeps a
 * run that could not give the address back from taking anything back.
 */
export const snapshotKind: CutoverKind = {
  fields,
  relevant: RELEVANT,

  /** On a way back it is looked at in every run, with the passphrase of that run. */
  isStale: (_olds, { goesBack }) => goesBack === true,

  async create(inputs, context) {
    return { id: String(inputs.sipAddress), outs: await takenOrKept({}, inputs, context) };
  },

  update: takenOrKept,
};

async function takenOrKept(olds: Properties, news: Properties, context: CutoverContext): Promise<Properties> {
  if (news.goesBack !== true) return taken(news, context);
  try {
    assertCheckpoints("restore", context);
    return openedInState(olds, news, context) ?? (await taken(news, context));
  } catch (error) {
    if (!isRegistryError(error)) throw error;
    throw new RegistryError(
      error.code,
      `cannot go back, and this run has taken nothing back: ${error.message}`,
      {
        cause: error,
      },
    );
  }
}

/** What state has, if that is wanted still and can be opened; nothing where the file is to be looked at. */
function openedInState(olds: Properties, news: Properties, context: CutoverContext): Properties | undefined {
  const { snapshot } = olds;
  if (typeof snapshot !== "string" || differing(olds, news, RELEVANT).length > 0) return undefined;
  try {
    openSnapshot(snapshot, passphraseIn(context), "in state");
  } catch (error) {
    if (existsSync(String(news.file))) return undefined;
    throw error;
  }
  return { ...news, snapshot: secret(snapshot) };
}

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
