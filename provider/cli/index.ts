#!/usr/bin/env node
import { callersFolder } from "../registry/project-folder";
import { run } from "./run";

// `| head` closes the pipe when it has enough; that is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") process.stderr.write(`persistentchat: cannot write: ${error.message}\n`);
  process.exit(error.code === "EPIPE" ? 0 : 3);
});

void run(process.argv.slice(2), {
  env: process.env,
  folder: () => callersFolder(process.cwd(), process.env),
  clock: () => new Date(),
  get in() {
    return process.stdin;
  },
  out: process.stdout,
  err: process.stderr,
}).then((exitCode) => {
  process.exitCode = exitCode;
});
