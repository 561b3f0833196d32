import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { promisify } from "node:util";
import type { ChildOptions } from "../processes/child.ts";

const IMAGE = "mysql:8.4";

/** Whether a Docker engine answers. The command alone is often installed without one. */
export async function hasDocker(): Promise<boolean> {
  try {
    await promisify(execFile)("docker", ["info", "--format", "{{.ServerVersion}}"], { timeout: 10_000 });
    return true;
  } catch {
    return false;
  }
}

/** Of all containers of a platform's folder; the port follows. */
const namePrefix = (folder: string) =>
  `live-comments-${createHash("sha256").update(folder).digest("hex").slice(0, 12)}`;

/**
 * Removes the containers that a killed run left in a folder: a kill of Docker's client does not reach its container, which keeps the port
 * and the name. A volume that keeps a platform's data has a name and stays. Without a Docker
 * engine there are none.
 */
export async function removeContainers(folder: string): Promise<void> {
  const docker = (...args: string[]) => promisify(execFile)("docker", args, { timeout: 30_000, env: process.env });
  const filter = `--filter=name=${namePrefix(folder)}-`;
  const found = await docker("ps", "--all", "--quiet", filter).catch(() => ({ stdout: "" }));
  const ids = found.stdout.split("\n").filter(Boolean);
  if (ids.length > 0) await docker("rm", "--force", "--volumes", ...ids);
}

interface DockerPlace {
  /** The platform's. */
  folder: string;
  port: number;
  keepsData: boolean;
}

/** How to run MySQL in a container on a loopback port. Its data is in a volume of the platform's folder, if it is kept. */
export function dockerOptions({ folder, port, keepsData }: DockerPlace): ChildOptions {
  const name = namePrefix(folder);
  return {
    name: "mysql",
    command: "docker",
    // In the foreground: the client forwards SIGTERM to the server, and --rm removes the container.
    args: [
      "run",
      "--rm",
      `--name=${name}-${port}`,
      `--publish=127.0.0.1:${port}:3306`,
      ...(keepsData ? [`--volume=${name}:/var/lib/mysql`] : []),
      "--env=MYSQL_ALLOW_EMPTY_PASSWORD=1",
      IMAGE,
      "--innodb-flush-log-at-trx-commit=1",
      "--default-time-zone=+00:00",
      "--max-connections=500",
    ],
    logFile: join(folder, "logs/mysql.log"),
    graceMs: 30_000,
  };
}
