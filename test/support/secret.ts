const SIGNATURE = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

/** A secret as the provider sends it to the engine. */
export function secret(value: unknown): object {
  return { ...SIGNATURE, value };
}

/** Whether a value of a checkpoint is a secret, as the engine keeps it. */
export function isCiphertext(value: unknown): boolean {
  const { ciphertext, ...rest } = value as Record<string, unknown>;
  return typeof ciphertext === "string" && JSON.stringify(rest) === JSON.stringify(SIGNATURE);
}
