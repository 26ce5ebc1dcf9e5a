import { z } from "zod";
import type { StepNote } from "../../cutover/notes";
import { parkedAddressOf } from "../../cutover/parked";
import { openSnapshot } from "../../cutover/snapshot-file";
import { RegistryError } from "../../registry/errors";
import { named, userChanged } from "../../registry/failures";
import type { SipAddress } from "../../registry/sip-address";
import { differencesFrom, type Release, type SipUserSnapshot } from "../../registry/sip-users";
import { sipAddress } from "../fields";
import { type Properties, toJson } from "../properties";
import { actorOf, argumentsIn, type CutoverContext, type CutoverKind, passphraseIn } from "./cutover-kind";
import { noted, performed } from "./noted-step";

const WAYS = ["rename", "disable", "delete", "elsewhere"] as const;

const releaseFields = z.strictObject({
  snapshot: z.string(),
  way: z.enum(WAYS),
  parkedAddress: sipAddress.optional(),
  noted: noted.optional(),
});

/** Has the user of a snapshot give the address up. */
export const releaseKind: CutoverKind = {
  fields: releaseFields,

  async create(inputs, context) {
    const { snapshot: sealed, ...said } = releaseFields.parse(argumentsIn(inputs));
    const snapshot = opening(sealed, context);
    const release = (): Release =>
      said.way === "rename"
        ? {
            way: "rename",
            parkedAddress: (said.parkedAddress ?? parkedAddressOf(snapshot().sipAddress)) as SipAddress,
          }
        : { way: said.way };
    const work = async () => {
      await context.registry.releaseUser(snapshot(), release(), actorOf(inputs, context));
      return null;
    };
    await performed(inputs, context, "do", work, {
      async refuse(begun) {
        assertCheckpoints("release", context);
        const taken = snapshot();
        if (!begun) await assertUnchanged(taken, context);
      },
      values: () => ({ ...release() }),
    });
    const { sipAddress } = snapshot();
    return { id: sipAddress, outs: toJson({ ...withoutSnapshot(inputs), ...release(), sipAddress }) };
  },
};

const restoreFields = z.strictObject({ snapshot: z.string(), noted: noted.optional() });

/**
 * Makes the user of a snapshot again what it was, address and all: the way back of a release. What somebody did by other means
 * is left to be taken back by these.
 */
export const restoreKind: CutoverKind = {
  fields: restoreFields,

  async create(inputs, context) {
    const snapshot = opening(restoreFields.parse(argumentsIn(inputs)).snapshot, context);
    await performed(inputs, context, "undo", async (note) => {
      assertCheckpoints("restore", context);
      if (isElsewhere(note)) await assertGivenBack(snapshot(), context);
      else await context.registry.restoreUser(snapshot(), actorOf(inputs, context));
      return null;
    });
    const { sipAddress } = snapshot();
    return { id: sipAddress, outs: { ...withoutSnapshot(inputs), sipAddress } };
  },
};

/** What opens a snapshot, once; to be called where a failure of it is told with the step. */
function opening(sealed: string, context: CutoverContext): () => SipUserSnapshot {
  let snapshot: SipUserSnapshot | undefined;
  return () => {
    snapshot ??= openSnapshot(sealed, passphraseIn(context), "in state");
    return snapshot;
  };
}

function isElsewhere({ do: released }: StepNote): boolean {
  const values = released?.values;
  return typeof values === "object" && values !== null && "way" in values && values.way === "elsewhere";
}

/** Fails with `unavailable` unless a user is seen to hold the address, wherever it is seen at all. */
async function assertGivenBack(snapshot: SipUserSnapshot, { registry, log }: CutoverContext): Promise<void> {
  const { sipAddress } = snapshot;
  const user = await registry.snapshotUser(sipAddress);
  const isSeenOtherwise = (await registry.sightings(sipAddress)).some(({ kind }) => kind !== "sip-user");
  if (user === undefined || isSeenOtherwise)
    throw new RegistryError(
      "unavailable",
      `cannot go on with the way back of ${named("sip-user", sipAddress)}: ${user ? "somebody else is seen to hold its address too" : "it does not hold its address yet"}; give the address back by the means by which it was taken (release: elsewhere), then run 'pulumi up' again`,
    );
  const differing = differencesFrom(snapshot, user);
  if (differing.length > 0)
    log(
      `${named("sip-user", sipAddress)} has its address again, and differs from the snapshot in ${differing.join(", ")}`,
    );
}

/** Fails before anything is begun: a way back would take what somebody changed for what the release did. */
async function assertUnchanged(snapshot: SipUserSnapshot, { registry }: CutoverContext): Promise<void> {
  const user = await registry.snapshotUser(snapshot.sipAddress);
  if (user === undefined || user.account !== snapshot.account) return;
  const differing = differencesFrom(snapshot, user);
  if (differing.length > 0) throw userChanged(snapshot.sipAddress, differing);
}

/** A crash in an `up` without checkpoints would lose the snapshot with which the address is given back. */
export function assertCheckpoints(verb: string, { checkpoints }: CutoverContext): void {
  if (!checkpoints)
    throw new RegistryError(
      "unsupported",
      `cannot ${verb} a user while PULUMI_SKIP_CHECKPOINTS is set: a run that is cut off would leave no trace in state; unset it, and run 'pulumi up' again`,
    );
}

function withoutSnapshot({ snapshot, ...rest }: Properties): Properties {
  return rest;
}
