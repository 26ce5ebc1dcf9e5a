/** How a management shell is started. */
export interface ShellSettings {
  /** The program and its words: `["powershell.exe"]`, or `["ssh", "-T", "fe01.contoso.com", "powershell.exe"]`. */
  command: string[];
  /** Whether what starts the script in PowerShell follows the words; false for a command that is complete as it is. */
  appendArguments: boolean;
  /** The folder in which the program is started; left out, that of this process. */
  folder?: string;
  /** The path, where the shell runs, of the script as a file, in place of one in the command line. */
  script?: string;
  /** The names of the module, the first that is there counts, or its path. */
  modules?: string[];
  /** Milliseconds in which the shell must have started, with its module loaded. */
  startTimeout: number;
  /** Milliseconds without a call after which the process is ended; the next call starts another one. */
  idleTimeout: number;
  /** Milliseconds by which an answer may be later than its deadline. */
  grace?: number;
}

export const SHELL_DEFAULTS = {
  appendArguments: true,
  modules: ["SkypeForBusiness", "Lync"],
  startTimeout: 60_000,
  idleTimeout: 600_000,
  grace: 5_000,
} as const;

/** The settings with every default in its place. */
export type CompleteSettings = Required<Omit<ShellSettings, "folder" | "script">> &
  Pick<ShellSettings, "folder" | "script">;

export function completed(settings: ShellSettings): CompleteSettings {
  return { ...SHELL_DEFAULTS, modules: [...SHELL_DEFAULTS.modules], ...settings };
}

/** What errors call the shell. The rest of its command may hold a secret. */
export function nameOf({ command }: ShellSettings): string {
  return command[0] ?? "";
}
