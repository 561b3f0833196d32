import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { spawnSync } from "node:child_process";
import { createApp } from "../../../functions/src/app.ts";
import type { AuditPage } from "../../../functions/src/contract/operation.ts";
import type { AdminUser } from "../../../functions/src/contract/account.ts";
import { maintain } from "../../../functions/src/services/operation/maintenance.ts";
import { createSession } from "../../support/accounts.ts";
import type { Send } from "../../support/client.ts";
import { Client, createUser, password } from "../../support/client.ts";
import type { TestContext } from "../../support/context.ts";
import { createTestContext } from "../../support/context.ts";

let context: TestContext;
let send: Send;
let admin: Client;

beforeAll(async () => {
  context = await createTestContext();
  const app = createApp(context);
  send = (path, init) => app.request(path, init);
  admin = await createUser(send, "root-admin");
  await setRole(admin, "admin");
});
afterAll(() => context.close());

const idOf = (user: Client) => user.session!.user.id;
const setRole = (user: Client, role: "user" | "admin") =>
  context.db.updateTable("users").set({ role }).where("id", "=", idOf(user)).execute();
const change = (user: Client, values: object, by = admin) =>
  by.call<{ user: AdminUser }>("PATCH", `/users/${idOf(user)}`, values);
const isIn = async (client: Client) => (await client.call("GET", "/users/me")).status === 200;

interface Page {
  users: AdminUser[];
  next_cursor: string | null;
}

describe("the list of users", () => {
  test("comes in pages that join without a gap or a repeat while users come", async () => {
    const expected: string[] = [];
    for (let i = 0; i < 5; i += 1) expected.push(idOf(await createUser(send, `paged-${i}`)));
    const seen: string[] = [];
    let cursor = "";
    for (let i = 0; ; i += 1) {
      const { body } = await admin.call<Page>("GET", `/users?search=paged-&limit=2${cursor}`);
      seen.push(...body.users.map(({ id }) => id));
      if (body.next_cursor === null) break;
      cursor = `&cursor=${body.next_cursor}`;
      if (i === 0) expected.push(idOf(await createUser(send, "paged-late")));
    }
    expect(seen).toEqual(expected);
  });

  test("is searched by the beginning of a name or an address, of which % and _ are a part", async () => {
    await createUser(send, "Search_Me");
    await createUser(send, "SearchxMe");
    const find = async (text: string) =>
      (await admin.call<Page>("GET", `/users?search=${encodeURIComponent(text)}`)).body.users.map(
        ({ username }) => username,
      );
    expect(await find("search_")).toEqual(["Search_Me"]);
    expect(await find("SEARCHXME@EX")).toEqual(["SearchxMe"]);
    expect(await find("%")).toEqual([]);
    expect(await find("' OR 1=1 -- ")).toEqual([]);
  });

  test("is narrowed to a role and an activity", async () => {
    const { body } = await admin.call<Page>("GET", "/users?role=admin&is_active=true");
    expect(body.users.map(({ username }) => username)).toEqual(["root-admin"]);
    expect((await admin.call<Page>("GET", "/users?is_active=false")).body.users).toEqual([]);
    expect((await admin.call("GET", "/users?is_active=perhaps")).status).toBe(400);
  });
});

describe("an admin", () => {
  test("makes a moderator, which counts on the next request of a session that is there", async () => {
    const user = await createUser(send);
    expect((await change(user, { role: "moderator" })).body.user.role).toBe("moderator");
    expect((await user.call("GET", "/users/me")).body).toMatchObject({ user: { role: "moderator" } });
  });

  test("deactivates: sessions end, and stay ended when the user is active again", async () => {
    const user = await createUser(send);
    expect((await change(user, { is_active: false })).body.user.is_active).toBe(false);
    expect(await isIn(user)).toBe(false);
    await change(user, { is_active: true });
    expect(await isIn(user)).toBe(false);
    const { email } = user.session!.user;
    expect((await new Client(send).call("POST", "/sessions", { email, password, device: { id: "d" } })).status).toBe(
      201,
    );
  });

  test("who is the last one stays one, also when two take the role from each other at once, 100 times over", async () => {
    expect((await change(admin, { role: "user" })).body).toMatchObject({ code: "last_admin" });
    expect((await change(admin, { is_active: false })).body).toMatchObject({ code: "last_admin" });
    const second = await createUser(send);
    for (let round = 0; round < 100; round += 1) {
      await setRole(admin, "admin");
      await setRole(second, "admin");
      const replies = await Promise.all([
        change(second, { role: "user" }, admin),
        change(admin, { role: "user" }, second),
      ]);
      const changed = replies.filter(({ status }) => status === 200);
      expect([round, changed.length]).toEqual([round, 1]);
    }
    await setRole(admin, "admin");
    await setRole(second, "user");
  });
});

