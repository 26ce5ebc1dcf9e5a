import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import type { ServerService } from "../../provider/cutover/step-values";

// What the commands of a test's steps run: fragile-step.js <order> <program> <arguments>. It is the program, unless the file
// <order> names this step and action: then it does half of it and fails. The program finds the action and the step in its
// environment.

interface Told {
  step: string;
  action: string;
  values: { services?: ServerService[] };
  image?: unknown;
}

const [order = "", program = "", ...args] = process.argv.slice(2);
const input = readFileSync(0, "utf8");
const told = JSON.parse(input) as Told;
const isFailing = existsSync(order) && readFileSync(order, "utf8") === `${told.action} ${told.step}`;
const half = (list: unknown) => (Array.isArray(list) ? list.slice(list.length / 2) : list);
const given = isFailing
  ? JSON.stringify({
      ...told,
      values: { ...told.values, services: half(told.values.services) },
      image: half(told.image),
    })
  : input;
const hasHalf = told.values.services !== undefined;
const { status, stdout, stderr } =
  isFailing && !hasHalf
    ? { status: 0, stdout: "", stderr: "" }
    : spawnSync(program, args, {
        input: given,
        encoding: "utf8",
        env: { ...process.env, FRAGILE_STEP: `${told.action} ${told.step}` },
      });
process.stderr.write(stderr);
if (isFailing) process.stderr.write("the server went away\n");
else process.stdout.write(stdout);
process.exitCode = isFailing ? 1 : (status ?? 1);
