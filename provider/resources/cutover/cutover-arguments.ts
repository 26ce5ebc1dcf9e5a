import type { types } from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";
import type { CommandStepName } from "../../cutover/runbook";
import type { Database, ServerService } from "../../cutover/step-values";
import type { WindowArgs } from "../../cutover/window";
import type { CutoverStage } from "../../registry/cutover-record";

/** Programs that stand in for the documented cmdlets in one step. Each is a list of a program and its arguments; no shell reads it. */
export interface StepCommands {
  /** Answers with what the way back needs, and changes nothing. */
  before?: string[];
  do: string[];
  undo?: string[];
}

/** Another host, on which this package is installed, for the steps that are commands. */
export interface RemoteHost {
  /**
   * How the host is reached by SSH. `hostKey` is required: without it any host would be believed. The connection has password,
   * key and agent, and no Kerberos; a Windows host gives a session with a key no rights on the network.
   */
  connection: types.input.remote.ConnectionArgs & { hostKey: pulumi.Input<string> };
  /** What starts the tool of this package there. Default `persistentchat`. */
  program?: string;
}

/** The arguments of a `GroupChatCutover`. */
export interface GroupChatCutoverArgs {
  /**
   * How far the cutover is to go: `"prepare"` changes nothing, `"migrate"` does everything slow, `"handover"` gives the
   * addresses to the pool, `"complete"` ends the way back. One stage after the other; back as far as one likes, until
   * `"complete"`. Usually one setting of the stack.
   */
  stage: CutoverStage;
  /** FQDN of the pool that takes the place of Group Chat; best given as `pool.poolFqdn`. */
  poolFqdn: pulumi.Input<string>;
  /**
   * The addresses that legacy clients know, one for each SIP domain, in the waves in which they are handed over; the addresses
   * of a wave go together. The first wave has one address: if anything is wrong, it shows there.
   */
  waves: string[][];
  /** Display name of the legacy endpoints. Left out, the store chooses. */
  displayName?: string;
  /**
   * Folder in which the cutover notes what it did, which outlives state; a relative path counts from the folder of Pulumi.yaml.
   * Every host on which a step runs must see it under this path. It never changes while the cutover lives.
   */
  folder: string;
  /** When `"migrate"` and `"handover"` may be entered. The way back is never gated. Left out, at any time. */
  window?: WindowArgs;
  /** Whether a person keeps `"handover"` from being entered. Default false. */
  hold?: boolean;
  /**
   * How the well-known user gives the address up. `"rename"` (default) parks the user at another address and keeps everything
   * else; `"disable"` and `"delete"` are refused where what they take could not be given back; `"elsewhere"` waits until
   * somebody has done it by other means, and again on the way back.
   */
  release?: "rename" | "disable" | "delete" | "elsewhere";
  /** Where a renamed user is parked, by address. Default `sip:released-<user>@<domain>`. */
  parkedAddresses?: Record<string, string>;
  /** The legacy pool. */
  legacy: {
    /** Lookup, Channel and Web on all servers, in the order in which they stop. */
    services: ServerService[];
    /** The Compliance service, and the queues that must be empty before it stops; `"none"` where there is none. */
    compliance: "none" | { services: ServerService[]; queues: { server: string; queue: string }[] };
    database: Database;
    /** File to which its database is backed up, as SQL Server sees it. */
    backup: string;
  };
  /** The new pool. */
  persistentChat: {
    /** Channel and Compliance on all servers, in the order in which they stop. */
    services: ServerService[];
    database: Database;
    /** File to which its database is backed up before the import. */
    backup: string;
  };
  /** How rooms and messages travel. */
  dataMigration: {
    /** The exported file. */
    file: string;
    exportReport: string;
    importReport: string;
    /** Only content since this date, where the rehearsal has shown that it works. */
    startDate?: string;
    /** Texts of warnings of the import that were read and accepted; any other warning stops the migration. */
    acceptedWarnings?: string[];
    /** What the way back does with imported data: `"leave"` (default) it in the pool, or `"restore"` the backup. */
    undo?: "leave" | "restore";
  };
  /** The uploaded files, whole folders; `"none"` where there are none. On the way back copies are left, or removed. */
  files: "none" | { from: string; to: string; undo?: "leave" | "remove" };
  /**
   * Another text, such as a date, takes the snapshots of the well-known users anew: where somebody changed a user on purpose
   * after the migration began, who would be refused at the handover. Nothing is taken anew while a release is under way.
   */
  snapshotsTaken?: string;
  /** Questions of the preflight whose answer may be no. */
  acceptedAnswers?: string[];
  /** The exact number of messages that going back may lose, once users have written in the new pool. */
  acceptDataLoss?: number;
  /** The holder of the lease, such as `anna@admin01`, to take it from; only where that was agreed. */
  breakLease?: string;
  /** The operator's own programs in place of the documented cmdlets, step by step. */
  commands?: Partial<Record<CommandStepName, StepCommands>>;
  /** Where the steps that are commands run. Left out, on this machine. */
  remote?: RemoteHost;
}
