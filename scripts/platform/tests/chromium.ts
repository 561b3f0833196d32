import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { canInstall, installPackage } from "../debian.ts";
import type { Steps } from "../steps.ts";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/**
 * The environment that tells the browser tests which Chromium to run: CHROMIUM_PATH, or, where there is none and none can be
 * installed, CHROMIUM_PROBLEM, with which they fail.
 */
export async function chromiumEnvironment(logFile: string, steps: Steps): Promise<Record<string, string>> {
  const given = process.env["CHROMIUM_PATH"];
  if (given) return { CHROMIUM_PATH: given };
  let path = findChromium();
  if (!path && canInstall()) {
    await installPackage("chromium", logFile, steps.say);
    path = findChromium();
  }
  if (path) return { CHROMIUM_PATH: path };
  return { CHROMIUM_PROBLEM: "No Chromium: install it (Debian: apt-get install chromium) or set CHROMIUM_PATH." };
}

function findChromium(): string | undefined {
  return (process.env["PATH"] ?? "")
    .split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)))
    .find((path) => existsSync(path));
}
