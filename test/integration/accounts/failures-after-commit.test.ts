import { expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { findMirror } from "../../../functions/src/tables/sync/user-mirrors.ts";
import { type Client, password } from "../../support/app/client.ts";
import { useApp } from "../../support/app/use-app.ts";
import { until } from "../../support/until.ts";

const app = useApp({ users: { admin: "admin" } });
const { admin } = app.users;

/** As when MySQL goes away right after the commit: no counter can be forgotten. */
async function withoutForgetting<T>(work: () => Promise<T>): Promise<T> {
  await sql`CREATE TRIGGER no_forget BEFORE DELETE ON rate_limits FOR EACH ROW SIGNAL SQLSTATE '45000'`.execute(app.db);
  try {
    return await work();
  } finally {
    await sql`DROP TRIGGER no_forget`.execute(app.db);
  }
}

/** Waits until the Realtime Database has the user's last change. Nothing but the request's own relay brings it there. */
async function waitForMirror(userId: string): Promise<void> {
  await until("the mirror to be up to date", async () => {
    const mirror = await findMirror(app.db, userId);
    return mirror !== undefined && mirror.applied_seq === mirror.seq;
  });
}

test("a password is changed, and other sessions end, though no count can be forgotten", async () => {
  const user = await app.user();
  const other = await user.onDevice("laptop");
  const change = { current_password: password, new_password: "another horse battery" };
  expect((await withoutForgetting(() => user.call("PUT", "/users/me/password", change))).status).toBe(204);
  await waitForMirror(user.id);
  expect(await other.isSignedIn()).toBe(false);
  expect((await user.signIn({ password: change.new_password })).status).toBe(201);
});

test("a sign-in succeeds though no count can be forgotten", async () => {
  const user = await app.user();
  expect((await withoutForgetting(() => user.signIn())).status).toBe(201);
});

/** Gives the user more sessions than one transaction revokes. Another client holds the last of them. */
async function holdLastSession(user: Client) {
  const session = await app.db
    .selectFrom("sessions")
    .selectAll()
    .where("user_id", "=", user.id)
    .executeTakeFirstOrThrow();
  const ids = Array.from({ length: 500 }, (_, n) => `${n < 499 ? "e" : "f"}${randomUUID().slice(1)}`);
  await app.db
    .insertInto("sessions")
    .values(ids.map((id) => ({ ...session, id })))
    .execute();
  return app.holdTransaction("SELECT id FROM sessions WHERE id = ? FOR UPDATE", [ids.at(-1)]);
}

test.each<[string, (user: Client) => ReturnType<Client["call"]>]>([
  ["deactivation", (user) => admin.call("PATCH", `/users/${user.id}`, { is_active: false })],
  ["sign-out by an admin", (user) => admin.call("DELETE", `/users/${user.id}/sessions`)],
])("what a %s has revoked reaches the mirror though the rest fails", async (_, revoke) => {
  const user = await app.user();
  {
    await using _held = await holdLastSession(user);
    expect((await revoke(user)).status).toBe(503);
    await waitForMirror(user.id);
    expect(await user.isSignedIn()).toBe(false);
  }
  expect((await revoke(user)).status).toBe(200);
  const left = app.db
    .selectFrom("sessions")
    .select("id")
    .where("user_id", "=", user.id)
    .where("revoked_at", "is", null);
  expect(await left.execute()).toEqual([]);
});
