import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

/** What npm prints when something outside the project is wrong, and what to do about it. @type {[RegExp, string][]} */
const CURES = [
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT/,
    "no network: npm's registry cannot be reached. Check the connection (and npm's proxy settings), then run it again",
  ],
  [/ENOSPC/, "the disk is full. Make room (about 1 GB), then run it again"],
  [/EACCES|EPERM|EROFS/, "no right to write here. Make this folder and npm's cache yours, then run it again"],
  [
    /can only install packages when|Missing: .* from lock file/,
    "package-lock.json does not fit package.json. Run npm install",
  ],
  [/E404|ETARGET/, "a package is not in the registry. Check npm's registry setting"],
];

/**
 * The cause and the cure, in one line, of a failed npm run.
 * @param {string} output
 */
export function explain(output) {
  const known = CURES.find(([pattern]) => pattern.test(output));
  if (known) return known[1];
  const first = output.split("\n").find((line) => /^npm (error|ERR!) (?!code )/.test(line));
  return first ? first.replace(/^npm (error|ERR!) /, "") : "npm gave no reason";
}

/**
 * Runs npm under the Node that runs this, with a line every ten seconds; its output goes to a file in `.local/logs`.
 * @param {string} root @param {{ what: string, log: string, args: string[], holdBy: (pid: number) => void }} run
 */
export async function npm(root, { what, log, args, holdBy }) {
  const logs = join(root, ".local", "logs");
  mkdirSync(logs, { recursive: true });
  const file = join(logs, log);
  const output = openSync(file, "w");
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  console.log(`${what} …`);
  const progress = setInterval(() => console.log(`  … ${seconds()} s`), 10_000);
  // npm's own first line asks PATH for a node: it must find this one, or optional packages are chosen for another.
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
    if (code !== 0) throw new Error(`${explain(readFileSync(file, "utf8"))}. All of npm's output: ${file}`);
    console.log(`  done in ${seconds()} s`);
  } catch (error) {
    const missing = error instanceof Error && "code" in error && error.code === "ENOENT";
    const reason = missing ? "npm is not on PATH. Install it (Debian: apt-get install npm)" : messageOf(error);
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
