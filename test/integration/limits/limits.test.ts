import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import { createApp } from "../../../functions/src/app.ts";
import type { SignedIn } from "../../../functions/src/contract/account.ts";
import { ALLOWANCES as FULL } from "../../../functions/src/limits/allowances.ts";
import { OPERATOR } from "../../../functions/src/services/operation/audit.ts";
import { unlockUser } from "../../../functions/src/services/accounts/user-admin.ts";
import { createSession } from "../../support/accounts.ts";
import type { ApiProcess } from "../../support/api.ts";
import { startApi } from "../../support/api.ts";
import type { Send } from "../../support/client.ts";
import { Client, createUser, password } from "../../support/client.ts";
import type { TestContext } from "../../support/context.ts";
import { createTestContext } from "../../support/context.ts";
import { countHashes } from "../../support/passwords.ts";

// Half of what is allowed in production is shown by half of the hashes.
const SCALE = 0.5;
const LIMITS = structuredClone(FULL) as Record<
  keyof typeof FULL,
  Record<string, { points: number; periodSeconds: number }>
>;
for (const allowance of Object.values(LIMITS).flatMap((limit) => Object.values(limit))) {
  allowance.points = Math.ceil(allowance.points * SCALE);
}
const limitOf = (name: keyof typeof FULL, subject: string) => LIMITS[name][subject]!;

let context: TestContext;
let counted: ReturnType<typeof countHashes>;
let apis: ApiProcess[];
let send: Send;

beforeAll(async () => {
  context = await createTestContext({ env: { RATE_LIMIT_SCALE: String(SCALE) } });
  counted = countHashes(context.passwords);
  const app = createApp({ ...context, passwords: counted });
  send = (path, init) => app.request(path, init);
  apis = await Promise.all([startApi(context.config), startApi(context.config)]);
});
afterAll(async () => {
  await Promise.all(apis.map((api) => api.close()));
  await context.close();
});

let addresses = 0;
const address = () => `198.51.${(addresses += 1) >> 8}.${addresses & 255}`;
const from = (source: string) => ({ "x-forwarded-for": source });
/** From an address of their own, so that the limits by source are not used up by the set-up. */
function newUser(): Promise<Client> {
  return createUser((path, init) => {
    const headers = new Headers(init.headers);
    headers.set("x-forwarded-for", address());
    return send(path, { ...init, headers });
  });
}

function signIn(email: string, word: string, source: string, through = send, device = "d") {
  const body = { email, password: word, device: { id: device } };
  return new Client(through).call<SignedIn>("POST", "/sessions", body, from(source));
}

const statuses = (replies: { status: number }[]) => {
  const counts: Record<number, number> = {};
  for (const { status } of replies) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};

const perSource = limitOf("sign_in", "account_source");
const perAccount = limitOf("sign_in", "account");
const signInsPerSource = limitOf("sign_in", "source");

describe("sign-ins", () => {
  test("to one account from one source are counted by all instances together, before a hash", async () => {
    const { email } = (await newUser()).session!.user;
    const source = address();
    const replies = await Promise.all(
      Array.from({ length: 30 }, (_, i) => signIn(email, "wrong wrong", source, apis[i % 2]!.send)),
    );
    expect(statuses(replies)).toEqual({ 401: perSource.points, 429: 30 - perSource.points });
    const before = counted.hashes;
    const refused = await signIn(email, password, source);
    expect(refused).toMatchObject({ status: 429, body: { code: "rate_limited" } });
    expect(counted.hashes).toBe(before);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(Number(refused.headers.get("retry-after"))).toBeLessThanOrEqual(perSource.periodSeconds);
    expect(refused.headers.get("ratelimit-policy")).toContain(
      `"sign_in-account-source";q=${perSource.points};w=${perSource.periodSeconds}`,
    );
    expect(refused.headers.get("ratelimit")).toContain(`"sign_in-account-source";r=0;t=`);
  });

  test("an address that the client forges, or a device of another name, is no way around it", async () => {
    const { email } = (await newUser()).session!.user;
    const source = address();
    const replies = [];
    for (let i = 0; i < perSource.points + 3; i += 1) {
      replies.push(await signIn(email, "wrong wrong", `203.0.113.${i}, 10.0.0.1, ${source}`, send, `device-${i}`));
    }
    expect(statuses(replies)).toEqual({ 401: perSource.points, 429: 3 });
  });

  test("from many sources, one account is bounded, and its owner is let in again by an unlock", async () => {
    const user = await newUser();
    const { email, id } = user.session!.user;
    const replies = [];
    for (let i = 0; i < perAccount.points + 2; i += 1) replies.push(await signIn(email, "wrong wrong", address()));
    expect(statuses(replies)).toEqual({ 401: perAccount.points, 429: 2 });
    expect((await signIn(email, password, address())).status).toBe(429);
    await unlockUser(context, OPERATOR, id);
    expect((await signIn(email, password, address())).status).toBe(201);
  });

  test("to an unknown account are counted the same way", async () => {
    const [email, source] = [`${randomUUID()}@example.com`, address()];
    const replies = [];
    for (let i = 0; i < perSource.points + 1; i += 1) replies.push(await signIn(email, "wrong wrong", source));
    expect(statuses(replies)).toEqual({ 401: perSource.points, 429: 1 });
  });

  test("one that succeeds begins the count anew", async () => {
    const { email } = (await newUser()).session!.user;
    const source = address();
    for (let round = 0; round < 2; round += 1) {
      for (let i = 1; i < perSource.points; i += 1)
        expect((await signIn(email, "wrong wrong", source)).status).toBe(401);
      expect((await signIn(email, password, source)).status).toBe(201);
    }
  });

  test("from one source to many accounts are bounded", async () => {
    const source = address();
    const before = counted.hashes;
    const replies = [];
    // Taken in lots of 5 by this instance.
    for (let i = 0; i < signInsPerSource.points + 10; i += 1) {
      replies.push(await signIn(`${randomUUID()}@example.com`, "wrong wrong", source));
    }
    expect(statuses(replies)).toEqual({ 401: signInsPerSource.points, 429: 10 });
    expect(counted.hashes - before).toBe(signInsPerSource.points);
  });
});

