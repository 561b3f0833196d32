import type { Config, SigningKey } from "../../../../functions/src/config.ts";

/** The environment of another process that works on the same database and Realtime Database, with the same keys. */
export function processEnv(config: Config): NodeJS.ProcessEnv {
  return {
    ...process.env,
    MYSQL_URL: config.mysql.url,
    MYSQL_TIMEOUT_MS: String(config.mysql.timeoutMs),
    RTDB_TIMEOUT_MS: String(config.realtime.timeoutMs),
    FIREBASE_DATABASE_EMULATOR_HOST: rtdbHost(config),
    ACCESS_TOKEN_KEYS: formatKeys(config.accessTokenKeys),
    REFRESH_TOKEN_KEYS: formatKeys(config.refreshTokenKeys),
    RATE_LIMIT_SCALE: String(config.rateLimits.scale),
  };
}

/** The host and port of the Realtime Database. */
export function rtdbHost(config: Config): string {
  return new URL(config.realtime.url).host;
}

function formatKeys(keys: SigningKey[]): string {
  return keys.map(({ kid, secret }) => `${kid}:${secret.export().toString("base64url")}`).join(",");
}
