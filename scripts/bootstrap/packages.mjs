import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withLock } from "./lock.mjs";
import { npm } from "./npm.mjs";

/**
 * What an install depends on: the lockfile, and the Node and machine that native packages were chosen for.
 * @param {string} lockfile the text of package-lock.json
 */
export function fingerprint(lockfile) {
  const machine = `${process.versions.modules} ${process.platform} ${process.arch}`;
  return createHash("sha256").update(lockfile).update(machine).digest("hex");
}

/**
 * Whether the last install finished and was of this fingerprint.
 *
 * The stamp lies inside node_modules: `npm ci` begins by deleting that folder, so an interrupted install has no stamp.
 * @param {string} root @param {string} wanted
 */
export function isInstalled(root, wanted) {
  try {
    return readFileSync(stampOf(root), "utf8") === wanted;
  } catch {
    return false;
  }
}

/** Installs the packages when the lockfile is not the one last installed. Safe to repeat, and to run twice at once. @param {string} root */
export async function ensurePackages(root) {
  const wanted = fingerprint(readFileSync(join(root, "package-lock.json"), "utf8"));
  if (isInstalled(root, wanted)) return;
  await withLock(join(root, ".local", "install.lock"), async (holdBy) => {
    if (isInstalled(root, wanted)) return;
    await npm(root, {
      holdBy,
      what: "Installing packages (npm ci; about a minute the first time)",
      log: "npm-ci.log",
      args: ["ci", "--include=dev", "--prefer-offline"],
    });
    writeFileSync(stampOf(root), wanted);
  });
}

/** @param {string} root */
function stampOf(root) {
  return join(root, "node_modules", ".installed");
}
