import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { mysqlUrl, startMysql } from "../../../scripts/platform/mysql/server.ts";
import { local } from "../../../scripts/platform/paths.ts";
import { createSteps } from "../../../scripts/platform/steps.ts";
import { createSupervisor } from "../../../scripts/platform/processes/supervisor.ts";
import { freePort } from "./free-port.ts";

/** Runs `work` with MYSQL_URL set. If it is not set yet, it names a private server that ends with the work. */
export async function withMysql(work: () => Promise<void>): Promise<void> {
  if (process.env["MYSQL_URL"]) return work();
  const steps = createSteps(false);
  const folder = join(local, "faults");
  mkdirSync(folder, { recursive: true });
  const supervisor = await createSupervisor(folder, steps.print);
  try {
    const url = mysqlUrl(undefined, await freePort());
    await steps.run("MySQL", () => startMysql({ url, isPrivate: true, folder, steps, supervisor, onExit: () => {} }));
    process.env["MYSQL_URL"] = url;
    await work();
  } finally {
    await supervisor.stop();
  }
}
