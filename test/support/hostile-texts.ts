import fc from "fast-check";

/** Texts that mean something to a shell, to JSON, to its reader on the other side, or to a line of a frame. */
export const HOSTILE = [
  "",
  "\0",
  "\ud800",
  "\udfff\ud800",
  "\u2028\u2029",
  "/Date(0)/",
  "\\/Date(0)\\/",
  "'",
  '"',
  "\u2018\u2019\u201a\u201b\u201c\u201d\u201e",
  "`$(exit)",
  "$env:USERNAME; $(Get-Date) @args",
  "%PATH% ^& | < >",
  "{0}\\u0041",
  "\r\n#PC1 ",
  "\ufeff",
  "\u200e\u200f\u202a\u202e\u2066",
  "grün, 日本, 😀",
  "\u0085\u007f\u001b",
  "-Confirm:$false",
  "*",
];

const lone = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code));

/** Lists of such texts and of any others, lone surrogates among them. */
export const hostileParts = fc.array(
  fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: "binary" }), fc.string({ unit: lone })),
  { maxLength: 4 },
);

/** So many texts made of such parts, after those parts themselves. */
export function hostileTexts(count: number): string[] {
  return [...HOSTILE, ...fc.sample(hostileParts, count).map((parts) => parts.join(""))].slice(0, count);
}

/** 100 texts of 1 MB, each of one part over and over. */
export function* largeTexts(): Generator<string> {
  const units = [...HOSTILE.filter((text) => text !== ""), "plain"];
  for (let index = 0; index < 100; index += 1) {
    const unit = units[index % units.length] ?? "";
    yield unit.repeat(Math.ceil(1_048_576 / unit.length));
  }
}
