import { join } from "node:path";
import { ROOT } from "../support/workspace";

/** The comment that the README shows, and the picture of it. */
export const PICTURED = join(ROOT, "test", "golden", "comments", "repoint.md");
export const PICTURE = join(ROOT, "docs", "pull-request-comment.png");
