import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { sql } from "kysely";
import { createApp } from "../../../functions/src/app.ts";
import type { Device, SignedIn } from "../../../functions/src/contract/account.ts";
import type { Send } from "../../support/client.ts";
import { Client, createUser, password } from "../../support/client.ts";
import type { TestContext } from "../../support/context.ts";
import { createTestContext } from "../../support/context.ts";

let context: TestContext;
let send: Send;
let anonymous: Client;

beforeAll(async () => {
  context = await createTestContext();
  const app = createApp(context);
  send = (path, init) => app.request(path, init);
  anonymous = new Client(send);
});
afterAll(() => context.close());

const signIn = (user: Client, word = password, id = "other", info: Record<string, string> = {}) =>
  anonymous.call<SignedIn>("POST", "/sessions", {
    email: user.session!.user.email,
    password: word,
    device: { id, info },
  });
const refresh = ({ refresh_token }: SignedIn) =>
  anonymous.call<SignedIn>("POST", "/sessions/refresh", { refresh_token });
const isIn = async (client: Client) => (await client.call("GET", "/users/me")).status === 200;
const devicesOf = async (client: Client) => (await client.call<{ devices: Device[] }>("GET", "/devices")).body.devices;

describe("a session", () => {
  const shift = (client: Client, column: "expires_at" | "ends_at", seconds: number) =>
    sql`UPDATE sessions SET ${sql.ref(column)} = NOW(3) + INTERVAL ${seconds} SECOND WHERE id = ${client.session!.session.id}`.execute(
      context.db,
    );

  test("ends when it was not refreshed in time, over HTTP and for its refresh token", async () => {
    const user = await createUser(send);
    await shift(user, "expires_at", -1);
    expect(await isIn(user)).toBe(false);
    expect((await refresh(user.session!)).status).toBe(401);
  });

  test("lives on by each refresh, but not past its absolute end", async () => {
    const user = await createUser(send);
    await shift(user, "expires_at", 3_600);
    expect((await refresh(user.session!)).body.refresh_expires_in).toBeGreaterThan(29 * 24 * 60 * 60);
    const other = await createUser(send);
    await shift(other, "ends_at", 60);
    expect((await refresh(other.session!)).body.refresh_expires_in).toBeLessThanOrEqual(60);
  });

  test("signs the others out and stays", async () => {
    const user = await createUser(send);
    const other = new Client(send, (await signIn(user)).body);
    expect((await user.call("DELETE", "/sessions")).status).toBe(204);
    expect([await isIn(user), await isIn(other)]).toEqual([true, false]);
    expect((await refresh(other.session!)).status).toBe(401);
  });
});

describe("devices", () => {
  test("are listed with a name, the current one marked; a revoked one is signed out, and the others are not", async () => {
    const user = await createUser(send);
    const phone = new Client(
      send,
      (await signIn(user, password, "phone", { name: "Ada's phone", os: "Android" })).body,
    );
    const devices = await devicesOf(phone);
    expect(devices.map(({ device_id, name, is_current }) => ({ device_id, name, is_current }))).toEqual([
      { device_id: "phone", name: "Ada's phone, Android", is_current: true },
      { device_id: "test", name: "Unknown device", is_current: false },
    ]);
    expect((await user.call("DELETE", `/devices/${devices[0]!.id}`)).status).toBe(204);
    expect([await isIn(user), await isIn(phone)]).toEqual([true, false]);
    expect(await devicesOf(user)).toHaveLength(1);
    expect((await user.call("DELETE", `/devices/${devices[0]!.id}`)).status).toBe(404);
    expect((await signIn(user, password, "phone")).status).toBe(201);
    expect(await devicesOf(user)).toHaveLength(2);
  });

  test("of another user do not exist", async () => {
    const [user, other] = [await createUser(send), await createUser(send)];
    const [device] = await devicesOf(other);
    expect((await user.call("DELETE", `/devices/${device!.id}`)).body).toMatchObject({ code: "not_found" });
    expect(await isIn(other)).toBe(true);
  });

  test("are marked as seen at most every five minutes, however many requests come", async () => {
    const user = await createUser(send);
    const id = (await devicesOf(user))[0]!.id;
    const seen = async () => (await devicesOf(user))[0]!.last_seen_at;
    const before = await seen();
    await Promise.all(Array.from({ length: 10 }, () => isIn(user)));
    expect(await seen()).toBe(before);
    await sql`UPDATE user_devices SET last_seen_at = NOW(3) - INTERVAL 301 SECOND WHERE id = ${id}`.execute(context.db);
    await isIn(user);
    expect(Date.parse(await seen())).toBeGreaterThanOrEqual(Date.parse(before));
  });
});

