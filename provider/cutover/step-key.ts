/** A step in one attempt of its stage. A step per address or wave has that in its name, behind a colon. */
export interface StepKey {
  step: string;
  attempt: number;
}

/** How the files of a step begin: as in a URI, and without `*`, which no file name of Windows may have. */
export function fileNameOf({ step, attempt }: StepKey): string {
  return `${encodeURIComponent(step).replaceAll("*", "%2A")}.${attempt}`;
}

/** The step that a file of a note is about; nothing for a file of somebody else. */
export function keyOf(fileName: string): StepKey | undefined {
  const [, step = "", attempt = ""] = /^(.+)\.(\d+)\.json$/.exec(fileName) ?? [];
  try {
    const key = { step: decodeURIComponent(step), attempt: Number(attempt) };
    return `${fileNameOf(key)}.json` === fileName ? key : undefined;
  } catch {
    return undefined;
  }
}
