import { beforeAll, expect, test } from "@jest/globals";
import type { Instance } from "../../faults/system/fleet.ts";
import { useBuiltFleet } from "../../support/app/processes/built-fleet.ts";

const SITE = "https://www.example.com";

// The functions emulator adds CORS headers of its own.
const fleet = useBuiltFleet();
let api: Instance;
let closed: Instance;

beforeAll(async () => {
  [api, closed] = await Promise.all([
    fleet.start("api", { ALLOWED_ORIGINS: `https://other.example.com, ${SITE}` }),
    fleet.start("api"),
  ]);
});

const get = (instance: Instance, origin: string | undefined, path = "/v1/videos/welcome/comments") =>
  fetch(`${instance.url}${path}`, { headers: origin === undefined ? {} : { origin } });

const preflight = (instance: Instance, origin: string) =>
  fetch(`${instance.url}/v1/videos/welcome/comments/1`, {
    method: "OPTIONS",
    headers: {
      origin,
      "access-control-request-method": "PATCH",
      "access-control-request-headers": "authorization,content-type,if-match,x-firebase-appcheck",
    },
  });

const listOf = (response: Response, header: string) => (response.headers.get(header) ?? "").toLowerCase().split(/,\s*/);

test("a listed origin may read a response and the headers that the client needs", async () => {
  const response = await get(api, SITE);
  expect(response.status).toBe(200);
  expect(response.headers.get("access-control-allow-origin")).toBe(SITE);
  expect(listOf(response, "vary")).toContain("origin");
  expect(listOf(response, "access-control-expose-headers")).toEqual(
    expect.arrayContaining(["etag", "video-seq", "retry-after"]),
  );
  expect(response.headers.get("access-control-allow-credentials")).toBeNull();
});

test("a listed origin may read problems too", async () => {
  for (const path of ["/v1/videos/welcome/comments?limit=0", "/v1/devices", "/v1/nowhere"]) {
    const response = await get(api, SITE, path);
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.headers.get("access-control-allow-origin")).toBe(SITE);
    expect(response.headers.get("content-type")).toMatch(/^application\/problem\+json/);
  }
});

test("a preflight of a listed origin allows the client's methods and headers", async () => {
  const response = await preflight(api, SITE);
  expect(response.status).toBe(204);
  expect(response.headers.get("access-control-allow-origin")).toBe(SITE);
  expect(listOf(response, "access-control-allow-methods")).toEqual(
    expect.arrayContaining(["get", "post", "put", "patch", "delete"]),
  );
  expect(listOf(response, "access-control-allow-headers")).toEqual(
    expect.arrayContaining([
      "authorization",
      "content-type",
      "idempotency-key",
      "if-match",
      "min-video-seq",
      "x-firebase-appcheck",
    ]),
  );
  expect(listOf(response, "vary")).toContain("origin");
});

test.each([
  "https://www.example.com.evil.example",
  "https://evil.example",
  "http://www.example.com",
  "https://www.example.com:8443",
  "https://WWW.example.com",
  "null",
])("the origin %s, which is not listed, may read nothing; a cache keeps its response apart", async (origin) => {
  for (const response of [await get(api, origin), await preflight(api, origin)]) {
    expect(response.headers.get("access-control-allow-origin")).toBeNull();
    expect(listOf(response, "vary")).toContain("origin");
  }
});

test("without ALLOWED_ORIGINS no other origin may read anything", async () => {
  for (const response of [await get(closed, SITE), await preflight(closed, SITE)]) {
    expect(response.headers.get("access-control-allow-origin")).toBeNull();
  }
});
