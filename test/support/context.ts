import { randomBytes } from "node:crypto";
import { readConfig } from "../../functions/src/config.ts";
import type { Context, ContextParts } from "../../functions/src/context.ts";
import { createContext } from "../../functions/src/create-context.ts";
import { createLogger } from "../../functions/src/runtime/log.ts";
import { createTestDatabase } from "./database.ts";

export interface TestContext extends Context {
  /** The lines that were logged. */
  logged: string[];
}

const key = () => `test:${randomBytes(32).toString("base64url")}`;

/**
 * A context on a database of its own and the shared Realtime Database and Tasks emulator: use a video id of your own. The shared
 * functions know nothing of this database, so a task does nothing for it; the inline relay does.
 */
export async function createTestContext(
  options: { env?: Record<string, string>; parts?: ContextParts } = {},
): Promise<TestContext> {
  const database = await createTestDatabase();
  const logged: string[] = [];
  // All of a test's users come from one address: limits as they are belong to the tests of limits. And a slow machine is not what they
  // test: the Realtime Database has time to answer.
  const env = {
    RTDB_TIMEOUT_MS: "20000",
    INLINE_RELAY_DEADLINE_MS: "5000",
    ACCESS_TOKEN_KEYS: key(),
    REFRESH_TOKEN_KEYS: key(),
    RATE_LIMIT_SCALE: "1000",
    ...process.env,
    ...options.env,
  };
  const config = readConfig({ ...env, MYSQL_URL: database.url });
  const context = createContext(config, { log: createLogger((line) => logged.push(line)), ...options.parts });
  return {
    ...context,
    logged,
    async close() {
      await context.close();
      await database.drop();
    },
  };
}
