import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { GroupChatCutoverArgs } from "pulumi-persistentchat";
import contoso from "./stand-in/contoso.json";

/** What the cutover is told of contoso, with the commands of the stand-in world in place of the cmdlets. */
export function readStandIn(): Pick<
  GroupChatCutoverArgs,
  "legacy" | "persistentChat" | "dataMigration" | "files" | "commands"
> {
  const world = join(pulumi.getRootDirectory(), ".persistentchat", "stand-in");
  const registry = new pulumi.Config("persistentchat").require("registry");
  const command = [
    process.execPath,
    join(__dirname, "stand-in", "step.mjs"),
    "--world",
    world,
    "--registry",
    registry,
  ];
  const withWayBack = { before: command, do: command, undo: command };
  const onlyForward = { do: command };
  return {
    legacy: {
      services: contoso.legacyServices,
      compliance: { services: contoso.complianceServices, queues: [contoso.complianceQueue] },
      database: contoso.source,
      backup: join(world, "backups", "group-chat.bak"),
    },
    persistentChat: {
      services: contoso.persistentChatServices,
      database: contoso.target,
      backup: join(world, "backups", "mgc.bak"),
    },
    dataMigration: {
      file: join(world, "exports", "group-chat.gz"),
      exportReport: join(world, "exports", "export.html"),
      importReport: join(world, "exports", "import.html"),
    },
    files: { from: join(world, contoso.oldFiles), to: join(world, contoso.newFiles), undo: "remove" },
    commands: {
      preflight: onlyForward,
      "stop-legacy": withWayBack,
      "drain-compliance": withWayBack,
      "back-up-source": onlyForward,
      export: withWayBack,
      "stop-persistent-chat": withWayBack,
      "back-up-target": onlyForward,
      "rehearse-import": onlyForward,
      import: withWayBack,
      "copy-files": withWayBack,
      "check-export": onlyForward,
      "mark-messages": withWayBack,
      "start-persistent-chat": withWayBack,
      verify: onlyForward,
    },
  };
}
