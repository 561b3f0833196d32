import { execFile } from "node:child_process";
import { readFile, readdir, readlink } from "node:fs/promises";
import { promisify } from "node:util";

/** The process that listens on a TCP port, as "process 123 (command line)", if the system tells. */
export async function describePortOwner(port: number): Promise<string | undefined> {
  return process.platform === "linux" ? describeLinuxOwner(port) : describeLsofOwner(port);
}

/**
 * Reads /proc (proc_pid_net(5)): first the listening socket's inode, then the process that has it open. A minimal
 * system has neither `ss` nor `lsof`.
 */
async function describeLinuxOwner(port: number): Promise<string | undefined> {
  const tables = await Promise.all(
    ["/proc/net/tcp", "/proc/net/tcp6"].map((table) => readFile(table, "utf8").catch(() => "")),
  );
  const localPort = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const socket = tables
    .flatMap((table) => table.split("\n").map((line) => line.trim().split(/\s+/)))
    .find((fields) => fields[1]?.endsWith(localPort) && fields[3] === LISTENING);
  const inode = socket?.[9];
  if (!inode) return undefined;

  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
    for (const descriptor of descriptors) {
      const target = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => "");
      if (target !== `socket:[${inode}]`) continue;
      const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
      return `process ${pid} (${command.replaceAll("\0", " ").trim().slice(0, 120)})`;
    }
  }
  return undefined;
}

/** TCP_LISTEN, as /proc/net/tcp writes it. */
const LISTENING = "0A";

async function describeLsofOwner(port: number): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)("lsof", ["-nP", `-iTCP:${port}`, "-sTCP:LISTEN", "-Fpc"]);
    const [pid, command] = ["p", "c"].map((field) => new RegExp(`^${field}(.+)$`, "m").exec(stdout)?.[1]);
    return pid && `process ${pid} (${command})`;
  } catch {
    return undefined;
  }
}
