import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { password } from "../../support/app/client.ts";
import { useApp } from "../../support/app/use-app.ts";

const app = useApp({ users: { user: "user", admin: "admin" } });
const { user, admin } = app.users;
const { anonymous } = app;

const VALID_BODIES = {
  "POST /users": { email: "new@example.com", username: "newcomer", password },
  "POST /sessions": { email: "nobody@example.com", password, device: { id: "d", info: {} } },
  "POST /sessions/refresh": { refresh_token: "x" },
  "PATCH /users/me": { username: "renamed" },
  "PUT /users/me/password": { current_password: password, new_password: "another horse" },
};

/** Expects one of these statuses, and names what was sent if it is another. */
function expectOneOf(statuses: number[], status: number, sent: string): void {
  expect({ sent: sent.slice(0, 100), status, isExpected: statuses.includes(status) }).toMatchObject({
    isExpected: true,
  });
}

async function expectRefused(method: string, path: string, body: unknown, statuses = [400]): Promise<void> {
  const before = app.hashes;
  const reply = await user.call(method, path, body);
  const text = typeof body === "string" ? body : JSON.stringify(body);
  expectOneOf(statuses, reply.status, text);
  expect(reply.headers.get("content-type")).toBe("application/problem+json");
  expect([text.slice(0, 100), app.hashes - before]).toEqual([text.slice(0, 100), 0]);
}

describe("a body that does not fit is refused without computing a hash:", () => {
  const values = [
    null,
    1,
    true,
    [],
    ["a"],
    {},
    { $ne: null },
    { length: 10 },
    [["x"]],
    "",
    "\ud800",
    "x".repeat(5_000),
  ];

  test.each(Object.entries(VALID_BODIES))("%s", async (route, body) => {
    expect.hasAssertions();
    const [method = "", path = ""] = route.split(" ");
    for (const field of Object.keys(body)) {
      for (const value of values) {
        // Any text can be a refresh token, so a wrong one is not malformed but unauthenticated.
        await expectRefused(method, path, { ...body, [field]: value }, path.endsWith("refresh") ? [400, 401] : [400]);
      }
      const { [field]: _, ...rest } = body as Record<string, unknown>;
      await expectRefused(method, path, rest);
    }
    await expectRefused(method, path, { ...body, role: "admin" });
    await expectRefused(method, path, { ...body, is_active: true, id: "x" });
    const text = JSON.stringify(body);
    await expectRefused(method, path, text.replace("{", '{"__proto__":{"role":"admin"},'));
    await expectRefused(method, path, text.replace("{", '{"constructor":{"prototype":{"role":"admin"}},'));
    for (const broken of ["", "{", "[]", "null", "1", '"x"', `${text}x`, "\u0000"])
      await expectRefused(method, path, broken);
  });

  test("control: a valid sign-in costs one hash", async () => {
    const before = app.hashes;
    await anonymous.call("POST", "/sessions", VALID_BODIES["POST /sessions"]);
    expect(app.hashes - before).toBe(1);
  });
});

test("the description of a device must be short text", async () => {
  const { email } = user;
  const many = Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`k${i}`, "v"]));
  for (const info of [
    null,
    [],
    "x",
    { a: 1 },
    { a: null },
    { a: {} },
    { a: "\ud800" },
    { "\ud800": "a" },
    { a: "x".repeat(257) },
    many,
  ]) {
    await expectRefused("POST", "/sessions", { email, password, device: { id: "d", info } });
  }
  for (const id of ["", "a b", "../x", "x".repeat(129), 1, null]) {
    await expectRefused("POST", "/sessions", { email, password, device: { id } });
  }
  const info = { "a'\"`;--": "\u0000 ' OR 1=1 -- <script>" };
  expect((await user.signIn({ device: { id: "odd", info } })).status).toBe(201);
  expect(await user.devices()).toContainEqual(expect.objectContaining({ device_id: "odd", info }));
});

test("a prototype in a body changes no prototype on the server", async () => {
  const isPolluted = () => (({}) as { role?: string }).role !== undefined;
  expect(isPolluted()).toBe(false);
  const device = '{"id":"p","info":{"__proto__":"x","constructor":"y"}}';
  const body = JSON.stringify({ email: user.email, password }).replace("}", `,"device":${device}}`);
  expectOneOf([201, 400], (await anonymous.call("POST", "/sessions", body)).status, body);
  expect(isPolluted()).toBe(false);
});

test("10 MB are refused unread, other media types are refused, and neither costs a hash", async () => {
  const before = app.hashes;
  const body = VALID_BODIES["POST /sessions"];
  const large = JSON.stringify({ ...body, password: "x".repeat(10 * 1024 * 1024) });
  expect((await anonymous.call("POST", "/sessions", large)).status).toBe(413);
  for (const type of [
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/xml",
  ]) {
    const reply = await anonymous.call("POST", "/sessions", body, { "content-type": type });
    expect([type, reply.status]).toEqual([type, 415]);
  }
  expect(app.hashes).toBe(before);
});

test("no JSON whatsoever makes the server fail", async () => {
  const routes = Object.keys(VALID_BODIES);
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...routes), fc.jsonValue(), async (route, body) => {
      const [method = "", path = ""] = route.split(" ");
      const reply = await anonymous.call(method, path, JSON.stringify(body));
      expect(reply.status).toBeLessThan(500);
      expect(reply.status).toBeGreaterThanOrEqual(400);
    }),
    { numRuns: 200 },
  );
});

test("invalid ids and queries are refused as the client's mistake", async () => {
  for (const id of ["1", "..%2f..", "%00", "' OR 1=1", "x".repeat(300), "%F0%28"]) {
    expectOneOf([400, 404], (await admin.call("DELETE", `/devices/${id}`)).status, id);
    expectOneOf([400, 404], (await admin.call("PATCH", `/users/${id}`, { role: "user" })).status, id);
  }
  for (const query of [
    "limit=0",
    "limit=101",
    "limit=x",
    "limit=1e9",
    "cursor=x",
    "role=root",
    "unknown=1",
    "search=",
    "limit=1&limit=2",
  ]) {
    expect([query, (await admin.call("GET", `/users?${query}`)).status]).toEqual([query, 400]);
  }
});
