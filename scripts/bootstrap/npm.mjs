import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

/** What npm prints when something outside the project is wrong, and how to fix it. @type {[RegExp, string][]} */
const CURES = [
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT/,
    "no network: npm's registry cannot be reached. Check the connection (and npm's proxy settings), then try again",
  ],
  [/ENOSPC/, "the disk is full. Free about 1 GB, then try again"],
  [/EACCES|EPERM|EROFS/, "no right to write here. Make this folder and npm's cache yours, then try again"],
  [
    /can only install packages when|Missing: .* from lock file/,
    "package-lock.json does not match package.json. Run npm install",
  ],
  [/E404|ETARGET/, "a package is not in the registry. Check npm's registry setting"],
];

/**
 * The cause of a failed npm run and its cure, in one line.
 * @param {string} output
 */
export function explain(output) {
  const known = CURES.find(([pattern]) => pattern.test(output));
  if (known) return known[1];
  const line = output.split("\n").find((text) => /^npm (error|ERR!) (?!code )/.test(text));
  return line ? line.replace(/^npm (error|ERR!) /, "") : "npm gave no reason";
}

/**
 * Runs npm under the Node that runs this. Prints a line every ten seconds; npm's output goes to a file in `.local/logs`.
 * @param {string} root @param {{ title: string, log: string, args: string[], holdBy: (pid: number) => void }} run
 */
export async function npm(root, { title, log, args, holdBy }) {
  const logs = join(root, ".local", "logs");
  mkdirSync(logs, { recursive: true });
  const file = join(logs, log);
  const output = openSync(file, "w");
  const startedAt = Date.now();
  const seconds = () => Math.round((Date.now() - startedAt) / 1000);
  console.log(`${title} …`);
  const progress = setInterval(() => console.log(`  … ${seconds()} s`), 10_000);
  // npm is a script that finds its Node on PATH. It must be this one, or npm chooses optional packages for another.
  const path = [dirname(process.execPath), process.env["PATH"]].join(delimiter);
  const child = spawn("npm", [...args, "--no-audit", "--no-fund"], {
    cwd: root,
    env: { ...process.env, PATH: path },
    stdio: ["ignore", output, output],
    shell: process.platform === "win32",
  });
  if (child.pid) holdBy(child.pid);
  try {
    const code = await new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("exit", resolve);
    });
    if (code !== 0) throw new Error(`${explain(readFileSync(file, "utf8"))}. npm's whole output: ${file}`);
    console.log(`  done in ${seconds()} s`);
  } catch (error) {
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    const reason = isMissing ? "npm is not on PATH. Install it (Debian: apt-get install npm)" : messageOf(error);
    throw new Error(`npm failed: ${reason}`, { cause: error });
  } finally {
    clearInterval(progress);
    closeSync(output);
  }
}

/** @param {unknown} error */
function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}
