import { NoEngine } from "./engine";
import { keepTelling, type Voice } from "./voice";

/** Puts the vendor's engine into `<root>/bin`. */
export type Installer = (root: string) => Promise<unknown>;

/** The vendor's download, of the version of the SDK that is installed beside us. */
export async function download(
  folder: string,
  voice: Voice,
  signal: AbortSignal,
  install: Installer,
): Promise<void> {
  const stop = keepTelling(voice, (seconds) => `downloading the engine from its vendor, ${seconds} s`);
  try {
    await Promise.race([install(folder), interrupted(signal)]);
  } catch (error) {
    throw new NoEngine(reason(error));
  } finally {
    stop();
  }
}

/** The SDK's own installer. It is loaded late: it takes a second, and mostly it is not needed. */
export const vendorInstaller: Installer = async (root) => {
  const { PulumiCommand } = await import("@pulumi/pulumi/automation/index.js");
  return PulumiCommand.install({ root });
};

/** The installer cannot be told to stop. What it still writes is in a part folder, and that is removed. */
function interrupted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = () => reject(new Error("interrupted"));
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}

/** The SDK reports a failed command as a list of its code and outputs; the reason stands in the third line. */
function reason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const lines = (/^ stderr: (.+)$/m.exec(text)?.[1] ?? text).split("\n");
  return lines.find((line) => line.trim() !== "") ?? "no reason was given";
}
