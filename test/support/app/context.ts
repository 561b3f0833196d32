import { randomBytes } from "node:crypto";
import { readConfig } from "../../../functions/src/config.ts";
import type { Context, ContextParts } from "../../../functions/src/context.ts";
import { createContext } from "../../../functions/src/create-context.ts";
import { createLogger } from "../../../functions/src/runtime/log.ts";
import { createPasswords, type Passwords } from "../../../functions/src/security/passwords.ts";
import { createTestDatabase } from "../mysql/database.ts";
import { CHEAP } from "./cheap-hash.ts";

interface CountingPasswords extends Passwords {
  /** Hashes computed so far. */
  readonly hashes: number;
}

export interface TestContext extends Context {
  /** The lines in the log so far. */
  logged: string[];
  passwords: CountingPasswords;
}

const newKey = () => `test:${randomBytes(32).toString("base64url")}`;

/**
 * A context on a fresh database. It shares the platform's Realtime Database and queues, so each test uses video ids of its own. The
 * platform's functions do not know this database: their tasks find nothing to do, and only the inline relay reaches the mirror.
 */
export async function createTestContext(
  options: { env?: Record<string, string>; parts?: ContextParts; windowSize?: number | undefined } = {},
): Promise<TestContext> {
  const database = await createTestDatabase();
  const logged: string[] = [];
  const env = {
    // A slow machine must not fail a test that is not about time.
    RTDB_TIMEOUT_MS: "20000",
    MYSQL_TIMEOUT_MS: "20000",
    INLINE_RELAY_DEADLINE_MS: "5000",
    ACCESS_TOKEN_KEYS: newKey(),
    REFRESH_TOKEN_KEYS: newKey(),
    // All users of a test share one address, so the real limits would stop them.
    RATE_LIMIT_SCALE: "1000",
    ...process.env,
    ...options.env,
  };
  const config = readConfig({ ...env, MYSQL_URL: database.url });
  const { windowSize = config.realtime.windowSize } = options;
  const context = createContext(
    { ...config, realtime: { ...config.realtime, windowSize } },
    {
      log: createLogger((line) => logged.push(line), config.projectId),
      ...options.parts,
    },
  );
  return {
    ...context,
    logged,
    passwords: countHashes(createPasswords(CHEAP)),
    async close() {
      await context.close();
      await database.drop();
    },
  };
}

/** These passwords, with a count of the hashes that they compute. */
function countHashes(passwords: Passwords): CountingPasswords {
  let hashes = 0;
  return {
    get hashes() {
      return hashes;
    },
    admit: (caller, work) =>
      passwords.admit(caller, (hasher) =>
        work({
          hash(password) {
            hashes += 1;
            return hasher.hash(password);
          },
          verify(passwordHash, password) {
            hashes += 1;
            return hasher.verify(passwordHash, password);
          },
        }),
      ),
    hashOfNoPassword() {
      hashes += 1;
      return passwords.hashOfNoPassword();
    },
  };
}
