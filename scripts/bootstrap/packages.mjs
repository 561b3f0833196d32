import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withLock } from "./lock.mjs";
import { npm } from "./npm.mjs";

/**
 * Identifies an install: the lockfile, and the Node and the machine for which native packages were chosen.
 * @param {string} lockfile the text of package-lock.json
 */
export function fingerprint(lockfile) {
  const machine = `${process.versions.modules} ${process.platform} ${process.arch}`;
  return createHash("sha256").update(lockfile).update(machine).digest("hex");
}

/**
 * Whether the last install finished and had this fingerprint.
 *
 * The stamp is in node_modules. `npm ci` first deletes that folder, so an interrupted install leaves no stamp.
 * @param {string} root @param {string} expected
 */
export function isInstalled(root, expected) {
  try {
    return readFileSync(stampFile(root), "utf8") === expected;
  } catch {
    return false;
  }
}

/**
 * Installs the packages unless the lockfile is the one last installed. Safe to repeat, and to run twice at once.
 * @param {string} root
 */
export async function ensurePackages(root) {
  const expected = fingerprint(readFileSync(join(root, "package-lock.json"), "utf8"));
  if (isInstalled(root, expected)) return;
  await withLock(join(root, ".local", "install.lock"), async (holdBy) => {
    if (isInstalled(root, expected)) return;
    await npm(root, {
      holdBy,
      title: "Installing packages (npm ci; about a minute the first time)",
      log: "npm-ci.log",
      args: ["ci", "--include=dev", "--prefer-offline"],
    });
    markInstalled(root);
  });
}

/**
 * Notes that the packages of the lockfile are installed: the first npm script installs none then.
 * @param {string} root
 */
export function markInstalled(root) {
  writeFileSync(stampFile(root), fingerprint(readFileSync(join(root, "package-lock.json"), "utf8")));
}

/** @param {string} root */
function stampFile(root) {
  return join(root, "node_modules", ".installed");
}
