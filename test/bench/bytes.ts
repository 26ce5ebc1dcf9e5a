import type { Workspace } from "../support/workspace";
import { ENDPOINT_TYPE } from "./programs";

/** What one endpoint takes in state, in bytes. */
export interface StateSize {
  /** The text of its provider; state has it in the inputs and again in the outputs. */
  providerText: number;
  /** All of it, the mean over the endpoints, without indentation. */
  resource: number;
  /** The whole file that the engine writes after each step. */
  checkpoint: number;
}

export async function stateSizeOf(workspace: Workspace): Promise<StateSize> {
  const endpoints = (await workspace.state()).filter(({ type }) => ENDPOINT_TYPE.test(type));
  const [first] = endpoints;
  if (!first) throw new Error("the state has no endpoint");
  const total = endpoints.reduce((bytes, endpoint) => bytes + bytesOf(JSON.stringify(endpoint)), 0);
  return {
    providerText: bytesOf(String(first.outputs.__provider)),
    resource: Math.round(total / endpoints.length),
    checkpoint: bytesOf(workspace.checkpoint()),
  };
}

function bytesOf(text: string): number {
  return Buffer.byteLength(text);
}
