import { describe, expect, test } from "@jest/globals";
import { revokeExpiredSessions } from "../../../functions/src/services/accounts/sessions/session-maintenance.ts";
import { runMaintenance } from "../../../functions/src/services/operation/maintenance.ts";
import type { AdminUser } from "../../../functions/src/contract/account.ts";
import type { AuditEntry } from "../../../functions/src/contract/operation.ts";
import type { Client } from "../../support/app/client.ts";
import { readPages } from "../../support/app/pages.ts";
import { createSession } from "../../support/app/sessions.ts";
import { useApp } from "../../support/app/use-app.ts";
import { until } from "../../support/until.ts";

const app = useApp({ users: { admin: "admin" } });
const { admin } = app.users;

const change = (user: Client, values: object, by = admin) =>
  by.call<{ user: AdminUser; code: string }>("PATCH", `/users/${user.id}`, values);

interface Page {
  users: AdminUser[];
  next_cursor: string | null;
}

describe("the list of users", () => {
  test("comes in pages without a gap or a repeat while users register", async () => {
    const expected: string[] = [];
    for (let n = 0; n < 5; n += 1) expected.push((await app.user(`paged-${n}`)).id);
    const seen: string[] = [];
    const pages = readPages((cursor) => admin.call<Page>("GET", `/users?search=paged-&limit=2${cursor}`));
    for await (const { users } of pages) {
      if (seen.length === 0) expected.push((await app.user("paged-late")).id);
      seen.push(...users.map(({ id }) => id));
    }
    expect(seen).toEqual(expected);
  });

  test("is searched by the beginning of a name or an address, and takes % and _ literally", async () => {
    await app.user("Search_Me");
    await app.user("SearchxMe");
    const find = async (text: string) => {
      const { body } = await admin.call<Page>("GET", `/users?search=${encodeURIComponent(text)}`);
      return body.users.map(({ username }) => username);
    };
    expect(await find("search_")).toEqual(["Search_Me"]);
    expect(await find("SEARCHXME@EX")).toEqual(["SearchxMe"]);
    expect(await find("%")).toEqual([]);
    expect(await find("' OR 1=1 -- ")).toEqual([]);
  });

  test("can be restricted to a role and to active or inactive users", async () => {
    const { body } = await admin.call<Page>("GET", "/users?role=admin&is_active=true");
    expect(body.users.map(({ username }) => username)).toEqual([admin.username]);
    expect((await admin.call<Page>("GET", "/users?is_active=false")).body.users).toEqual([]);
    expect((await admin.call("GET", "/users?is_active=perhaps")).status).toBe(400);
  });
});

describe("an admin", () => {
  test("makes a user a moderator from the next request on, in a session that exists already", async () => {
    const user = await app.user();
    expect((await change(user, { role: "moderator" })).body.user.role).toBe("moderator");
    expect((await user.call("GET", "/users/me")).body).toMatchObject({ user: { role: "moderator" } });
  });

  test("ends a user's sessions by deactivating them, and they stay ended when the user is active again", async () => {
    const user = await app.user();
    expect((await change(user, { is_active: false })).body.user.is_active).toBe(false);
    expect(await user.isSignedIn()).toBe(false);
    await change(user, { is_active: true });
    expect(await user.isSignedIn()).toBe(false);
    expect((await user.signIn()).status).toBe(201);
  });

  test("stays one if they are the last", async () => {
    expect((await change(admin, { role: "user" })).body).toMatchObject({ code: "last_admin" });
    expect((await change(admin, { is_active: false })).body).toMatchObject({ code: "last_admin" });
  });

  test("stays one if the last two demote each other, both having been admins when they asked", async () => {
    const second = await app.user();
    await app.updateUser(second, { role: "admin" });
    const lock = await app.holdTransaction("SELECT id FROM users WHERE id IN (?) FOR UPDATE", [[admin.id, second.id]]);
    const changes = Promise.all([change(second, { role: "user" }, admin), change(admin, { role: "user" }, second)]);
    await until("both to wait", async () => (await app.countLockWaits()) === 2);
    await lock.release();
    const results = (await changes).map(({ status, body }) => body.code ?? status);
    expect(new Set(results)).toEqual(new Set([200, "last_admin"]));
    await app.updateUser(admin, { role: "admin" });
    await app.updateUser(second, { role: "user" });
  });

  test("stays one if the last two demote each other at once, 100 times", async () => {
    const second = await app.user();
    for (let round = 0; round < 100; round += 1) {
      await app.updateUser(admin, { role: "admin" });
      await app.updateUser(second, { role: "admin" });
      const replies = await Promise.all([
        change(second, { role: "user" }, admin),
        change(admin, { role: "user" }, second),
      ]);
      const changed = replies.filter(({ status }) => status === 200);
      expect([round, changed.length]).toEqual([round, 1]);
    }
    await app.updateUser(admin, { role: "admin" });
    await app.updateUser(second, { role: "user" });
  });
});

