import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { readConfig } from "../../../functions/src/config.ts";
import { REQUIRED_API_SECRETS, OPTIONAL_SECRETS, readDeployment } from "../../../functions/src/deployment.ts";
import { messageOf } from "../../platform/problem.ts";
import { type Check, type Outcome, error, ok, warning } from "../outcome.ts";

/** One bad line makes the CLI drop the whole file. */
export const envFile: Check = {
  id: "env-file",
  run({ settingsProblem, settings }) {
    if (settingsProblem === undefined) return [ok(`.env has ${Object.keys(settings).length} settings`)];
    const cure = "correct the line; the names of service accounts become SERVICE_ACCOUNT_KEY (docs/configuration.md)";
    return [error(`the Firebase CLI refuses .env: ${settingsProblem}`, cure)];
  },
};

/** `.env` is uploaded as plain settings, which everybody with a look at the functions can read. */
export const envSecrets: Check = {
  id: "env-secrets",
  run({ settings }) {
    const credentials = [...REQUIRED_API_SECRETS, ...Object.keys(OPTIONAL_SECRETS)].filter((name) =>
      hasCredentials(name, settings),
    );
    if (credentials.length === 0) return [ok(".env has no credentials")];
    return credentials.map((name) => {
      const isOptional = Object.hasOwn(OPTIONAL_SECRETS, name);
      const listed = isOptional ? `, and add it to OPTIONAL_SECRETS` : "";
      return error(`.env has ${name}`, `npx firebase functions:secrets:set ${name}, take it out of .env${listed}`);
    });
  },
};

/** A Redis without a password is no secret. Whether a webhook's URL holds a token cannot be told, so it is never reported. */
function hasCredentials(name: string, settings: Record<string, string>): boolean {
  const value = settings[name];
  if (value === undefined) return false;
  if (name !== "REDIS_URL") return name !== "ALERT_WEBHOOK_URL";
  return URL.canParse(value) && new URL(value).password !== "";
}

/** Every name that the functions read. */
function knownNames(): Set<string> {
  const names = new Set<string>();
  const env: Record<string, string | undefined> = new Proxy(
    {},
    { get: (_, name) => void names.add(String(name)), has: () => true },
  );
  readDeployment(env);
  try {
    readConfig(env);
  } catch {
    // The required ones are missing. All have been asked for.
  }
  return names;
}

/** A misspelt name changes nothing, without a word. */
export const envNames: Check = {
  id: "env-names",
  run({ settings }) {
    const known = knownNames();
    const unknown = Object.keys(settings).filter((name) => !known.has(name));
    if (unknown.length === 0) return [ok("the functions read every name in .env")];
    return [warning(`the functions do not read ${unknown.join(", ")}`, "see docs/configuration.md for the right name")];
  },
};

/** Every value in `.env` is one that the functions start with. */
export const envValues: Check = {
  id: "env-values",
  run({ settings }) {
    const outcomes: Outcome[] = [];
    const key = `k1:${Buffer.alloc(32).toString("base64url")}`;
    const required = { MYSQL_URL: "mysql://localhost/x", ACCESS_TOKEN_KEYS: key, REFRESH_TOKEN_KEYS: key };
    for (const read of [readDeployment, (env: Record<string, string>) => readConfig({ ...env, ...required })]) {
      try {
        read({ GCLOUD_PROJECT: "demo-doctor", ...settings });
      } catch (cause) {
        const lines = messageOf(cause).split("\n").slice(1).join(";");
        outcomes.push(error(`.env has values that are not allowed:${lines}`, "see docs/configuration.md"));
      }
    }
    // Both read the deployment's settings.
    return outcomes.length > 0 ? outcomes.slice(0, 1) : [ok("every value in .env is allowed")];
  },
};

/** Settings are not for everybody who can read the repository. */
export const envPrivate: Check = {
  id: "env-private",
  run({ root }) {
    if (!existsSync(join(root, ".git"))) return [ok("this folder is no clone, so nothing is under version control")];
    const files = execFileSync("git", ["ls-files", "--", ".env", ".env.*"], { cwd: root, encoding: "utf8" }).trim();
    if (files === "") return [ok("no .env file is under version control")];
    const names = files.split("\n").join(" ");
    return [warning(`${names} is under version control`, `git rm --cached ${names}, and change what was secret in it`)];
  },
};
