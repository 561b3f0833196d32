import { readConfig, type Config } from "../../../functions/src/config.ts";
import { messageOf } from "../../platform/problem.ts";
import { type Check, type Outcome, error, ok, warning } from "../outcome.ts";

const NAMES = ["MYSQL_URL", "ACCESS_TOKEN_KEYS", "REFRESH_TOKEN_KEYS", "SERVICE_ACCOUNT_KEY"];

const MAKE_KEY = `node -p '\`k1:\${crypto.randomBytes(32).toString("base64url")}\`'`;

/** The form of the keys and of MYSQL_URL that the person has in the environment. Those in Secret Manager are not read. */
export const secretsForm: Check = {
  id: "secrets-form",
  run({ env, settings }) {
    const given = NAMES.filter((name) => env[name]);
    if (given.length === 0) {
      return [ok(`none of ${NAMES.join(", ")} is set here, so their form is not checked`)];
    }
    const placeholder = `k1:${Buffer.alloc(32).toString("base64url")}`;
    const other = `k2:${Buffer.alloc(32, 1).toString("base64url")}`;
    const missing = { MYSQL_URL: "mysql://localhost/x", ACCESS_TOKEN_KEYS: placeholder, REFRESH_TOKEN_KEYS: other };
    try {
      const own = Object.fromEntries(given.map((name) => [name, env[name]]));
      return formOutcomes(given, readConfig({ GCLOUD_PROJECT: "demo-doctor", ...settings, ...missing, ...own }));
    } catch (cause) {
      const lines = messageOf(cause).split("\n").slice(1).join(";");
      return [error(`a secret has not the right form:${lines}`, `see docs/configuration.md; a new key: ${MAKE_KEY}`)];
    }
  },
};

function formOutcomes(given: string[], { accessTokenKeys, refreshTokenKeys, mysql }: Config): Outcome[] {
  const outcomes: Outcome[] = [];
  const shared = accessTokenKeys.some(({ secret }) => refreshTokenKeys.some((other) => other.secret.equals(secret)));
  if (shared) {
    outcomes.push(error("ACCESS_TOKEN_KEYS and REFRESH_TOKEN_KEYS share a key", `make one of its own: ${MAKE_KEY}`));
  }
  const { password, hostname } = new URL(mysql.url);
  if (given.includes("MYSQL_URL") && password === "" && hostname !== "127.0.0.1") {
    outcomes.push(warning("MYSQL_URL has no password", "give the functions' user a password"));
  }
  return outcomes.length > 0 ? outcomes : [ok(`${given.join(", ")}: the form is right`)];
}
