import { KIND_LABELS } from "../../../registry/records";
import { enumerated, type Phrase, quoted, say } from "../../../review/phrase";
import type { SignedDrift, SignedDrifts } from "./authors";

/** What undoes a drift, as sentences. */
export function adviceFor(
  stack: string,
  { resources, unlisted }: Pick<SignedDrifts, "resources" | "unlisted">,
): Phrase[] {
  const ofOthers = resources.filter(({ otherOwner }) => otherOwner !== undefined);
  const ofCutovers = resources.filter((one) => one.isOfCutover && one.otherOwner === undefined);
  const apart = ofOthers.length + ofCutovers.length;
  const what = apart > 0 ? "the rest of it" : "it";
  return [
    ...(ofOthers.length > 0 ? [takenOver(ofOthers)] : []),
    ...(ofCutovers.length > 0 ? [madeByCutovers(ofCutovers)] : []),
    ...(unlisted > 0 || resources.length > apart
      ? [
          say`${quoted(`pulumi up --refresh --stack ${stack}`)} undoes ${[what]}. To keep it, declare it in the program first.`,
        ]
      : []),
  ];
}

/** An update refuses to touch those. */
function takenOver(resources: readonly SignedDrift[]): Phrase {
  const owned = resources.map(({ otherOwner = "", ...one }) => say`${named(one)} by ${quoted(otherOwner)}`);
  return say`Managed by somebody else now: ${enumerated(owned)}. Remove it from one of the two programs (${quoted("pulumi state delete")} forgets it here).`;
}

/** No run does a step again that is done. */
function madeByCutovers(resources: readonly SignedDrift[]): Phrase {
  return say`No ${quoted("pulumi up")} makes again what a cutover made: declare ${enumerated(resources.map(named))} in the program as a ${quoted("LegacyEndpoint")} with ${quoted(`adopt: "take-over"`)}, and the next ${quoted("pulumi up")} makes it so.`;
}

function named({ kind, key = "", isKeySecret }: Pick<SignedDrift, "kind" | "key" | "isKeySecret">): Phrase {
  const label = kind === undefined ? "the resource" : KIND_LABELS[kind];
  return isKeySecret ? [`${label} with a secret key`] : say`${[label]} ${quoted(key)}`;
}
