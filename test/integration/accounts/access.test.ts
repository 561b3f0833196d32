import type { Role } from "../../../functions/src/contract/account.ts";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createApp } from "../../../functions/src/app.ts";
import { revokeSessions } from "../../../functions/src/services/accounts/revocation.ts";
import { Client, createUser } from "../../support/client.ts";
import type { TestContext } from "../../support/context.ts";
import { createTestContext } from "../../support/context.ts";
import type { Send } from "../../support/client.ts";

interface Operation {
  name: string;
  method: string;
  path: string;
  access: unknown;
  security: unknown;
}

// Beside the declarations on purpose: a route that becomes more open than it was is changed in two places, or fails here.
const NOT_FOR_USERS: Record<string, string> = {
  "GET /v1/users": "admin",
  "PATCH /v1/users/{user_id}": "admin",
  "GET /v1/admin/audit": "admin",
  "GET /v1/admin/sync": "admin",
  "GET /v1/admin/quarantine": "admin",
  "POST /v1/admin/videos/{video_id}/rebuild": "admin",
  "PATCH /v1/videos/{video_id}": "moderator",
  "POST /v1/videos/{video_id}/comments/{comment_id}/approve": "moderator",
  "DELETE /v1/videos/{video_id}/comments/{comment_id}/reports": "moderator",
  "GET /v1/videos/{video_id}/comments/{comment_id}/revisions": "moderator",
  "GET /v1/moderation/reports": "moderator",
  "GET /v1/moderation/bans": "moderator",
  "PUT /v1/moderation/bans/{user_id}": "moderator",
  "DELETE /v1/moderation/bans/{user_id}": "moderator",
  "DELETE /v1/moderation/users/{user_id}/comments": "moderator",
};

// Public, and yet a token that is not good is refused: they show some people more.
const LOOKS_AT_TOKEN = new Set(["GET /v1/videos/{video_id}/comments/{comment_id}"]);

let context: TestContext;
let send: Send;
let operations: Operation[];
const callers: Record<string, Client> = {};

beforeAll(async () => {
  context = await createTestContext();
  const app = createApp(context);
  send = (path, init) => app.request(path, init);
  for (const role of ["user", "moderator", "admin"] as const) callers[role] = await createUserOf(role);
  callers["deactivated admin"] = await createUserOf("admin");
  await setUser(callers["deactivated admin"], { is_active: false });
  callers["revoked admin"] = await createUserOf("admin");
  const { user, session } = callers["revoked admin"].session!;
  await revokeSessions(context.db, user.id, { id: session.id });
  callers["signed out"] = new Client(send);

  const document = await callers["signed out"].call<{ paths: Record<string, Record<string, never>> }>(
    "GET",
    "/openapi.json",
  );
  const all = Object.entries(document.body.paths).flatMap(([path, item]) =>
    Object.entries<Record<string, unknown>>(item).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      path: path
        .replace(/^\/v1/, "")
        .replaceAll("{video_id}", "v")
        .replaceAll(/\{\w+\}/g, () => context.newId()),
      access: operation["x-access"],
      security: operation["security"],
    })),
  );
  // Last what ends the caller's session. The rest, with an empty body and ids of nothing, changes nothing.
  const ends = ({ name }: Operation) => name === "DELETE /v1/sessions/current";
  operations = [...all.filter((operation) => !ends(operation)), ...all.filter(ends)];
});

afterAll(() => context.close());

async function createUserOf(role: Role): Promise<Client> {
  const client = await createUser(send);
  await setUser(client, { role });
  return client;
}

function setUser(client: Client, values: { role?: Role; is_active?: boolean }) {
  return context.db.updateTable("users").set(values).where("id", "=", client.session!.user.id).execute();
}

async function statusFor(caller: string, operation: Operation): Promise<string> {
  const client = callers[caller]!;
  const reply = await client.call(operation.method, operation.path, operation.method === "GET" ? undefined : {});
  if (reply.status === 401 && reply.body["code"] === "unauthenticated") return "401";
  if (reply.status === 403 && reply.body["code"] === "forbidden") return "403";
  return "passed";
}

const RANK: Record<string, number> = { user: 1, moderator: 2, admin: 3 };

describe("every route of the OpenAPI document", () => {
  test("says who may call it, and asks for a token just where that is not everyone", () => {
    expect(operations.length).toBeGreaterThan(10);
    for (const { name, access, security } of operations) {
      expect({ name, known: access === "public" || String(access) in RANK }).toEqual({ name, known: true });
      expect({ name, security }).toEqual({ name, security: access === "public" ? [] : [{ access_token: [] }] });
    }
  });

  test("that is not for every user is listed here", () => {
    const restricted = operations.filter(({ access }) => access === "moderator" || access === "admin");
    expect(Object.fromEntries(restricted.map(({ name, access }) => [name, access]))).toEqual(NOT_FOR_USERS);
  });

  test.each(["signed out", "deactivated admin", "revoked admin"])(
    "lets a %s caller in only where it is public",
    async (caller) => {
      for (const operation of operations) {
        const isRefused =
          operation.access !== "public" || (LOOKS_AT_TOKEN.has(operation.name) && caller !== "signed out");
        const expected = isRefused ? "401" : "passed";
        expect([operation.name, await statusFor(caller, operation)]).toEqual([operation.name, expected]);
      }
    },
  );

  test.each(["user", "moderator", "admin"])("lets a %s in where the role is enough, and nowhere else", async (role) => {
    for (const operation of operations) {
      const needed = operation.access === "public" ? 0 : RANK[String(operation.access)]!;
      const expected = RANK[role]! >= needed ? "passed" : "403";
      expect([operation.name, await statusFor(role, operation)]).toEqual([operation.name, expected]);
    }
  });
});

test("a demotion counts on the next request of a token that was made before it", async () => {
  const admin = await createUserOf("admin");
  expect(await admin.call("GET", "/users/me")).toMatchObject({ body: { user: { role: "admin" } } });
  await setUser(admin, { role: "user" });
  expect(await admin.call("GET", "/users/me")).toMatchObject({ body: { user: { role: "user" } } });
});
