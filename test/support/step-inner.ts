import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { until } from "./until";

// The command of a step, as an operator would write one: it looks first whether its effect is there, has it, and answers what
// it was told. Its effect is a line of a file. It stands still before, within or after the effect where the file `hold` says so.

const [, , place = "", role] = process.argv;
const file = (name: string) => join(place, name);
const textOf = (name: string) => (existsSync(file(name)) ? readFileSync(file(name), "utf8") : "");

async function hold(): Promise<void> {
  writeFileSync(file("held"), String(process.pid));
  await until("the command is released", () => existsSync(file("released")));
}

async function main(): Promise<void> {
  const input = await text(process.stdin);
  const { action, begun } = JSON.parse(input) as { action: string; begun: boolean };
  const where = textOf("hold");
  console.error(`${action}, begun ${begun}`);
  appendFileSync(file("runs"), `${JSON.stringify({ action, begun })}\n`);
  if (!textOf("effects").split("\n").includes(action)) {
    if (where === "before") await hold();
    if (where === "while") await once(spawn(process.execPath, [__filename, place, action], STDIO), "exit");
    else appendFileSync(file("effects"), `${action}\n`);
    if (where === "after") await hold();
  }
  console.log(input);
}

const STDIO = { stdio: "inherit" } as const;

/** A process of the command's own, which has the effect. */
async function helper(action: string): Promise<void> {
  await hold();
  appendFileSync(file("effects"), `${action}\n`);
}

void (role === undefined ? main() : helper(role));
