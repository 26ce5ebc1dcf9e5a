import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { HEIGHT, WIDTH } from "./page";

const BROWSERS = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"];

/** What went wrong, in one sentence for a person. */
export class PictureFailure extends Error {
  override readonly name = "PictureFailure";
}

/** A page as a headless Chromium draws it, all of it, as a PNG. Fails with `PictureFailure`. */
export function photograph(page: string): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "persistentchat-picture-"));
  try {
    const browser = browserOf(folder);
    const file = join(folder, "page.html");
    const picture = join(folder, "page.png");
    writeFileSync(file, page);
    const url = pathToFileURL(file).href;
    const [, height] = HEIGHT.exec(browser("--dump-dom", `--window-size=${WIDTH},200`, url)) ?? [];
    if (height === undefined)
      throw new PictureFailure("cannot draw the page: its script did not come to its end");
    browser(`--screenshot=${picture}`, `--window-size=${WIDTH},${height}`, url);
    return readFileSync(picture);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs the first Chromium of PATH, with its files in a folder. */
function browserOf(folder: string): (...args: string[]) => string {
  const found = BROWSERS.find((name) => spawnSync(name, ["--version"]).status === 0);
  if (found === undefined)
    throw new PictureFailure(`cannot draw the page: none of ${BROWSERS.join(", ")} is on PATH; install one`);
  const settings = [
    "--headless",
    // The page is our own, and root has no sandbox.
    "--no-sandbox",
    "--disable-gpu",
    "--hide-scrollbars",
    // No clock is waited for: the page is looked at when nothing is left to do.
    "--virtual-time-budget=20000",
    `--user-data-dir=${join(folder, "profile")}`,
  ];
  return (...args) => {
    const { status, stdout, stderr } = spawnSync(found, [...settings, ...args], {
      encoding: "utf8",
      timeout: 120_000,
      maxBuffer: 1 << 28,
    });
    if (status !== 0) throw new PictureFailure(`cannot draw the page: ${found} says ${stderr.trim()}`);
    return stdout;
  };
}
