import type { Config } from "../../functions/src/config.ts";
import { readConfig } from "../../functions/src/config.ts";
import type { Context } from "../../functions/src/context.ts";
import { createContext } from "../../functions/src/create-context.ts";
import { ProblemError } from "../../functions/src/errors.ts";
import { createLogger } from "../../functions/src/runtime/log.ts";
import { RealtimeError } from "../../functions/src/realtime/errors.ts";
import { isDatabaseAway } from "../../functions/src/database/errors.ts";
import { Problem, messageOf } from "./problem.ts";

/**
 * Runs a command's work with what the functions work with, by the environment; the log goes to standard error.
 * @throws Problem for what the person at the keyboard can mend: the environment, MySQL or the Realtime Database away, a wrong name
 */
export async function withContext<T>(work: (context: Context) => Promise<T>): Promise<T> {
  const config = configured();
  const context = createContext(config, { log: createLogger((line) => process.stderr.write(`${line}\n`)) });
  let result: T;
  try {
    result = await work(context);
  } catch (error) {
    // Connections that could not be opened cannot be closed either: the first error is the one to tell.
    await context.close().catch(() => {});
    throw explained(error, config);
  }
  await context.close();
  return result;
}

function configured(): Config {
  try {
    return readConfig();
  } catch (error) {
    throw new Problem(messageOf(error), { cause: error });
  }
}

function explained(error: unknown, { mysql, realtime }: Config): unknown {
  if (error instanceof ProblemError) return new Problem(error.message, { cause: error });
  if (error instanceof RealtimeError) {
    const cure = error.kind === "away" ? " Check RTDB_URL, or FIREBASE_DATABASE_EMULATOR_HOST." : "";
    return new Problem(`${new URL(realtime.url).host}: ${error.message}.${cure}`, { cause: error });
  }
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  // Else it is a fault of ours, and its stack is wanted.
  if (!isDatabaseAway(error) && !NOT_SET_UP.has(code)) return error;
  const cure = code === "ER_NO_SUCH_TABLE" || code === "ER_BAD_FIELD_ERROR" ? "Run npm run migrate" : "Check MYSQL_URL";
  return new Problem(`MySQL at ${new URL(mysql.url).host}: ${messageOf(error)}. ${cure}.`, { cause: error });
}

const NOT_SET_UP = new Set([
  "ER_BAD_DB_ERROR",
  "ER_DBACCESS_DENIED_ERROR",
  "ER_ACCESS_DENIED_ERROR",
  "ER_NO_SUCH_TABLE",
  "ER_BAD_FIELD_ERROR",
]);
