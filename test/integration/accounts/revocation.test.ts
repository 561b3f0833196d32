import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { child, get, goOffline, onDisconnect, remove, set } from "firebase/database";
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { Client, createUser, password } from "../../support/client.ts";
import { environment } from "../../support/environment.ts";
import { until } from "../../support/until.ts";
import type { World } from "../../support/world.ts";
import { createWorld, mayWrite, placeOf } from "../../support/world.ts";

const rules = await readFile(new URL("../../../database.rules.json", import.meta.url), "utf8");

describe("a revoked session", () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld(rules);
  });
  afterAll(() => world.close());

  const endings: [string, (user: Client) => Promise<unknown>][] = [
    ["signed out", (user) => user.call("DELETE", "/sessions/current")],
    [
      "whose device was revoked",
      async (user) => {
        const { body } = await user.call<{ devices: { id: string }[] }>("GET", "/devices");
        return user.call("DELETE", `/devices/${body.devices[0]!.id}`);
      },
    ],
    [
      "whose user was deactivated",
      async (user) => {
        const admin = await createUser(world.send);
        const { id } = admin.session!.user;
        await world.context.db.updateTable("users").set({ role: "admin" }).where("id", "=", id).execute();
        return admin.call("PATCH", `/users/${user.session!.user.id}`, { is_active: false });
      },
    ],
  ];

  test.each(endings)("%s: HTTP on its next request, and its presence within 5 s", async (_, end) => {
    const user = await createUser(world.send);
    const client = await world.connect(user.session!.firebase_token);
    const place = placeOf(client, user);
    expect(await mayWrite(place)).toBe(true);

    expect(await end(user)).toMatchObject({ status: expect.any(Number) });
    expect((await user.call("GET", "/users/me")).status).toBe(401);
    expect((await user.call("POST", "/realtime/token")).status).toBe(401);
    await until("the write to be refused", async () => !(await mayWrite(place)), 5);

    // Its own clean-up stays allowed, or it would leave a ghost.
    await remove(place);
    expect((await get(place)).exists()).toBe(false);
  });

  test("gets nothing from a custom token that was minted before the revocation and exchanged after it", async () => {
    const user = await createUser(world.send);
    await user.call("DELETE", "/sessions/current");
    const late = await world.connect(user.session!.firebase_token);
    expect(await mayWrite(placeOf(late, user))).toBe(false);
  });

  test("leaves the user's other sessions their right, once they fetch a token anew", async () => {
    const phone = await createUser(world.send);
    const laptop = await signInAgain(world, phone);
    await phone.call("DELETE", "/sessions/current");
    const { body: token } = await laptop.call<{ firebase_token: string }>("POST", "/realtime/token");
    const client = await world.connect(token.firebase_token);
    expect(await mayWrite(placeOf(client, laptop))).toBe(true);
  });

  test("takes its connection away when it goes, and leaves those of the user's other sessions", async () => {
    expect(await connectionsAfterRevocation(world)).toEqual(["laptop"]);
  });

  test("has lost its Firebase sign-in too", async () => {
    const user = await createUser(world.send);
    const token = user.session!.firebase_token;
    const { idToken } = await ask("signInWithCustomToken", { token, returnSecureToken: true });
    const exchanged = Date.now();
    expect(await ask("lookup", { idToken })).toHaveProperty("users");
    // Firebase counts in whole seconds: what was issued in the second of the revocation stays good.
    await until("the next second", () => Math.floor(Date.now() / 1_000) > Math.floor(exchanged / 1_000));
    await user.call("DELETE", "/sessions/current");
    const refused = () => ask("lookup", { idToken }).then(({ error }) => error);
    expect(await until("the ID token to be refused", refused, 5)).toMatchObject({ message: "TOKEN_EXPIRED" });
  });
});

test("control: with the rule's look at the revocations taken out, a revoked session goes on writing", async () => {
  const text = rules.replace(
    / && !root\.child\('revoked'\)\.child\('sessions'\)[^)]*\)\.exists\(\)[^"]*?exists\(\)\)/,
    ")",
  );
  expect(text).not.toBe(rules);
  const world = await createWorld(text);
  try {
    const user = await createUser(world.send);
    const client = await world.connect(user.session!.firebase_token);
    await user.call("DELETE", "/sessions/current");
    expect(await mayWrite(placeOf(client, user))).toBe(true);
  } finally {
    await world.close();
  }
});

test("control: with the rule that lets a single connection be deleted taken out, a revoked session leaves a ghost", async () => {
  const text = rules.replace(/"\.write": "auth\.uid === \$user_id [^"]*!newData\.exists\(\)",/, "");
  expect(text).not.toBe(rules);
  const world = await createWorld(text);
  try {
    expect(await connectionsAfterRevocation(world)).toEqual(["laptop", "phone"]);
  } finally {
    await world.close();
  }
});

/** The connections that are left of a user's two sessions on a video, after one was revoked and went. */
async function connectionsAfterRevocation(world: World): Promise<string[]> {
  const phone = await createUser(world.send);
  const laptop = await signInAgain(world, phone);
  const [onPhone, onLaptop] = await Promise.all(
    [phone, laptop].map(({ session }) => world.connect(session!.firebase_token)),
  );
  const [video, another] = [`v-${randomUUID()}`, `v-${randomUUID()}`];
  const connections = child(placeOf(onLaptop!, laptop, video), "connections");
  await set(child(connections, "laptop"), { at: 1, state: "active" });
  const own = child(placeOf(onPhone!, phone, video), "connections/phone");
  await set(own, { at: 1, state: "active" });
  await onDisconnect(own).remove();
  const last = placeOf(onPhone!, phone, another);
  await set(last, { online: true, last_seen: 1 });
  await onDisconnect(last).remove();

  await phone.call("DELETE", "/sessions/current");
  const write = () => set(own, { at: 2, state: "active" });
  const isRefused = () =>
    write().then(
      () => false,
      () => true,
    );
  await until("the write to be refused", isRefused);
  goOffline(onPhone!.database);
  const seen = placeOf(onLaptop!, phone, another);
  await until("all to be done that it asked for", async () => !(await get(seen)).exists());
  return Object.keys((await get(connections)).val() as object).sort();
}

/** The same user on a second device. */
async function signInAgain(world: World, user: Client): Promise<Client> {
  const { email } = user.session!.user;
  const account = { email, password, device: { id: "laptop" } };
  const { body } = await new Client(world.send).call<NonNullable<Client["session"]>>("POST", "/sessions", account);
  return new Client(world.send, body);
}

const auth = `http://${environment("FIREBASE_AUTH_EMULATOR_HOST")}/identitytoolkit.googleapis.com/v1`;

async function ask(operation: string, body: object): Promise<Record<string, unknown>> {
  const response = await fetch(`${auth}/accounts:${operation}?key=local`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return (await response.json()) as Record<string, unknown>;
}
