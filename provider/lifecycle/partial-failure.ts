import type { Properties } from "./properties";
import { sentenceOf } from "./sentence";

/**
 * A failure after the record was made or claimed. The engine keeps the resource as created but not initialised, so that
 * nothing is lost, and the next `up` calls update. It shows `reasons`, not the message, and stores `properties` as they
 * are: without the loader's text in them no later delete or refresh would work.
 */
export class PartialFailure extends Error {
  readonly reasons: string[];
  readonly properties: Properties;

  constructor(
    readonly id: string,
    outputs: Properties,
    inputs: Properties,
    cause: unknown,
  ) {
    const message = sentenceOf(cause);
    super(message, { cause });
    this.reasons = [message];
    this.properties = { ...outputs, __provider: inputs.__provider };
  }
}
