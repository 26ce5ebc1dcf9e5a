import type { CommandStepName } from "./runbook";

/** A Windows service on a server; both names are given, since no step ever acts on a service that nobody named. */
export interface ServerService {
  /** FQDN of the server. */
  server: string;
  /** The short name of the service, as `Get-Service` shows it. */
  service: string;
}

/** An SQL Server database. */
export interface Database {
  /** `server\instance`, or the server alone. */
  instance: string;
  database: string;
}

/** A file that was written, as the step that wrote it answered. */
export interface WrittenFile {
  file: string;
  /** In hexadecimal digits. */
  sha256: string;
  bytes: number;
  /** ISO 8601, UTC. */
  finishedAt: string;
}

/** One question of the preflight. */
export interface PreflightAnswer {
  question: string;
  outcome: "ok" | "no" | "could not ask";
  /** What was found, or why it could not be asked. */
  detail: string;
}

/** How a service was found. */
export interface ServiceState extends ServerService {
  /** `Automatic`, `AutomaticDelayed`, `Manual` or `Disabled`. */
  startup: string;
  /** `Running` or `Stopped`. */
  state: string;
}

/** What each command step is given, beside what it found before it began. Paths are those of the host on which it runs. */
export interface StepValues extends Record<CommandStepName, object> {
  preflight: {
    legacyServices: ServerService[];
    complianceServices: ServerService[];
    persistentChatServices: ServerService[];
    source: Database;
    target: Database;
    exportFile: string;
    /** The folders into which files are written. */
    writtenFolders: string[];
    filesFrom?: string;
    filesTo?: string;
  };
  /** Services in the order in which they stop; the way back starts them in the reverse order. */
  "stop-legacy": { services: ServerService[] };
  "drain-compliance": {
    services: ServerService[];
    /** Message queues that must be empty first, such as `private$\ocs_groupchat`, with the server that has them. */
    queues: { server: string; queue: string }[];
  };
  "back-up-source": Database & { file: string };
  export: Database & { file: string; report: string; startDate?: string };
  "stop-persistent-chat": { services: ServerService[] };
  "back-up-target": Database & { file: string };
  "rehearse-import": Database & { file: string; sha256: string; report: string; acceptedWarnings: string[] };
  import: Database & {
    file: string;
    sha256: string;
    report: string;
    /** The backup that was made before, for a way back that restores. */
    backup: string;
    undo: "leave" | "restore";
  };
  "copy-files": { from: string; to: string; undo: "leave" | "remove" };
  "check-export": { services: ServerService[]; exported: WrittenFile };
  "mark-messages": Database & {
    /** How many new messages may be lost by going back; absent where nobody said so. */
    acceptDataLoss?: number;
  };
  "start-persistent-chat": {
    services: ServerService[];
    /**
     * How services were found before `stop-persistent-chat` disabled them. A service gets the startup type back that it has
     * here; `Automatic` where it is not here, or was `Disabled`, since it is to run from now on.
     */
    recorded?: ServiceState[];
  };
  verify: {
    addresses: string[];
    poolFqdn: string;
    target: Database;
    /** What the export counted. */
    source: Database;
  };
}
