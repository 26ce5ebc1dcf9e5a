import * as pulumi from "@pulumi/pulumi";

/** The owner of what a resource of the running program makes: `<project>/<stack>/<logical name>`. */
export function ownerOf(name: string): string {
  return `${pulumi.getProject()}/${pulumi.getStack()}/${name}`;
}

const noMonitor = {};

/**
 * What stands for the running program, as a key of a WeakMap: several may run in one process (inline Automation API
 * programs), each with a monitor of its own.
 */
export function currentProgram(): object {
  return pulumi.runtime.getMonitor() ?? noMonitor;
}
