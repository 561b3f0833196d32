import { describe, expect, test } from "@jest/globals";
import { child, get, goOffline, onDisconnect, remove, set } from "firebase/database";
import type { App } from "../../support/app/app.ts";
import type { Client } from "../../support/app/client.ts";
import { startApp, useApp } from "../../support/app/use-app.ts";
import { environment } from "../../support/environment.ts";
import { mayWrite, placeOf } from "../../support/realtime/presence.ts";
import { RULES, weakenRules } from "../../support/realtime/rules.ts";
import { until } from "../../support/until.ts";

describe("a session that was revoked", () => {
  const app = useApp({ rules: RULES });

  const revocations: [string, (user: Client) => Promise<unknown>][] = [
    ["by sign-out", (user) => user.signOut()],
    ["with its device", async (user) => user.call("DELETE", `/devices/${(await user.devices())[0]!.id}`)],
    [
      "when its user was deactivated",
      async (user) => (await app.admin()).call("PATCH", `/users/${user.id}`, { is_active: false }),
    ],
  ];

  test.each(revocations)("%s loses HTTP at its next request, and presence within 5 s", async (_, revoke) => {
    const user = await app.user();
    const client = await app.connect(user.firebaseToken);
    const place = placeOf(client, user);
    expect(await mayWrite(place)).toBe(true);

    expect(await revoke(user)).toMatchObject({ status: expect.any(Number) });
    expect((await user.call("GET", "/users/me")).status).toBe(401);
    expect((await user.call("POST", "/realtime/token")).status).toBe(401);
    await until("the write to be refused", async () => !(await mayWrite(place)), 5);

    // It may still remove its own presence, or it would leave a ghost.
    await remove(place);
    expect((await get(place)).exists()).toBe(false);
  });

  test("gains nothing from a custom token that was minted before the revocation and exchanged after it", async () => {
    const user = await app.user();
    await user.signOut();
    const late = await app.connect(user.firebaseToken);
    expect(await mayWrite(placeOf(late, user))).toBe(false);
  });

  test("leaves presence to the user's other sessions once they have fetched a new token", async () => {
    const phone = await app.user();
    const laptop = await phone.onDevice("laptop");
    await phone.signOut();
    const { body } = await laptop.call<{ firebase_token: string }>("POST", "/realtime/token");
    const client = await app.connect(body.firebase_token);
    expect(await mayWrite(placeOf(client, laptop))).toBe(true);
  });

  test("removes its own connection when it disconnects, and leaves those of the user's other sessions", async () => {
    expect(await connectionsAfterRevocation(app)).toEqual(["laptop"]);
  });

  test("loses its Firebase sign-in too", async () => {
    const user = await app.user();
    const { idToken } = await callFirebaseAuth("signInWithCustomToken", {
      token: user.firebaseToken,
      returnSecureToken: true,
    });
    const exchangedAt = Date.now();
    expect(await callFirebaseAuth("lookup", { idToken })).toHaveProperty("users");
    // Firebase counts in whole seconds, so a token issued in the second of the revocation stays valid.
    await until("the next second", () => Math.floor(Date.now() / 1_000) > Math.floor(exchangedAt / 1_000));
    await user.signOut();
    const refusal = async () => (await callFirebaseAuth("lookup", { idToken }))["error"];
    expect(await until("the ID token to be refused", refusal, 5)).toMatchObject({ message: "TOKEN_EXPIRED" });
  });
});

test("control: without the condition on revocations in the rules, a revoked session keeps writing", async () => {
  const condition = / && !root\.child\('revoked'\)\.child\('sessions'\)[^)]*\)\.exists\(\)[^"]*?exists\(\)\)/;
  await using app = await startApp({ rules: weakenRules(condition, ")") });
  const user = await app.user();
  const client = await app.connect(user.firebaseToken);
  await user.signOut();
  expect(await mayWrite(placeOf(client, user))).toBe(true);
});

test("control: without the rule that lets a single connection be deleted, a revoked session leaves a ghost", async () => {
  const rule = /"\.write": "auth\.uid === \$user_id [^"]*!newData\.exists\(\)",/;
  await using app = await startApp({ rules: weakenRules(rule) });
  expect(await connectionsAfterRevocation(app)).toEqual(["laptop", "phone"]);
});

/** The connections on a video after one of a user's two sessions was revoked and disconnected. */
async function connectionsAfterRevocation(app: App): Promise<string[]> {
  const phone = await app.user();
  const laptop = await phone.onDevice("laptop");
  const onPhone = await app.connect(phone.firebaseToken);
  const onLaptop = await app.connect(laptop.firebaseToken);
  const [video, another] = [app.newVideoId(), app.newVideoId()];
  const connections = child(placeOf(onLaptop, laptop, video), "connections");
  await set(child(connections, "laptop"), { at: 1, state: "active" });
  const own = child(placeOf(onPhone, phone, video), "connections/phone");
  await set(own, { at: 1, state: "active" });
  await onDisconnect(own).remove();
  const last = placeOf(onPhone, phone, another);
  await set(last, { online: true, last_seen: 1 });
  await onDisconnect(last).remove();

  await phone.signOut();
  const isRefused = () =>
    set(own, { at: 2, state: "active" }).then(
      () => false,
      () => true,
    );
  await until("the write to be refused", isRefused);
  goOffline(onPhone.database);
  const seen = placeOf(onLaptop, phone, another);
  await until("the server to run all of the phone's onDisconnect operations", async () => !(await get(seen)).exists());
  return Object.keys((await get(connections)).val() as object).sort();
}

const authUrl = `http://${environment("FIREBASE_AUTH_EMULATOR_HOST")}/identitytoolkit.googleapis.com/v1`;

async function callFirebaseAuth(operation: string, body: object): Promise<Record<string, unknown>> {
  const response = await fetch(`${authUrl}/accounts:${operation}?key=local`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return (await response.json()) as Record<string, unknown>;
}