test("registrations from one source are bounded, and what is refused costs no hash", async () => {
  const source = address();
  const replies = [];
  for (let i = 0; i < limitOf("register", "source").points + 2; i += 1) {
    const name = `n${randomUUID().slice(0, 8)}`;
    const body = { email: `${name}@example.com`, username: name, password: "password1" };
    replies.push(await new Client(send).call("POST", "/users", body, from(source)));
  }
  // "password1" is refused as common, but counts.
  expect(statuses(replies)).toEqual({ 400: limitOf("register", "source").points, 429: 2 });
});

test("refreshes of one session, and guesses of a password in one, are bounded", async () => {
  const user = await newUser();
  let { refreshToken } = await createSession(context, user.session!.user.id);
  const refreshes = [];
  for (let i = 0; i < limitOf("refresh", "session").points + 2; i += 1) {
    const body = { refresh_token: refreshToken };
    const reply = await new Client(send).call<SignedIn>("POST", "/sessions/refresh", body, from(address()));
    refreshes.push(reply);
    if (reply.status === 200) refreshToken = reply.body.refresh_token;
  }
  expect(statuses(refreshes)).toEqual({ 200: limitOf("refresh", "session").points, 429: 2 });

  const guess = () =>
    user.call(
      "PUT",
      "/users/me/password",
      { current_password: "wrong wrong", new_password: "another horse" },
      from(address()),
    );
  const guesses = [];
  for (let i = 0; i < limitOf("password", "user").points + 2; i += 1) guesses.push(await guess());
  expect(statuses(guesses)).toEqual({ 403: limitOf("password", "user").points, 429: 2 });
});

test("posts are bounded by device, by user and by source", async () => {
  const user = await newUser();
  const video = `v-${randomUUID()}`;
  const post = (client: Client, source: string) =>
    client.call(
      "POST",
      `/videos/${video}/comments`,
      { content: "x" },
      { ...from(source), "idempotency-key": randomUUID() },
    );
  const byDevice = [];
  for (let i = 0; i < limitOf("write", "device").points + 2; i += 1) byDevice.push(await post(user, address()));
  expect(statuses(byDevice)).toEqual({ 201: limitOf("write", "device").points, 429: 2 });

  // Another device of the same user has its own count, until the user's is used up.
  const { email } = user.session!.user;
  const replies = [];
  for (const device of ["second", "third"]) {
    const client = new Client(send, (await signIn(email, password, address(), send, device)).body);
    for (let i = 0; i < limitOf("write", "device").points; i += 1) replies.push(await post(client, address()));
  }
  expect(statuses(replies)[201]).toBeLessThanOrEqual(
    limitOf("write", "user").points - limitOf("write", "device").points,
  );
  expect(statuses(replies)[201]).toBeGreaterThan(0);
});

test("reads of one source are bounded; lots of 5 % make the count cheap and near enough", async () => {
  const source = address();
  const read = () => new Client(send).call("GET", "/videos/v/comments", undefined, from(source));
  const { points } = limitOf("read", "source");
  const first = await read();
  expect(first.headers.get("ratelimit-policy")).toBe(`"read-source";q=${points};w=60`);
  expect(first.headers.get("ratelimit")).toMatch(new RegExp(`^"read-source";r=${points - 1};t=(60|5\\d)$`));
  const replies = await Promise.all(Array.from({ length: points + 100 }, read));
  expect(statuses(replies)[200]).toBeGreaterThan(points * 0.9);
  expect(statuses(replies)[200]).toBeLessThanOrEqual(points);
});

test("control: with the allowance multiplied, the same load is let through", async () => {
  const open = await createTestContext();
  const app = createApp(open);
  const source = address();
  try {
    const replies = [];
    for (let i = 0; i < perSource.points + 3; i += 1) {
      replies.push(await signIn("nobody@example.com", "wrong wrong", source, (path, init) => app.request(path, init)));
    }
    expect(statuses(replies)).toEqual({ 401: perSource.points + 3 });
  } finally {
    await open.close();
  }
});