describe("a change of password", () => {
  const change = (user: Client, current_password: string, new_password: string) =>
    user.call("PUT", "/users/me/password", { current_password, new_password });

  test("needs the old one, ends the other sessions, and the new one counts", async () => {
    const user = await createUser(send);
    const other = new Client(send, (await signIn(user)).body);
    expect((await change(user, "not the old one", "another horse")).body).toMatchObject({ code: "wrong_password" });
    expect(await isIn(other)).toBe(true);
    expect((await change(user, password, "another horse")).status).toBe(204);
    expect([await isIn(user), await isIn(other)]).toEqual([true, false]);
    expect((await signIn(user)).status).toBe(401);
    expect((await signIn(user, "another horse")).status).toBe(201);
  });

  test("refuses a common password, in whatever case, and one's own name", async () => {
    const user = await createUser(send);
    for (const weak of ["password123", "PassWord123", "qwertyuiop", user.session!.user.email]) {
      expect((await change(user, password, weak)).body).toMatchObject({
        code: "weak_password",
        errors: [{ pointer: "/new_password" }],
      });
    }
    const registration = { email: "weak@example.com", username: "weak", password: "iloveyou1" };
    expect((await anonymous.call("POST", "/users", registration)).body).toMatchObject({ code: "weak_password" });
  });

  test("leaves no session that began with the old one while it was made", async () => {
    const user = await createUser(send);
    const [changed, ...begun] = await Promise.all([
      change(user, password, "another horse"),
      ...Array.from({ length: 6 }, (_, i) => signIn(user, password, `d${i}`)),
    ]);
    expect(changed.status).toBe(204);
    for (const { status, body } of begun) if (status === 201) expect(await isIn(new Client(send, body))).toBe(false);
  });

  test("may bring any character and up to 128 of them, all of which count", async () => {
    const user = await createUser(send);
    const long = "p\0ä🎉".repeat(32);
    expect((await change(user, password, long)).status).toBe(204);
    expect((await signIn(user, long)).status).toBe(201);
    // bcrypt would take these for the same: cut off at 72 bytes, or at the NUL.
    expect((await signIn(user, long.replace(/🎉$/u, "!"))).status).toBe(401);
    expect((await signIn(user, `p\0${"x".repeat(126)}`)).status).toBe(401);
    expect((await change(user, long, `${long}!`)).body).toMatchObject({ code: "invalid_request" });
    expect((await change(user, long, "1234567")).body).toMatchObject({ code: "invalid_request" });
  });
});

test("a username is changed unless it is taken, in whatever spelling; one's own spelling is free", async () => {
  const [user, other] = [await createUser(send), await createUser(send)];
  const rename = (username: string) => user.call("PATCH", "/users/me", { username });
  const { username } = other.session!.user;
  expect((await rename(username.toUpperCase())).body).toMatchObject({ code: "username_taken" });
  expect((await rename("Renamed")).body).toMatchObject({ user: { username: "Renamed" } });
  expect((await rename("RENAMED")).body).toMatchObject({ user: { username: "RENAMED" } });
  expect((await user.call("GET", "/users/me")).body).toMatchObject({ user: { username: "RENAMED" } });
});
