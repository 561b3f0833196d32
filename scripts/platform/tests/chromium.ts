import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type InstallOptions, canInstall, installPackage } from "../debian.ts";
import { messageOf } from "../problem.ts";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/**
 * Tells the browser tests which Chromium to run: CHROMIUM_PATH. Where none is found and none can be installed, the
 * tests fail with CHROMIUM_PROBLEM.
 */
export async function chromiumEnvironment(options: InstallOptions): Promise<Record<string, string>> {
  const given = process.env["CHROMIUM_PATH"];
  if (given) return { CHROMIUM_PATH: given };
  const path = findChromium();
  if (path) return { CHROMIUM_PATH: path };
  const problem = "No Chromium: install it (Debian: apt-get install chromium) or set CHROMIUM_PATH.";
  if (!canInstall()) return { CHROMIUM_PROBLEM: problem };
  try {
    await installPackage("chromium", options);
  } catch (error) {
    // The other tests need none.
    return { CHROMIUM_PROBLEM: `${problem} ${messageOf(error)}` };
  }
  const installed = findChromium();
  return installed ? { CHROMIUM_PATH: installed } : { CHROMIUM_PROBLEM: problem };
}

function findChromium(): string | undefined {
  return (process.env["PATH"] ?? "")
    .split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)))
    .find((path) => existsSync(path));
}
