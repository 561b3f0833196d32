import { describe, expect, test } from "@jest/globals";
import { child, get, goOffline, onDisconnect, refFromURL, remove, set } from "firebase/database";
import { paths } from "../../../functions/src/contract/realtime-paths.ts";
import type { App } from "../../support/app/app.ts";
import type { Client } from "../../support/app/client.ts";
import { rtdbHost } from "../../support/app/processes/process-env.ts";
import { startApp, useApp } from "../../support/app/use-app.ts";
import { environment } from "../../support/environment.ts";
import { administer } from "../../support/realtime/administrator.ts";
import { connectionOf, mayWrite, placeOf, watch } from "../../support/realtime/presence.ts";
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
    const place = await watch(client, user);
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
    const place = await watch(await app.connect(), user);
    await user.signOut();
    const late = await app.connect(user.firebaseToken);
    expect(await mayWrite(refFromURL(late.database, place.toString()))).toBe(false);
  });

  test("leaves presence to the user's other sessions once they have fetched a new token", async () => {
    const phone = await app.user();
    const laptop = await phone.onDevice("laptop");
    await phone.signOut();
    const { body } = await laptop.call<{ firebase_token: string }>("POST", "/realtime/token");
    const client = await app.connect(body.firebase_token);
    expect(await mayWrite(await watch(client, laptop))).toBe(true);
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
  const watches =
    /root\.child\('watching'\)\.child\(\$user_id\)\.child\(\$video_id\)\.child\(auth\.token\.sid\)\.exists\(\) &&\s+/;
  const revoked =
    /!root\.child\('revoked'\)\.child\('sessions'\)\.child\(auth\.token\.sid\)\.exists\(\) && !root[^"]*?exists\(\)\) \|\|/;
  const rules = weakenRules(new RegExp(`${watches.source}${revoked.source}`), "true) ||");
  await using app = await startApp({ rules });
  const user = await app.user();
  const client = await app.connect(user.firebaseToken);
  const place = await watch(client, user);
  await user.signOut();
  expect(await mayWrite(place)).toBe(true);
});

test("control: without the rule that lets a single connection be deleted, a revoked session leaves a ghost", async () => {
  const rule = /"\.write": "!newData\.exists\(\) &&[^"]*",/;
  await using app = await startApp({ rules: weakenRules(rule) });
  expect(await connectionsAfterRevocation(app)).toEqual(["laptop", "phone"]);
});

/**
 * The connections on a video after one of a user's two sessions was revoked in the mirror and disconnected. The relay, which would remove
 * them itself, knows nothing of it.
 */
async function connectionsAfterRevocation(app: App): Promise<string[]> {
  const phone = await app.user();
  const laptop = await phone.onDevice("laptop");
  const onPhone = await app.connect(phone.firebaseToken);
  const onLaptop = await app.connect(laptop.firebaseToken);
  const [video, another] = [app.newVideoId(), app.newVideoId()];
  const connections = child(await watch(onLaptop, laptop, video), "connections");
  await set(child(connections, connectionOf(laptop)), { at: 1, state: "active" });
  const own = child(await watch(onPhone, phone, video), `connections/${connectionOf(phone)}`);
  await set(own, { at: 1, state: "active" });
  await onDisconnect(own).remove();
  const last = await watch(onPhone, phone, another);
  await set(last, { online: true, last_seen: 1 });
  await onDisconnect(last).remove();

  const revocation = paths.revokedSession(phone.session?.session.id ?? "");
  await administer("PUT", revocation, Date.now() + 60_000, rtdbHost(app.context.config));
  const isRefused = () =>
    set(own, { at: 2, state: "active" }).then(
      () => false,
      () => true,
    );
  await until("the write to be refused", isRefused);
  goOffline(onPhone.database);
  const seen = placeOf(onLaptop, phone, another);
  await until("the server to run all of the phone's onDisconnect operations", async () => !(await get(seen)).exists());
  const names = { [connectionOf(phone)]: "phone", [connectionOf(laptop)]: "laptop" };
  return Object.keys((await get(connections)).val() as object)
    .map((key) => names[key] ?? key)
    .toSorted();
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
