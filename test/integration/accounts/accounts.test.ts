import { describe, expect, test } from "@jest/globals";
import { password, type Client } from "../../support/app/client.ts";
import { useApp } from "../../support/app/use-app.ts";
import { until } from "../../support/until.ts";

const app = useApp();

test("an address or a username is taken once, in whatever spelling, also when several register at once", async () => {
  const register = (email: string, username: string) =>
    app.anonymous.call("POST", "/users", { email, username, password });
  expect((await register("one@example.com", "one")).status).toBe(201);
  expect((await register("ONE@example.com", "other")).body).toMatchObject({ code: "email_taken" });
  expect((await register("two@example.com", "ONE")).body).toMatchObject({ code: "username_taken" });
  const replies = await Promise.all(Array.from({ length: 8 }, (_, i) => register("at@once.com", `at-once-${i}`)));
  expect(replies.filter(({ status }) => status === 201)).toHaveLength(1);
  expect(replies.filter(({ status }) => status === 409)).toHaveLength(7);
});

test("a username can be changed unless another user has it in any spelling; its own spelling is free", async () => {
  const [user, other] = [await app.user(), await app.user()];
  const rename = (username: string) => user.call("PATCH", "/users/me", { username });
  expect((await rename(other.username.toUpperCase())).body).toMatchObject({ code: "username_taken" });
  expect((await rename("Renamed")).body).toMatchObject({ user: { username: "Renamed" } });
  await app.updateUser(user, { renamed_at: null });
  expect((await rename("RENAMED")).body).toMatchObject({ user: { username: "RENAMED" } });
  expect((await user.call("GET", "/users/me")).body).toMatchObject({ user: { username: "RENAMED" } });
});

describe("a change of password", () => {
  const change = (user: Client, current_password: string, new_password: string) =>
    user.call("PUT", "/users/me/password", { current_password, new_password });

  test("needs the old password, ends the other sessions, and makes only the new one valid", async () => {
    const user = await app.user();
    const other = await user.onDevice("other");
    expect((await change(user, "not the old one", "another horse")).body).toMatchObject({ code: "wrong_password" });
    expect(await other.isSignedIn()).toBe(true);
    expect((await change(user, password, "another horse")).status).toBe(204);
    expect([await user.isSignedIn(), await other.isSignedIn()]).toEqual([true, false]);
    expect((await user.signIn()).status).toBe(401);
    expect((await user.signIn({ password: "another horse" })).status).toBe(201);
  });

  test("refuses a common password in any case, and the user's own address, as registration does", async () => {
    const user = await app.user();
    for (const weak of ["password123", "PassWord123", "qwertyuiop", user.email]) {
      expect((await change(user, password, weak)).body).toMatchObject({
        code: "weak_password",
        errors: [{ pointer: "/new_password" }],
      });
    }
    const registration = { email: "weak@example.com", username: "weak", password: "iloveyou1" };
    expect((await app.anonymous.call("POST", "/users", registration)).body).toMatchObject({ code: "weak_password" });
  });

  test("leaves no session that began meanwhile with the old password", async () => {
    // Control: there is a race only if some sign-ins come first. On a slow disk the change may be ahead of all of them.
    await until("a sign-in ahead of the change", async () => {
      const user = await app.user();
      const [changed, ...begun] = await Promise.all([
        change(user, password, "another horse"),
        ...Array.from({ length: 6 }, (_, i) => user.signIn({ device: { id: `d${i}` } })),
      ]);
      expect(changed.status).toBe(204);
      const sessions = begun.filter(({ status }) => status === 201);
      for (const { body } of sessions) expect(await user.with(body).isSignedIn()).toBe(false);
      return sessions.length > 0;
    });
  });

  test("accepts any characters, up to 128 of them, and all of them count", async () => {
    const user = await app.user();
    const long = "p\0ä🎉".repeat(32);
    expect((await change(user, password, long)).status).toBe(204);
    expect((await user.signIn({ password: long })).status).toBe(201);
    // bcrypt takes these for the same password: it stops at 72 bytes, or at a NUL.
    expect((await user.signIn({ password: long.replace(/🎉$/u, "!") })).status).toBe(401);
    expect((await user.signIn({ password: `p\0${"x".repeat(126)}` })).status).toBe(401);
    expect((await change(user, long, `${long}!`)).body).toMatchObject({ code: "invalid_request" });
    expect((await change(user, long, "1234567")).body).toMatchObject({ code: "invalid_request" });
  });
});
