import type { TaggedParameter } from "../session/call-body";
import type { Tag } from "../session/cmdlets";

/** Values that must come back as they are, and the types that they must have had over there. */
export interface EchoTrap {
  name: string;
  p: TaggedParameter[];
  types: string[];
}

const TEXT = "System.String";
const LIST = "System.String[]";
const TABLE = "System.Collections.Hashtable";
const LARGE = 1_048_576;

/** Values of every type, with whatever one of the languages on the way could take for something else. */
export const ECHO_TRAPS: readonly EchoTrap[] = [
  texts("texts that look like code", [
    ...["'", '"', "''", "\u2018\u2019\u201c\u201d", "`n", "$(exit)", "$env:USERNAME", "@(1)", "{0}", "#"],
    ...["; exit", "| more", "&", "%PATH%", "^", "<", ">", "\\", "\\u0041", "-Confirm:$false", "*", "--"],
  ]),
  texts("ends of lines", ["\n", "\r", "\r\n", "a\nb", "\t", " ", "\r\n#PC1 x 1 4 bnVsbA==\n"]),
  texts("the empty text", [""]),
  texts("1 MB of apostrophes", ["'".repeat(LARGE)]),
  texts("1 MB of two-part characters", ["\u{1f600}".repeat(LARGE / 2)]),
  texts("U+2028, U+2029 and U+0085", ["\u2028", "a\u2028b\u2029c\u0085d"]),
  texts("lone surrogates", ["\ud800", "\udc00", "\udfff\ud800", "a\ud800b"]),
  texts("NUL and control characters", ["\0", "a\0b", "\u0001\u0008\u001b\u001f\u007f\u009f"]),
  texts("texts that look like dates", [
    "/Date(0)/",
    "\\/Date(0)\\/",
    "/Date(1357000000000+0100)/",
    "2013-01-01",
  ]),
  texts("marks of order and of direction", [
    "\ufeff",
    "\ufeffa",
    "\u200e\u200f",
    "\u202eabc\u202c",
    "\uffff",
  ]),
  texts("characters beyond ASCII", ["grün", "日本", "e\u0301", "\u{1f600}"]),
  texts("texts that look like numbers", ["1", "1,5", "0x10", "True", "null", "00:01:00"]),
  values("integers of 32 bits", "i", [0, 1, -1, 2147483647, -2147483648], "System.Int32"),
  values("integers of 64 bits", "i", [2147483648, -2147483649, Number.MAX_SAFE_INTEGER], "System.Int64"),
  values("booleans", "b", [true, false], "System.Boolean"),
  values("null", "n", [null], ""),
  values("a list of no text", "a", [[]], LIST),
  values("a list of one text", "a", [["'"], [""], [","]], LIST),
  values("a list of two texts", "a", [["a,b", "\u2028"]], LIST),
  values(
    "changes of a list",
    "m",
    [{ Add: ["'"] }, { Add: ["one"], Remove: ["two", "three"] }, { Replace: ["\ud800", "$(exit)"] }],
    TABLE,
  ),
];

function texts(name: string, list: readonly string[]): EchoTrap {
  return values(name, "s", list, TEXT);
}

function values(name: string, tag: Tag, list: readonly unknown[], type: string): EchoTrap {
  return { name, p: list.map((value) => ["Value", tag, value]), types: list.map(() => type) };
}
