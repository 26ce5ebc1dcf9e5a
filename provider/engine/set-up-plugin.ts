import { downloadPlugin, findInstalled, installFromDisk, type PluginUser } from "./command-plugin";
import { PINNED_PLUGIN } from "./version";
import { keepTelling, type Voice } from "./voice";
import { Ways } from "./ways";

export interface PluginSetUp extends PluginUser {
  voice: Voice;
}

const WAYS = {
  installed: "command plugin of the engine",
  disk: "command plugin beside the engine",
  download: "download of the command plugin from the vendor",
} as const;

/** None of the three ways led to the plugin. */
export class PluginUnavailable extends Error {
  override readonly name = "PluginUnavailable";

  constructor(answers: string) {
    super(
      "cannot find or get the plugin of @pulumi/command, because all three ways failed; make one of them possible, or run " +
        `'pulumi plugin install resource command ${PINNED_PLUGIN} --file <plugin>'\n${answers}`,
    );
  }
}

/**
 * Sees to it that the engine has the plugin of `@pulumi/command`, in three ways, and says on the terminal what each answered:
 * what the engine has, what lies beside it, and the vendor's download.
 */
export async function setUpPlugin(options: PluginSetUp): Promise<void> {
  const { env, voice, signal } = options;
  const ways = new Ways<string>(
    voice,
    signal,
    "the command plugin",
    (folder) => `${PINNED_PLUGIN} in '${folder}'`,
  );
  const got =
    (await ways.attempt(WAYS.installed, () => findInstalled(env))) ??
    (await ways.attempt(WAYS.disk, () => installFromDisk(options))) ??
    (await ways.attempt(WAYS.download, () => told(voice, downloadPlugin(options))));
  if (got === undefined) throw new PluginUnavailable(ways.answers);
}

function told<T>(voice: Voice, work: Promise<T>): Promise<T> {
  const text = (seconds: number) => `downloading the command plugin from its vendor, ${seconds} s`;
  return work.finally(keepTelling(voice, text));
}
