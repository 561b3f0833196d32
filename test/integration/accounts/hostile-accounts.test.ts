import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { createApp } from "../../../functions/src/app.ts";
import type { Send } from "../../support/client.ts";
import { Client, createUser, password } from "../../support/client.ts";
import type { TestContext } from "../../support/context.ts";
import { createTestContext } from "../../support/context.ts";
import { countHashes } from "../../support/passwords.ts";

let context: TestContext;
let counted: ReturnType<typeof countHashes>;
let send: Send;
let user: Client;
let anonymous: Client;

beforeAll(async () => {
  context = await createTestContext();
  counted = countHashes(context.passwords);
  const app = createApp({ ...context, passwords: counted });
  send = (path, init) => app.request(path, init);
  anonymous = new Client(send);
  user = await createUser(send);
});
afterAll(() => context.close());

const device = { id: "d", info: {} };
const good = {
  "POST /users": { email: "new@example.com", username: "newcomer", password },
  "POST /sessions": { email: "ada@example.com", password, device },
  "POST /sessions/refresh": { refresh_token: "x" },
  "PATCH /users/me": { username: "renamed" },
  "PUT /users/me/password": { current_password: password, new_password: "another horse" },
};

/** That the status is one of these; with what was sent, for the message. */
function expectOneOf(statuses: number[], status: number, sent: string): void {
  expect({ sent: sent.slice(0, 100), status, isRefused: statuses.includes(status) }).toMatchObject({ isRefused: true });
}

async function expectRefused(method: string, path: string, body: unknown, statuses = [400]): Promise<void> {
  const before = counted.hashes;
  const reply = await user.call(method, path, body);
  const text = typeof body === "string" ? body : JSON.stringify(body);
  expectOneOf(statuses, reply.status, text);
  expect(reply.headers.get("content-type")).toBe("application/problem+json");
  expect([text.slice(0, 100), counted.hashes - before]).toEqual([text.slice(0, 100), 0]);
}

describe("a body of the wrong kind is refused, and costs no hash:", () => {
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

  test.each(Object.entries(good))("%s", async (route, body) => {
    expect.hasAssertions();
    const [method = "", path = ""] = route.split(" ");
    for (const field of Object.keys(body)) {
      for (const value of values) {
        // A refresh token may be any text, and any text but a good one is refused as such.
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

  test("control: the good sign-in costs a hash", async () => {
    const before = counted.hashes;
    await anonymous.call("POST", "/sessions", good["POST /sessions"]);
    expect(counted.hashes - before).toBe(1);
  });
});

test("what a client says of its device is text, and little of it", async () => {
  const { email } = user.session!.user;
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
  const reply = await anonymous.call("POST", "/sessions", { email, password, device: { id: "odd", info } });
  expect(reply.status).toBe(201);
  const { body } = await user.call<{ devices: unknown[] }>("GET", "/devices");
  expect(body.devices).toContainEqual(expect.objectContaining({ device_id: "odd", info }));
});

test("a prototype in a body gives nobody a role", async () => {
  expect(({} as { role?: string }).role).toBeUndefined();
  const info = '{"__proto__":"x","constructor":"y"}';
  const body = JSON.stringify({ email: user.session!.user.email, password }).replace(
    "}",
    `,"device":{"id":"p","info":${info}}}`,
  );
  const reply = await anonymous.call("POST", "/sessions", body);
  expect([201, 400]).toContain(reply.status);
  expect(({} as { role?: string }).role).toBeUndefined();
});

test("10 MB are refused unread, another media type is refused, and neither costs a hash", async () => {
  const before = counted.hashes;
  const large = JSON.stringify({ ...good["POST /sessions"], password: "x".repeat(10 * 1024 * 1024) });
  expect((await anonymous.call("POST", "/sessions", large)).status).toBe(413);
  for (const type of [
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/xml",
  ]) {
    const reply = await anonymous.call("POST", "/sessions", good["POST /sessions"], { "content-type": type });
    expect([type, reply.status]).toEqual([type, 415]);
  }
  expect(counted.hashes).toBe(before);
});

test("whatever JSON comes, no answer is 500", async () => {
  const routes = Object.keys(good);
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

test("hostile ids and queries are 4xx", async () => {
  await context.db.updateTable("users").set({ role: "admin" }).where("id", "=", user.session!.user.id).execute();
  for (const id of ["1", "..%2f..", "%00", "' OR 1=1", "x".repeat(300), "%F0%28"]) {
    expectOneOf([400, 404], (await user.call("DELETE", `/devices/${id}`)).status, id);
    expectOneOf([400, 404], (await user.call("PATCH", `/users/${id}`, { role: "user" })).status, id);
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
    expect([query, (await user.call("GET", `/users?${query}`)).status]).toEqual([query, 400]);
  }
});
