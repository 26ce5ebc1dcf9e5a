import { findEngine } from "../../provider/engine/find-engine";

let found: Promise<string> | undefined;

/** The folder of the engine for PATH. An engine test fails without one; it does not skip. */
export function enginePath(): Promise<string> {
  found ??= findEngine(process.env).then((engine) => {
    if (engine) return engine.bin;
    throw new Error("no Pulumi engine was found; 'npm run engine' gets one");
  });
  return found;
}
