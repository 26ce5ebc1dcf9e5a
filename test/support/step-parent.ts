import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

// Starts a step as the plugin of @pulumi/command does: the document is all of standard input. The outputs are those of this
// process, so that they stay open when it is killed.

const [, , cli = "", action = "", document = ""] = process.argv;
const child = spawn(process.execPath, [cli, "cutover", "step", action], {
  stdio: ["pipe", "inherit", "inherit"],
});
child.stdin.end(readFileSync(document));
child.once("exit", (code) => process.exit(code ?? 1));
