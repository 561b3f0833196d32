import { expect, test } from "@jest/globals";
import { sql } from "kysely";
import { useApp } from "../../support/app/use-app.ts";
import { metric } from "../../support/metric.ts";

const app = useApp({ users: { ada: "user" }, env: { RATE_LIMIT_SCALE: "1" } });
const { context } = app;
const { ada } = app.users;

const requests = () =>
  context.logged
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ message }) => message === "request");

const count = (method: string, route: string, status: number) =>
  metric(context, "http_server_request_duration_count", {
    http_request_method: method,
    http_route: route,
    http_response_status_code: String(status),
  });

test("a post is measured and logged in one line, by its route, its user and its video, without what it says", async () => {
  const video = app.newVideoId();
  context.logged.length = 0;
  await ada.post(video, "a secret of mine");
  expect(requests()).toMatchObject([
    {
      severity: "INFO",
      method: "POST",
      route: "/v1/videos/{video_id}/comments",
      status: 201,
      ms: expect.any(Number),
      user_id: ada.id,
      video_id: video,
    },
  ]);
  expect(context.logged.join()).not.toContain("secret of mine");
  expect(await count("POST", "/v1/videos/{video_id}/comments", 201)).toBe(1);
  expect(await metric(context, "http_server_active_requests", {})).toBe(0);
});

test("one read of a hundred is logged, and each that fails", async () => {
  const video = app.newVideoId();
  context.logged.length = 0;
  for (let n = 0; n < 100; n += 1) await app.anonymous.list(video);
  expect(requests()).toHaveLength(1);
  await app.anonymous.list(video, "?limit=0");
  expect(requests()).toMatchObject([{ status: 200 }, { status: 400, route: "/v1/videos/{video_id}/comments" }]);
});

test("paths that the client made up share one route, and are in no label", async () => {
  for (const path of ["/nothing", "/videos/x/y/z", "/%ff"]) await app.anonymous.call("GET", path);
  expect(await count("GET", "none", 404)).toBeGreaterThanOrEqual(2);
  expect(await context.metricsPage!()).not.toContain("nothing");
});

test("a refusal by a limit is counted, and each limit is there with 0 from the start", async () => {
  expect(await metric(context, "limits_hit_total", { limit: "sign_in" })).toBe(0);
  for (let n = 0; n < 20; n += 1)
    await app.anonymous.signIn({ email: "nobody@example.com", password: "wrong password" });
  expect(await metric(context, "limits_hit_total", { limit: "sign_in" })).toBeGreaterThan(0);
});

test("a statement is measured by what it does, and a slow one is logged without its values", async () => {
  context.logged.length = 0;
  await sql`SELECT SLEEP(0.6), ${"a value of somebody"} FROM videos LIMIT 1`.execute(context.db);
  const [slow] = context.logged
    .map((line) => JSON.parse(line))
    .filter(({ message, summary }) => message === "slow query" && summary === "SELECT videos");
  expect(slow).toMatchObject({ severity: "WARNING", pool: "main" });
  expect(JSON.stringify(slow)).not.toContain("somebody");
  const labels = { db_query_summary: "SELECT videos", db_client_connection_pool_name: "main" };
  expect(await metric(context, "db_client_operation_duration_count", labels)).toBeGreaterThan(0);
});
