import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { enginePath } from "../support/engine";
import { ROOT } from "../support/workspace";

export interface Versions {
  package: string;
  node: string;
  engine: string;
  sdk: string;
  sqlite: string;
}

export async function versions(): Promise<Versions> {
  const engine = await promisify(execFile)(join(await enginePath(), "pulumi"), ["version"]);
  return {
    package: versionIn(ROOT),
    node: process.versions.node,
    engine: engine.stdout.trim().replace(/^v/, ""),
    sdk: versionIn(join(ROOT, "node_modules", "@pulumi", "pulumi")),
    sqlite: process.versions.sqlite ?? "unknown",
  };
}

function versionIn(folder: string): string {
  return (JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string }).version;
}
