/** A version of the engine, as far as it decides what we may use. */
export interface Version {
  readonly numbers: readonly [major: number, minor: number, patch: number];
  /** Text after the `-`, empty for a release. */
  readonly preRelease: string;
}

/** Older engines lack what adoption needs. */
export const OLDEST_ENGINE = "3.255.0";

/** What the set-up gets where it must get one; go/pulumi/go.mod names the same. */
export const PINNED_ENGINE = "3.259.0";

/** The plugin of @pulumi/command, of the version that package.json pins. */
export const PINNED_PLUGIN = "1.2.1";

/** Reads what `pulumi version` prints; undefined when that is no version. */
export function parseVersion(text: string): Version | undefined {
  const match = /^v?(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/.exec(text.trim());
  if (match === null) return undefined;
  return { numbers: [Number(match[1]), Number(match[2]), Number(match[3])], preRelease: match[4] ?? "" };
}

/** Negative, zero or positive, as in a sort. Two pre-releases of one version count as equal. */
export function compareVersions(a: Version, b: Version): number {
  for (const index of [0, 1, 2] as const) {
    const difference = a.numbers[index] - b.numbers[index];
    if (difference !== 0) return difference;
  }
  return Number(a.preRelease === "") - Number(b.preRelease === "");
}

/** Whether this package works with the engine: not older than the oldest, and of its major version. */
export function isSupported(version: Version): boolean {
  const oldest = parseVersion(OLDEST_ENGINE) as Version;
  return version.numbers[0] === oldest.numbers[0] && compareVersions(version, oldest) >= 0;
}

export function formatVersion(version: Version): string {
  return version.numbers.join(".") + (version.preRelease === "" ? "" : `-${version.preRelease}`);
}
