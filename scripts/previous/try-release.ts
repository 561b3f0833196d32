import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { startRtdbServer } from "../../rtdb-server/server.ts";
import { runCommandLine } from "../deploy/steps.ts";
import { migrate } from "../platform/mysql/migrations.ts";
import { mysqlUrl, startMysql } from "../platform/mysql/server.ts";
import { root } from "../platform/paths.ts";
import { findFreePorts } from "../platform/ports/ports.ts";
import { Problem, messageOf } from "../platform/problem.ts";
import { killLeftovers } from "../platform/processes/run-file.ts";
import { beforeSignalEnds } from "../platform/processes/signals.ts";
import { createSupervisor } from "../platform/processes/supervisor.ts";
import { createSteps } from "../platform/steps.ts";
import { runSchedules, startFunction } from "./functions.ts";

interface TryOptions {
  /** The release, with its packages. It is built there. */
  folder: string;
  /** The migrations of the release that replaces it. */
  migrations: string;
  /** For data and logs, which stay after a failure. */
  scratch: string;
  print: (line: string) => void;
}

const PROJECT = "demo-previous";
const newKey = () => `k1:${randomBytes(32).toString("base64url")}`;

/**
 * Runs a release through what happens to it while the next one is deployed: it runs on its own schema; the new migrations are applied under it;
 * it goes on. Its own smoke test has to pass before and after, and all its schedules have to run. MySQL and the Realtime Database are private
 * ones, with the new security rules, since a deployment replaces these first too.
 * @throws Problem that says what failed: the release by itself, or on the new schema
 */
export async function tryRelease({ folder, migrations, scratch, print }: TryOptions): Promise<void> {
  const steps = createSteps(true, print);
  const build = join(folder, "scripts/build.ts");
  const smoke = join(folder, "scripts/smoke.ts");
  if (![build, smoke].every(existsSync)) throw new Problem("The release has no build or no smoke test to run.");
  // Before its list of them goes.
  await killLeftovers(scratch, print);
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true });
  await steps.run("build the release", () => runCommandLine(process.execPath, [build], folder));

  const supervisor = await createSupervisor(scratch, print);
  // Each child leads a process group of its own, which Ctrl-C does not reach.
  const off = beforeSignalEnds(() => supervisor.stop());
  const ports = await findFreePorts();
  const rtdb = await startRtdbServer({
    project: PROJECT,
    rules: readFileSync(join(root, "database.rules.json"), "utf8"),
  });
  try {
    const url = mysqlUrl(undefined, ports.mysql);
    await steps.run("start MySQL", () =>
      startMysql({ url, isPrivate: true, folder: scratch, steps, supervisor, onExit: () => {} }),
    );
    const env = {
      MYSQL_URL: url,
      ACCESS_TOKEN_KEYS: newKey(),
      REFRESH_TOKEN_KEYS: newKey(),
      GCLOUD_PROJECT: PROJECT,
      FIREBASE_DATABASE_EMULATOR_HOST: `127.0.0.1:${rtdb.port}`,
      // Tokens need no signing account; nobody listens here. A post is relayed by the API itself, so no task has to run.
      FIREBASE_AUTH_EMULATOR_HOST: "127.0.0.1:9",
      CLOUD_TASKS_EMULATOR_HOST: "127.0.0.1:9",
      INLINE_RELAY_DEADLINE_MS: "5000",
    };
    const surroundings = { supervisor, folder, logs: join(scratch, "logs"), env };
    await steps.run("apply the release's own migrations", () => migrate(url, join(folder, "functions/migrations")));
    const api = await steps.run("start the release's API", () => startFunction("api", surroundings));
    const runSmoke = () => runCommandLine(process.execPath, [smoke, "--site", api], folder);

    await steps.run("smoke test on its own schema", runSmoke).catch((error: unknown) => {
      throw new Problem(`The release does not work by itself here: ${messageOf(error)}; see ${scratch}`);
    });
    const applied = await steps.run("apply the new migrations under it", () => migrate(url, migrations));
    print(`  applied: ${applied.join(", ") || "none"}`);
    const failed = (error: unknown) => {
      throw new Problem(`The release does not work on the new schema: ${messageOf(error)}; see ${scratch}`);
    };
    await steps.run("smoke test on the new schema", runSmoke).catch(failed);
    const names = await steps.run("its schedules on the new schema", () => runSchedules(surroundings)).catch(failed);
    print(`  ran: ${names.join(", ")}`);
  } finally {
    await supervisor.stop();
    off();
    await rtdb.close();
  }
  rmSync(scratch, { recursive: true, force: true });
}
