// Every npm script starts here, on the Node that the machine has (20 or later), before anything is installed:
//   node scripts/bootstrap.mjs SCRIPT [arguments]
// It installs the project's Node and the packages if they are missing, then runs the script.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { ensureNode } from "./bootstrap/node.mjs";
import { ensurePackages } from "./bootstrap/packages.mjs";
import { endWithParent } from "./bootstrap/parent.mjs";

const self = fileURLToPath(import.meta.url);
const root = dirname(dirname(self));
const [script = "", ...args] = process.argv.slice(2);

let node = "";
try {
  if (!script) throw new Error("Name the script to run: node scripts/bootstrap.mjs scripts/start.ts");
  node = await ensureNode(root);
  if (node === process.execPath) await ensurePackages(root);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

endWithParent();
process.env["PATH"] = [dirname(node), join(root, "node_modules/.bin"), process.env["PATH"]].join(delimiter);
if (node === process.execPath) {
  const path = resolve(root, script);
  process.argv = [node, path, ...args];
  await import(pathToFileURL(path).href);
} else {
  // This same file again, under the project's Node.
  replaceProcess(node, [self, script, ...args]);
}

/**
 * Runs a command in place of this process: with its terminal, its signals and its exit code.
 * @param {string} command @param {string[]} commandArgs
 */
function replaceProcess(command, commandArgs) {
  const child = spawn(command, commandArgs, { stdio: "inherit" });
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.on(signal, () => child.kill(signal));
  }
  child.on("error", (error) => {
    console.error(`Cannot run ${command}: ${error.message}`);
    process.exit(1);
  });
  child.on("exit", (code, signal) => process.exit(code ?? 128 + (signal ? constants.signals[signal] : 0)));
}
