import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import { type ApiOn, createApiOn, withPort } from "../../support/app/api-on.ts";
import type { Client, Reply } from "../../support/app/client.ts";
import { useApp } from "../../support/app/use-app.ts";
import { createTcpProxy, type TcpProxy } from "../../support/network/tcp-proxy.ts";
import { until } from "../../support/until.ts";

const app = useApp({ users: { ada: "user" } });
let proxy: TcpProxy;
let api: ApiOn;
let ada: Client;

// An API of its own for each test, behind a proxy to the database.
beforeEach(async () => {
  await app.context.db.deleteFrom("alerts").execute();
  const { config } = app.context;
  proxy = await createTcpProxy(Number(new URL(config.mysql.url).port));
  // A short deadline saves time, and what is promised does not depend on it.
  const mysql = { ...config.mysql, timeoutMs: 500 };
  api = createApiOn({ ...config, mysql }, withPort(config.mysql.url, proxy.port));
  ada = app.users.ada.through(api.send);
});
afterEach(async () => {
  await api.context.close();
  await proxy.close();
});

/** Every kind of request at once, so that many connections of each pool are in use. */
function requests(video: string, keys: string[]): Promise<Reply<unknown>[]> {
  return Promise.all([
    ...keys.map((key) => ada.post(video, `posted with ${key}`, key)),
    ...keys.map(() => ada.list(video)),
    ada.signIn(),
    ada.call("GET", "/users/me"),
  ]);
}

const newKeys = () => Array.from({ length: 8 }, () => randomUUID());

const readiness = async () => (await ada.call<{ status: string; dependencies: unknown }>("GET", "/ready")).body;

const alerts = () => api.logged.filter((line) => line.includes('"alert":"mysql"'));

async function expectNothingLost(video: string, keys: string[]): Promise<void> {
  for (const key of keys) {
    // The server may hold the key's row in a transaction that was under way, for up to 10 s.
    await until("the post", async () => (await ada.post(video, `posted with ${key}`, key)).status === 201);
  }
  const { comments } = (await ada.list(video)).body;
  expect(comments.map(({ content }) => content).toSorted()).toEqual(keys.map((key) => `posted with ${key}`).toSorted());
}

describe("when MySQL gives no answer on open connections, and new ones work", () => {
  test("each request ends with a 503 and Retry-After, the next ones are served, and nothing is lost or doubled", async () => {
    const video = app.newVideoId();
    const keys = newKeys();
    await requests(app.newVideoId(), newKeys());
    proxy.freeze();
    const replies = await requests(video, keys);
    for (const { status, headers } of replies) {
      if (status >= 300 && status !== 503) throw new Error(`a request got ${status}`);
      if (status === 503) expect(headers.get("retry-after")).toBe("2");
    }
    // Control: the connections were in use.
    expect(replies.filter(({ status }) => status === 503).length).toBeGreaterThan(0);
    // From here on, not one request meets a dead connection.
    const next = await Promise.all(keys.map((_, n) => ada.post(app.newVideoId(), `after ${n}`)));
    expect(next.map(({ status }) => status)).toEqual(keys.map(() => 201));
    await expectNothingLost(video, keys);
    expect(alerts()).toEqual([]);
  });
});

describe.each([
  ["is silent on new connections too", () => proxy.silence(true), () => proxy.silence(false)],
  ["refuses connections", () => proxy.refuse(true), () => proxy.refuse(false)],
])("when MySQL %s", (_, begin, end) => {
  test("requests get a 503 at once after the first, readiness says so, one alert is raised, and it recovers by itself", async () => {
    const video = app.newVideoId();
    const keys = newKeys();
    await requests(app.newVideoId(), newKeys());
    begin();
    proxy.freeze();
    const first = await requests(video, keys);
    expect(new Set(first.map(({ status }) => status))).toEqual(new Set([503]));
    const notReady = await until("readiness to tell the two apart", async () => {
      const reply = await ada.call("GET", "/ready");
      // Each is asked for less than a second: a slow machine may find both away.
      const { dependencies } = reply.body as { dependencies?: Record<string, string> };
      return dependencies?.["realtime_database"] === "ok" && reply.status === 503 ? reply : undefined;
    });
    expect([notReady.status, notReady.headers.get("retry-after"), notReady.body]).toMatchObject([
      503,
      "2",
      { code: "unavailable", dependencies: { mysql: "away", realtime_database: "ok" } },
    ]);
    for (let n = 0; n < 3; n += 1) {
      const { status, headers } = await ada.list(video);
      expect([status, headers.get("retry-after")]).toEqual([503, "2"]);
    }
    expect((await ada.call("GET", "/health")).status).toBe(200);
    await until("the alert", () => alerts().length > 0);
    expect(alerts()).toHaveLength(1);

    end();
    await until("readiness", async () => (await readiness()).status === "ok");
    await expectNothingLost(video, keys);
    expect(api.logged.join()).toContain("MySQL answers again");
  });
});

test("a statement that a locked row holds up does not count as silence", async () => {
  const video = app.newVideoId();
  await ada.post(video, "first");
  {
    await using _lock = await app.lockVideos(video);
    const { status } = await ada.post(video, "waits in vain");
    expect(status).toBe(503);
  }
  await until("readiness", async () => (await readiness()).status === "ok");
  expect(alerts()).toEqual([]);
  expect((await ada.post(video, "second")).status).toBe(201);
});
