import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Client } from "../../support/app/client.ts";
import { contractOf, routesOf } from "../../support/app/contract.ts";
import { useApp } from "../../support/app/use-app.ts";
import { signUp } from "../../support/app/users.ts";
import { environment } from "../../support/environment.ts";
import { AppCheckKeys } from "../../support/network/app-check-keys.ts";
import { until } from "../../support/until.ts";

const HEADER = "x-firebase-appcheck";

/** Routes for people and programs that operate the service, and for probes. They need no App Check. */
const LEFT_OUT = [
  /^GET \/v1\/(health|ready|metrics|problems\/\{code\})$/,
  / \/v1\/(admin|moderation)\//,
  /^(GET|PATCH) \/v1\/users(\/\{user_id\})?$/,
  / \/v1\/users\/\{user_id\}\/sessions$/,
  /^(PUT|PATCH) \/v1\/videos\/\{video_id\}$/,
  /^POST .*\/approve$/,
  /^DELETE .*\/reports$/,
  /^GET .*\/revisions$/,
];

const keys = new AppCheckKeys(environment("GCLOUD_PROJECT"));
const silent = new AppCheckKeys(environment("GCLOUD_PROJECT"));
silent.mood = "gone";
beforeAll(async () => {
  await keys.start();
  await silent.start();
});
afterAll(async () => {
  await keys.close();
  await silent.close();
});

const strict = useApp({ env: { APP_CHECK: "require" }, parts: { googleAgent: keys.agent } });
const observing = useApp({ env: { APP_CHECK: "observe" }, parts: { googleAgent: keys.agent } });
const cutOff = useApp({ env: { APP_CHECK: "require" }, parts: { googleAgent: silent.agent } });
const off = useApp();

const page = () => new Client(strict.send, undefined, { [HEADER]: keys.token() });

const routes = async () => routesOf((await contractOf(strict.send)).document);

describe("where App Check is required", () => {
  test("every route for pages refuses a request without a token, and no other route does", async () => {
    const treated: [string, boolean][] = [];
    for (const { name, method, path } of await routes()) {
      const reply = await strict.anonymous.call(method, path, method === "GET" ? undefined : {});
      treated.push([name, reply.body["code"] === "app_check_failed"]);
    }
    expect(treated.length).toBeGreaterThan(40);
    const expected = treated.map(([name]) => [name, !LEFT_OUT.some((pattern) => pattern.test(name))]);
    expect(treated).toEqual(expected);
  });

  test("a page with a token registers, signs in, posts and reads", async () => {
    const ada = await signUp(page());
    const video = strict.newVideoId();
    expect(await ada.post(video, "Hello")).toMatchObject({ status: 201 });
    expect(await page().list(video)).toMatchObject({ status: 200, body: { comments: [{ content: "Hello" }] } });
  });

  test("a session alone does not do, and a refused request changes nothing", async () => {
    const ada = await signUp(page());
    const video = strict.newVideoId();
    const bare = ada.withHeaders({ [HEADER]: "nonsense" });
    const refused = await bare.post(video, "Hello");
    expect(refused).toMatchObject({ status: 403, body: { code: "app_check_failed" } });
    expect(JSON.stringify(refused.body)).not.toContain("nonsense");
    expect(await page().list(video)).toMatchObject({ body: { comments: [] } });
  });

  test("Google's keys away: a 503 that says when to try again, and the door stays shut", async () => {
    const reply = await new Client(cutOff.send, undefined, { [HEADER]: silent.token() }).list("v");
    expect([reply.status, reply.headers.get("retry-after"), reply.body]).toEqual([
      503,
      "5",
      expect.objectContaining({ code: "unavailable" }),
    ]);
    await until("readiness", async () => (await cutOff.anonymous.call("GET", "/ready")).status === 200);
  });

  test("no token is in the log", async () => {
    const token = keys.token({ kid: "k2" });
    await new Client(strict.send, undefined, { [HEADER]: token }).list("v");
    expect([...strict.context.logged, ...cutOff.context.logged].join("\n")).not.toContain("eyJ");
  });
});

test("where it is observed, everybody is served, and the metric tells how many had no valid token", async () => {
  const ada = await signUp(observing.anonymous);
  expect(await ada.withHeaders({ [HEADER]: keys.token() }).call("GET", "/users/me")).toMatchObject({ status: 200 });
  const metrics = await observing.context.metricsPage?.();
  expect(metrics).toMatch(/live_comments_app_checks_total\{[^}]*outcome="missing"[^}]*\} 2/);
});

test("control: where it is off, no token is looked at", async () => {
  const reply = await off.anonymous.withHeaders({ [HEADER]: "nonsense" }).list("v");
  expect(reply.status).toBe(200);
  expect(await off.context.metricsPage?.()).not.toContain("app_checks_total{");
});
