import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createApp } from "../../../functions/src/app.ts";
import type { SignedIn } from "../../../functions/src/contract/account.ts";
import type { Send } from "../../support/client.ts";
import { Client, createUser, password } from "../../support/client.ts";
import type { TestContext } from "../../support/context.ts";
import { createTestContext } from "../../support/context.ts";

describe("accounts and sessions", () => {
  let context: TestContext;
  let send: Send;
  let now = new Date();

  beforeAll(async () => {
    context = await createTestContext({ parts: { clock: () => now } });
    const app = createApp(context);
    send = (path, init) => app.request(path, init);
  });
  afterAll(() => context.close());

  const refresh = (token: string) =>
    new Client(send).call<SignedIn>("POST", "/sessions/refresh", { refresh_token: token });

  test("an e-mail address or a username is taken once, however it is spelt, also when two ask at once", async () => {
    const anonymous = new Client(send);
    const register = (email: string, username: string) =>
      anonymous.call("POST", "/users", { email, username, password });
    expect((await register("one@example.com", "one")).status).toBe(201);
    expect((await register("ONE@example.com", "other")).body).toMatchObject({ code: "email_taken" });
    expect((await register("two@example.com", "ONE")).body).toMatchObject({ code: "username_taken" });
    const replies = await Promise.all(Array.from({ length: 8 }, (_, i) => register("at@once.com", `at-once-${i}`)));
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(replies.filter(({ status }) => status === 409)).toHaveLength(7);
  });

  test("unknown e-mail, wrong password and deactivated user look alike", async () => {
    const user = await createUser(send);
    const { email } = user.session!.user;
    const signIn = (address: string, word: string) =>
      new Client(send).call("POST", "/sessions", { email: address, password: word, device: { id: "d" } });
    const wrong = await signIn(email, "not the password");
    const unknown = await signIn("nobody@example.com", password);
    await context.db.updateTable("users").set({ is_active: false }).where("email", "=", email).execute();
    const deactivated = await signIn(email, password);
    expect(wrong.body).toMatchObject({ status: 401, code: "invalid_credentials" });
    expect([unknown.body, deactivated.body]).toEqual([wrong.body, wrong.body]);
  });

  test("after sign-out neither token of the session works", async () => {
    const user = await createUser(send);
    expect((await user.call("GET", "/users/me")).status).toBe(200);
    expect((await user.call("DELETE", "/sessions/current")).status).toBe(204);
    expect((await user.call("GET", "/users/me")).body).toMatchObject({ status: 401, code: "unauthenticated" });
    expect((await refresh(user.session!.refresh_token)).status).toBe(401);
  });

  test("an access token ends; a refresh brings the next", async () => {
    const user = await createUser(send);
    now = new Date(now.getTime() + 16 * 60 * 1000);
    expect((await user.call("GET", "/users/me")).status).toBe(401);
    const { body } = await refresh(user.session!.refresh_token);
    expect((await new Client(send, body).call("GET", "/users/me")).status).toBe(200);
  });

  test("a refresh token used by two tabs at once gives both the same successor", async () => {
    const user = await createUser(send);
    const replies = await Promise.all(Array.from({ length: 8 }, () => refresh(user.session!.refresh_token)));
    expect(replies.map(({ status }) => status)).toEqual(Array(8).fill(200));
    expect(new Set(replies.map(({ body }) => body.refresh_token)).size).toBe(1);
  });

  test("a refresh token older than the direct parent ends the session: it was stolen", async () => {
    const user = await createUser(send);
    const first = user.session!.refresh_token;
    const second = (await refresh(first)).body.refresh_token;
    const third = (await refresh(second)).body.refresh_token;
    expect((await refresh(first)).body).toMatchObject({ code: "invalid_refresh_token" });
    expect((await refresh(third)).status).toBe(401);
    expect((await user.call("GET", "/users/me")).status).toBe(401);
  });

  test("a deactivated user's live session ends at once", async () => {
    const user = await createUser(send);
    const { id } = user.session!.user;
    await context.db.updateTable("users").set({ is_active: false }).where("id", "=", id).execute();
    expect((await user.call("GET", "/users/me")).status).toBe(401);
    expect((await refresh(user.session!.refresh_token)).status).toBe(401);
  });

  test("no password, token or address is in the log", () => {
    expect(context.logged.join("\n")).not.toMatch(/correct horse|not the password|@example\.com|eyJ/);
  });
});