describe("the audit log", () => {
  const entries = async (query: string) => (await admin.call<AuditPage>("GET", `/admin/audit?${query}`)).body;

  test("says who did what to whom and from where, newest first", async () => {
    const user = await createUser(send);
    await new Client(send).call(
      "POST",
      "/sessions",
      { email: user.session!.user.email, password: "wrong wrong", device: { id: "d" } },
      { "x-forwarded-for": "203.0.113.7" },
    );
    await change(user, { role: "moderator" });
    await user.call("DELETE", "/sessions/current");
    const about = await entries(`target_id=${idOf(user)}`);
    expect(
      about.entries.map(({ action, actor_id, address, details }) => ({ action, actor_id, address, details })),
    ).toEqual([
      { action: "user.role", actor_id: idOf(admin), address: null, details: { from: "user", to: "moderator" } },
      { action: "user.sign_in_failed", actor_id: null, address: "203.0.113.7", details: {} },
      { action: "user.register", actor_id: idOf(user), address: null, details: {} },
    ]);
    const by = await entries(`actor_id=${idOf(user)}`);
    expect(by.entries.map(({ action }) => action)).toEqual(["session.end", "user.sign_in", "user.register"]);
    const one = await entries(`actor_id=${idOf(user)}&action=session.end`);
    expect(one.entries).toHaveLength(1);
    expect((await entries("to=2020-01-01T00:00:00Z")).entries).toEqual([]);
  });

  test("comes in pages", async () => {
    const first = await entries("limit=3");
    const second = await entries(`limit=3&cursor=${first.next_cursor}`);
    expect(new Set([...first.entries, ...second.entries].map(({ id }) => id)).size).toBe(6);
  });

  test("keeps no password, token, hash or address of e-mail", async () => {
    const rows = await context.db.selectFrom("audit_log").selectAll().execute();
    expect(rows.length).toBeGreaterThan(20);
    expect(JSON.stringify(rows)).not.toMatch(/correct horse|wrong wrong|argon2|eyJ|@example/);
  });

  test("is kept for 180 days", async () => {
    const id = context.newId();
    const values = {
      id,
      action: "user.register",
      actor_id: null,
      target_type: "user",
      target_id: null,
      address: null,
      details: "{}",
    };
    const old = new Date(Date.now() - 181 * 24 * 60 * 60 * 1000);
    await context.db
      .insertInto("audit_log")
      .values({ ...values, inserted_at: old })
      .execute();
    const before = await context.db.selectFrom("audit_log").select("id").execute();
    expect(await maintain(context)).toMatchObject({ audit_entries_deleted: 1 });
    const after = await context.db.selectFrom("audit_log").select("id").execute();
    expect(after).toEqual(before.filter((row) => row.id !== id));
  });
});

test("maintenance revokes expired sessions, and deletes those past their absolute end", async () => {
  const user = await createUser(send);
  const [expired, ended] = [await createSession(context, idOf(user)), await createSession(context, idOf(user))];
  const ago = new Date(Date.now() - 2 * 24 * 60 * 60 * 1000);
  await context.db.updateTable("sessions").set({ expires_at: ago }).where("id", "=", expired.id).execute();
  await context.db.updateTable("sessions").set({ expires_at: ago, ends_at: ago }).where("id", "=", ended.id).execute();
  expect(await maintain(context)).toMatchObject({ sessions_revoked: 2, sessions_deleted: 1 });
  const rows = await context.db
    .selectFrom("sessions")
    .select(["id", "revoked_seq"])
    .where("user_id", "=", idOf(user))
    .execute();
  expect(rows.find(({ id }) => id === expired.id)?.revoked_seq).not.toBeNull();
  expect(rows.find(({ id }) => id === ended.id)).toBeUndefined();
  expect(await isIn(user)).toBe(true);
});

test("scripts/admin.ts grants, revokes, deactivates, unlocks and lists, and says what it did", async () => {
  const user = await createUser(send, "by-hand");
  const { email } = user.session!.user;
  const key = (keys: typeof context.config.accessTokenKeys) =>
    keys.map(({ kid, secret }) => `${kid}:${secret.export().toString("base64url")}`).join();
  const { accessTokenKeys, refreshTokenKeys, mysql } = context.config;
  const env = {
    MYSQL_URL: mysql.url,
    ACCESS_TOKEN_KEYS: key(accessTokenKeys),
    REFRESH_TOKEN_KEYS: key(refreshTokenKeys),
  };
  const run = (...args: string[]) => {
    const flags = ["--disable-warning=ExperimentalWarning", "scripts/admin.ts"];
    const { stdout, stderr, status } = spawnSync(process.execPath, [...flags, ...args], {
      env: { ...process.env, ...env },
      encoding: "utf8",
    });
    return { out: stdout.trim(), err: stderr.trim(), status };
  };
  expect(run("grant", email)).toMatchObject({ out: `${email} (${idOf(user)}): user -> admin`, status: 0 });
  expect(run("grant", email).out).toContain("was admin already");
  expect(run("list", "--role", "admin").out).toMatch(/by-hand\tadmin\tactive/);
  expect(run("revoke", idOf(user)).out).toContain("admin -> user");
  expect(run("deactivate", email).out).toContain("every session ended");
  expect(await isIn(user)).toBe(false);
  expect(run("unlock", email).out).toContain("unlocked");
  expect(run("grant", "nobody@example.com")).toMatchObject({ err: "There is no user nobody@example.com.", status: 1 });
  expect(run("revoke", admin.session!.user.email)).toMatchObject({ err: "The last active admin stays one", status: 1 });
});
