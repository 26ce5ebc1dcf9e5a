/** Stable codes for programs; the README tells what each means and what to do. */
export type RegistryErrorCode =
  | "already-exists"
  | "in-use"
  | "conflict"
  | "not-found"
  | "not-owner"
  | "invalid"
  | "unavailable"
  | "unsupported";

/**
 * A failure in one sentence for a person (what could not be done, to what, why, what to do) and one code for a program.
 * Never holds a secret: a message names a store by its path or host, never by a password.
 */
export class RegistryError extends Error {
  override readonly name = "RegistryError";

  constructor(
    readonly code: RegistryErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Whether an error is ours, and, where a code is given, has that code. */
export function isRegistryError(error: unknown, code?: RegistryErrorCode): error is RegistryError {
  return error instanceof RegistryError && (code === undefined || error.code === code);
}
