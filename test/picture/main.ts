import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { PictureFailure, photograph } from "./browser";
import { commentPage } from "./page";
import { PICTURE, PICTURED } from "./pictured";
import { withNote } from "./png-note";

/** `npm run picture` draws the picture of the README anew; `npm run picture -- <markdown> <png>` draws any comment. */
const [from = PICTURED, to = PICTURE] = process.argv.slice(2);
try {
  const markdown = readFileSync(from, "utf8");
  const picture = photograph(commentPage(markdown));
  writeFileSync(to, withNote(picture, createHash("sha256").update(markdown).digest("hex")));
} catch (error) {
  if (!(error instanceof PictureFailure)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
