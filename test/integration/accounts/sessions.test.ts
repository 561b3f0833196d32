import { describe, expect, test } from "@jest/globals";
import { sql } from "kysely";
import { password, type Client } from "../../support/app/client.ts";
import { startApp, useApp } from "../../support/app/use-app.ts";

let now = new Date();
const app = useApp({ parts: { clock: () => now } });

test("a sign-in fails alike for an unknown address, a wrong password and a deactivated user", async () => {
  const user = await app.user();
  const wrong = await user.signIn({ password: "not the password" });
  const unknown = await user.signIn({ email: "nobody@example.com" });
  await app.updateUser(user, { is_active: false });
  const deactivated = await user.signIn();
  expect(wrong.body).toMatchObject({ status: 401, code: "invalid_credentials" });
  expect([unknown.body, deactivated.body]).toEqual([wrong.body, wrong.body]);
});

describe("a session", () => {
  /** Moves an end of the client's session to some seconds from now. */
  const moveEnd = (client: Client, column: "expires_at" | "ends_at", seconds: number) =>
    sql`UPDATE sessions SET ${sql.ref(column)} = NOW(3) + INTERVAL ${seconds} SECOND
      WHERE id = ${client.session!.session.id}`.execute(app.db);

  test("expires if it is not refreshed in time, and its refresh token with it", async () => {
    const user = await app.user();
    await moveEnd(user, "expires_at", -1);
    expect(await user.isSignedIn()).toBe(false);
    expect((await user.refresh()).status).toBe(401);
    const { id } = user.session!.session;
    expect(await app.audit("session.expire", id)).toHaveLength(1);
    expect(await app.audit("session.reuse", id)).toEqual([]);
  });

  test("is prolonged by each refresh, but not past its absolute end", async () => {
    const user = await app.user();
    await moveEnd(user, "expires_at", 3_600);
    expect((await user.refresh()).body.refresh_expires_in).toBeGreaterThan(29 * 24 * 60 * 60);
    const other = await app.user();
    await moveEnd(other, "ends_at", 60);
    expect((await other.refresh()).body.refresh_expires_in).toBeLessThanOrEqual(60);
  });

  test("accepts neither of its tokens after sign-out", async () => {
    const user = await app.user();
    expect((await user.call("GET", "/users/me")).status).toBe(200);
    expect((await user.signOut()).status).toBe(204);
    expect((await user.call("GET", "/users/me")).body).toMatchObject({ status: 401, code: "unauthenticated" });
    expect((await user.refresh()).status).toBe(401);
  });

  test("can end the user's other sessions, and stays", async () => {
    const user = await app.user();
    const other = await user.onDevice("other");
    expect((await user.call("DELETE", "/sessions")).status).toBe(204);
    expect([await user.isSignedIn(), await other.isSignedIn()]).toEqual([true, false]);
    expect((await other.refresh()).status).toBe(401);
  });

  test("ends at once when its user is deactivated", async () => {
    const user = await app.user();
    await app.updateUser(user, { is_active: false });
    expect((await user.call("GET", "/users/me")).status).toBe(401);
    expect((await user.refresh()).status).toBe(401);
  });
});

test("an access token expires, and a refresh gives the next one", async () => {
  const user = await app.user();
  now = new Date(now.getTime() + 16 * 60 * 1000);
  expect(await user.isSignedIn()).toBe(false);
  const { body } = await user.refresh();
  expect(await user.with(body).isSignedIn()).toBe(true);
});

describe("a refresh token", () => {
  test("gives the same successor to two tabs that use it at once", async () => {
    const user = await app.user();
    const replies = await Promise.all(Array.from({ length: 8 }, () => user.refresh()));
    expect(replies.map(({ status }) => status)).toEqual(Array(8).fill(200));
    expect(new Set(replies.map(({ body }) => body.refresh_token)).size).toBe(1);
  });

  test("ends the session if it is older than the direct parent, as it was stolen", async () => {
    const user = await app.user();
    const second = (await user.refresh()).body.refresh_token;
    const third = (await user.refresh(second)).body.refresh_token;
    expect((await user.refresh()).body).toMatchObject({ code: "invalid_refresh_token" });
    expect((await user.refresh(third)).status).toBe(401);
    expect(await user.isSignedIn()).toBe(false);
    expect(await app.audit("session.reuse", user.session!.session.id)).toHaveLength(1);
  });
});

test("the log has no password, token or address, even if requests fail in the database", async () => {
  await using broken = await startApp();
  const user = await broken.user();
  await sql`RENAME TABLE users TO renamed`.execute(broken.db);
  const registration = { email: "new@example.com", username: "newcomer", password };
  const replies = [
    await user.signIn(),
    await user.refresh(),
    await user.call("GET", "/users/me"),
    await user.call("POST", "/users", registration),
  ];
  expect(replies.map(({ status }) => status)).toEqual([500, 500, 500, 500]);
  const errors = broken.context.logged.filter((line) => line.includes('"severity":"ERROR"'));
  expect(errors).toHaveLength(4);
  // Control: the driver's errors do have the values of the statement.
  const find = broken.db.selectFrom("users").select("id").where("email", "=", user.email).execute();
  await expect(find).rejects.toMatchObject({ sql: expect.stringContaining(user.email) });
  const logged = [...app.context.logged, ...broken.context.logged].join("\n");
  expect(logged).not.toMatch(/correct horse|not the password|@example\.com|eyJ/);
});
