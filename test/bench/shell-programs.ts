import { join } from "node:path";
import { COMMAND_VERSION } from "../support/command-plugin";

const RECORDS = JSON.stringify(join(__dirname, "records.js"));
const PROCESSES = JSON.stringify(join(__dirname, "shell-processes.js"));

/** A program with `size` dynamic resources, each of which starts a process whenever it does something. */
export function processes(size: number, world: string): string {
  return `
const pulumi = require("@pulumi/pulumi");
const { recordOf } = require(${RECORDS});
const provider = {
  async create(inputs) {
    await require(${PROCESSES}).createByProcess(${JSON.stringify(world)}, inputs);
    return { id: inputs.sipAddress, outs: inputs };
  },
  async read(id, props) {
    await require(${PROCESSES}).readByProcess(${JSON.stringify(world)}, id);
    return { id, props };
  },
};
class Endpoint extends pulumi.dynamic.Resource {
  constructor(name, args, opts) {
    super(provider, name, args, opts, "bench", "Endpoint");
  }
}
for (let i = 0; i < ${size}; i++) new Endpoint("endpoint-" + i, recordOf(i));
`;
}

/** A program with `size` commands, each of which makes an endpoint. */
export function commands(size: number, world: string): string {
  return `
const pulumi = require("@pulumi/pulumi");
const { recordOf } = require(${RECORDS});
const { createCommand } = require(${PROCESSES});
for (let i = 0; i < ${size}; i++) {
  const { command, input } = createCommand(${JSON.stringify(world)}, recordOf(i));
  const inputs = { create: command, stdin: input, logging: "none" };
  new pulumi.CustomResource("command:local:Command", "endpoint-" + i, inputs, { version: "${COMMAND_VERSION}" });
}
`;
}
