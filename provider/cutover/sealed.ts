import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from "node:crypto";
import { z } from "zod";
import { RegistryError } from "../registry/errors";

const sealed = z.object({
  about: z.string(),
  salt: z.base64(),
  nonce: z.base64(),
  tag: z.base64(),
  text: z.base64(),
});

const KEY_BYTES = 32;
// What RFC 7914 proposes for interactive use, and four times the memory that Node allows by default.
const COST = { N: 2 ** 15, r: 8, p: 1, maxmem: 128 * 1024 * 1024 };

/** A text that only the passphrase opens (scrypt, AES-256-GCM), as the text of a JSON file; `about` stands in it in clear. */
export function seal(text: string, passphrase: string, about: string): string {
  const salt = randomBytes(16);
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", scryptSync(passphrase, salt, KEY_BYTES, COST), nonce);
  cipher.setAAD(Buffer.from(about));
  const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  const parts = { salt, nonce, tag: cipher.getAuthTag(), text: body };
  const encoded = Object.fromEntries(
    Object.entries(parts).map(([name, bytes]) => [name, bytes.toString("base64")]),
  );
  return `${JSON.stringify({ about, ...encoded }, null, 2)}\n`;
}

/** The text of what was sealed. Fails with `invalid` where the passphrase is another one or the file was changed. */
export function unseal(file: string, passphrase: string, name: string): string {
  try {
    const { about, ...parts } = sealed.parse(JSON.parse(file));
    const { salt, nonce, tag, text } = Object.fromEntries(
      Object.entries(parts).map(([key, value]) => [key, Buffer.from(value, "base64")]),
    ) as Record<keyof typeof parts, Buffer>;
    const decipher = createDecipheriv("aes-256-gcm", scryptSync(passphrase, salt, KEY_BYTES, COST), nonce);
    decipher.setAAD(Buffer.from(about));
    decipher.setAuthTag(tag);
    return decipher.update(text, undefined, "utf8") + decipher.final("utf8");
  } catch (error) {
    throw new RegistryError(
      "invalid",
      `cannot open the snapshot '${name}': the passphrase is not the one it was sealed with, or the file was changed; set persistentchat:snapshotPassphrase, or for a command PERSISTENTCHAT_SNAPSHOT_PASSPHRASE, to the one of that day, or restore the file`,
      { cause: error },
    );
  }
}
