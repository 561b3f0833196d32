import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "@jest/globals";
import { readConfig } from "../../functions/src/config.ts";
import { root } from "../../scripts/platform/paths.ts";
import { compileCache } from "../support/compile-cache.ts";

/** The secrets that each deployed function asks for, as the Firebase CLI finds them. */
async function secretsByFunction(env: Record<string, string>): Promise<Record<string, string[]>> {
  const program = `
    const functions = await import(${JSON.stringify(join(root, "functions/src/index.ts"))});
    const secrets = (endpoint) => (endpoint.secretEnvironmentVariables ?? []).map(({ key }) => key);
    console.log(JSON.stringify(Object.entries(functions).map(([name, { __endpoint }]) => [name, secrets(__endpoint)])));`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program], {
    cwd: root,
    env: { ...compileCache(), PATH: process.env["PATH"], GCLOUD_PROJECT: "demo-test", ...env },
  });
  return Object.fromEntries(JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as [string, string[]][]);
}

test("each function gets the secrets that it needs, and no others", async () => {
  const service = ["MYSQL_URL"];
  expect(await secretsByFunction({})).toEqual({
    api: ["MYSQL_URL", "ACCESS_TOKEN_KEYS", "REFRESH_TOKEN_KEYS"],
    relayVideos: service,
    relayUsers: service,
    countAudiences: service,
    sweep: service,
    reconcile: service,
    maintain: service,
    purge: service,
  });
});

test("optional secrets go to the functions that use them", async () => {
  const optional = ["REDIS_URL", "ALERT_WEBHOOK_URL", "SERVICE_ACCOUNT_KEY"];
  const { api, ...others } = await secretsByFunction({ OPTIONAL_SECRETS: optional.join(",") });
  expect(api).toEqual(["MYSQL_URL", "ACCESS_TOKEN_KEYS", "REFRESH_TOKEN_KEYS", ...optional]);
  expect(Object.keys(others)).toHaveLength(7);
  for (const secrets of Object.values(others)) {
    expect(secrets).toEqual(["MYSQL_URL", "ALERT_WEBHOOK_URL", "SERVICE_ACCOUNT_KEY"]);
  }
});

test("a function that no user calls starts without the keys of tokens, and the API does not", () => {
  const env = { MYSQL_URL: "mysql://root@127.0.0.1:3306/live_comments", GCLOUD_PROJECT: "demo-test" };
  expect(readConfig({ ...env, FUNCTION_TARGET: "relayVideos" }).accessTokenKeys).toEqual([]);
  expect(() => readConfig({ ...env, FUNCTION_TARGET: "api" })).toThrow("ACCESS_TOKEN_KEYS");
  expect(() => readConfig(env)).toThrow("ACCESS_TOKEN_KEYS");
});
