import type { Config } from "../../functions/src/config.ts";
import type { Context } from "../../functions/src/context.ts";
import { isDatabaseAway } from "../../functions/src/database/mysql-errors.ts";
import { ProblemError } from "../../functions/src/errors.ts";
import { RealtimeError } from "../../functions/src/realtime/errors.ts";
import { type Logger, createLogger } from "../../functions/src/runtime/log.ts";
import { toolsEnvironment } from "./environment.ts";
import { databaseOf, withDatabase } from "./mysql/database.ts";
import { NotFound, Problem, messageOf } from "./problem.ts";
import { findRunningPlatform } from "./processes/run-file.ts";

const UNMIGRATED = new Set(["ER_NO_SUCH_TABLE", "ER_BAD_FIELD_ERROR"]);
const UNREADABLE = new Set(["ER_BAD_DB_ERROR", "ER_DBACCESS_DENIED_ERROR", "ER_ACCESS_DENIED_ERROR"]);

/**
 * An operator waits for a busy server: a command that fails must be begun again. The functions answer sooner, because a client repeats the
 * request by itself.
 */
const MYSQL_TIMEOUT_MS = 20_000;

/**
 * Runs a command's work with the context that the functions have, configured by the environment, or by the running local platform if
 * MYSQL_URL is not set. Logs go to standard error.
 * @throws Problem for what the person at the keyboard can fix: the environment, an unreachable server, a wrong name
 */
export async function withContext<T>(work: (context: Context) => Promise<T>): Promise<T> {
  usePlatform();
  // Loaded late, because it takes most of a start: a command that is misused, or asked for help, answers at once.
  const { createContext } = await import("../../functions/src/create-context.ts");
  const config = patient(await readEnvironment());
  const context = createContext(config, { log: commandLogger() });
  let result: T;
  try {
    result = await work(context);
  } catch (error) {
    // Connections that could not be opened cannot be closed either. The first error is the one to show.
    await context.close().catch(() => {});
    throw explain(error, config);
  }
  await context.close();
  return result;
}

function patient(config: Config): Config {
  const timeoutMs = Math.max(config.mysql.timeoutMs, MYSQL_TIMEOUT_MS);
  return { ...config, mysql: { ...config.mysql, timeoutMs } };
}

/** A command that MySQL does not answer says so itself, in one line: the alert would be a second one, if the process lives long enough. */
function commandLogger(): Logger {
  const log = createLogger((line) => process.stderr.write(`${line}\n`));
  return {
    ...log,
    error(message, fields, error) {
      if (fields["alert"] !== "mysql") log.error(message, fields, error);
    },
  };
}

async function readEnvironment(): Promise<Config> {
  const { readConfig } = await import("../../functions/src/config.ts");
  try {
    return readConfig();
  } catch (error) {
    // One line: it names the variables, and never a value.
    throw new Problem(messageOf(error).replace("\n", ": ").replaceAll("\n", ";").replaceAll(/ +/g, " "), {
      cause: error,
    });
  }
}

/** Takes the environment of the running platform, unless MYSQL_URL names another database. */
function usePlatform(): void {
  const given = process.env["MYSQL_URL"];
  const platform = findRunningPlatform();
  if (!given && !platform) {
    throw new Problem(
      "No database: start the local platform (npm start), or set MYSQL_URL and the functions' other variables (docs/configuration.md).",
    );
  }
  if (!platform || (given && !isSameDatabase(given, platform.mysqlUrl))) return;
  // All of it, so that no command works on a local database and on somebody else's Firebase project.
  Object.assign(process.env, toolsEnvironment(platform));
}

function isSameDatabase(given: string, mysqlUrl: string): boolean {
  return URL.canParse(given) && withDatabase(given, databaseOf(given)) === mysqlUrl;
}

/** Turns an error that a person can fix into a Problem. Anything else is a bug, whose stack must be seen. */
function explain(error: unknown, { mysql, realtime }: Config): unknown {
  if (error instanceof Problem) return error;
  if (error instanceof ProblemError) {
    const Kind = error.code === "not_found" ? NotFound : Problem;
    return new Kind(error.message, { cause: error });
  }
  if (error instanceof RealtimeError) {
    const cure = error.kind === "away" ? " Check RTDB_URL, or FIREBASE_DATABASE_EMULATOR_HOST." : "";
    return new Problem(`${new URL(realtime.url).host}: ${error.message}.${cure}`, { cause: error });
  }
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (!isDatabaseAway(error) && !UNREADABLE.has(code) && !UNMIGRATED.has(code)) return error;
  const cure = UNMIGRATED.has(code) ? "Run npm run migrate" : "Check MYSQL_URL";
  return new Problem(`MySQL at ${new URL(mysql.url).host}: ${messageOf(error)}. ${cure}.`, { cause: error });
}
