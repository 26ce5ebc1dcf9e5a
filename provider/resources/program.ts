import * as pulumi from "@pulumi/pulumi";

const noMonitor = {};

/**
 * What stands for the running program, as a key of a WeakMap: several may run in one process (inline Automation API
 * programs), each with a monitor of its own.
 */
export function currentProgram(): object {
  return pulumi.runtime.getMonitor() ?? noMonitor;
}
