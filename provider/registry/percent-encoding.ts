/** A part of a setting that is percent-encoded, as it is meant; nothing where it is wrongly escaped, or holds a NUL. */
export function decodePercent(text: string): string | undefined {
  try {
    const plain = decodeURIComponent(text);
    return plain.includes("\0") ? undefined : plain;
  } catch {
    return undefined;
  }
}