describe("the audit log", () => {
  const read = async (query: string) =>
    (await admin.call<{ entries: AuditEntry[]; next_cursor: string | null }>("GET", `/admin/audit?${query}`)).body;

  test("shows who acted, on what and from which address, newest first", async () => {
    const user = await app.user();
    await user.from("203.0.113.7").signIn({ password: "wrong wrong" });
    await change(user, { role: "moderator" });
    await user.signOut();
    const onUser = await read(`target_id=${user.id}`);
    expect(
      onUser.entries.map(({ action, actor_id, address, details }) => ({ action, actor_id, address, details })),
    ).toEqual([
      { action: "user.role", actor_id: admin.id, address: null, details: { from: "user", to: "moderator" } },
      { action: "user.sign_in_failed", actor_id: null, address: "203.0.113.7", details: {} },
      { action: "user.register", actor_id: user.id, address: null, details: {} },
    ]);
    const byUser = await read(`actor_id=${user.id}`);
    expect(byUser.entries.map(({ action }) => action)).toEqual(["session.end", "user.sign_in", "user.register"]);
    const signOuts = await read(`actor_id=${user.id}&action=session.end`);
    expect(signOuts.entries).toHaveLength(1);
    expect((await read("to=2020-01-01T00:00:00Z")).entries).toEqual([]);
  });

  test("comes in pages", async () => {
    const first = await read("limit=3");
    const second = await read(`limit=3&cursor=${first.next_cursor}`);
    expect(new Set([...first.entries, ...second.entries].map(({ id }) => id)).size).toBe(6);
  });

  test("keeps no password, token, hash or e-mail address", async () => {
    const rows = await app.db.selectFrom("audit_log").selectAll().execute();
    expect(rows.length).toBeGreaterThan(20);
    expect(JSON.stringify(rows)).not.toMatch(/correct horse|wrong wrong|argon2|eyJ|@example/);
  });
});

describe("the sweep", () => {
  test("deletes audit entries that are older than 180 days, and no others", async () => {
    const entry = { action: "user.register", actor_id: null, target_type: "user", target_id: null, address: null };
    const inserted_at = new Date(Date.now() - 181 * 24 * 60 * 60 * 1000);
    const before = await app.db.selectFrom("audit_log").select("id").execute();
    await app.db
      .insertInto("audit_log")
      .values({ ...entry, id: app.context.newId(), details: "{}", inserted_at })
      .execute();
    expect(await runMaintenance(app.context)).toMatchObject({ audit_entries_deleted: 1 });
    expect(await app.db.selectFrom("audit_log").select("id").execute()).toEqual(before);
  });

  test("ends expired sessions, and forgets those past their absolute end", async () => {
    const user = await app.user();
    const [expired, ended] = [await createSession(app.context, user.id), await createSession(app.context, user.id)];
    const ago = new Date(Date.now() - 2 * 24 * 60 * 60 * 1000);
    await app.db.updateTable("sessions").set({ expires_at: ago }).where("id", "=", expired.id).execute();
    await app.db.updateTable("sessions").set({ expires_at: ago, ends_at: ago }).where("id", "=", ended.id).execute();
    expect(await runMaintenance(app.context)).toMatchObject({ sessions_revoked: 2, sessions_deleted: 1 });
    const rows = await app.db
      .selectFrom("sessions")
      .select(["id", "revoked_seq"])
      .where("user_id", "=", user.id)
      .execute();
    expect(rows.find(({ id }) => id === expired.id)?.revoked_seq).not.toBeNull();
    expect(rows.find(({ id }) => id === ended.id)).toBeUndefined();
    expect(await user.isSignedIn()).toBe(true);
  });

  test("counts an expired session once when it runs twice at once", async () => {
    const user = await app.user();
    for (let n = 0; n < 5; n += 1) {
      const { id } = await createSession(app.context, user.id);
      const ago = new Date(Date.now() - 60_000);
      await app.db.updateTable("sessions").set({ expires_at: ago }).where("id", "=", id).execute();
    }
    const counts = await Promise.all([revokeExpiredSessions(app.context), revokeExpiredSessions(app.context)]);
    expect(counts[0] + counts[1]).toBe(5);
  });

  test("deletes inactive devices with their last session, and no others", async () => {
    const user = await app.user();
    for (const id of ["used", "gone", "idle"]) await user.onDevice(id);
    const deviceOf = async (name: string) => (await user.devices()).find(({ device_id }) => device_id === name)!;
    const [used, gone, idle] = [await deviceOf("used"), await deviceOf("gone"), await deviceOf("idle")];
    const ago = new Date(Date.now() - 2 * 24 * 60 * 60 * 1000);
    // An inactive device that still has a session stays, and so does an active one without any.
    for (const { id } of [gone, idle]) {
      await app.db.updateTable("sessions").set({ ends_at: ago }).where("user_device_id", "=", id).execute();
    }
    for (const { id } of [used, gone]) await user.call("DELETE", `/devices/${id}`);
    await runMaintenance(app.context);
    const rows = await app.db.selectFrom("user_devices").select("device_id").where("user_id", "=", user.id).execute();
    expect(rows.map(({ device_id }) => device_id).toSorted()).toEqual(["idle", "test", "used"]);
  });
});
