import { describe, expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import { ALLOWANCES, type LimitName, type Scope } from "../../../functions/src/limits/allowances.ts";
import { unlockUser } from "../../../functions/src/services/accounts/user-admin.ts";
import { OPERATOR } from "../../../functions/src/services/operation/audit.ts";
import { type Client, type Reply, password } from "../../support/app/client.ts";
import { createSession } from "../../support/app/sessions.ts";
import { startApp, useApp } from "../../support/app/use-app.ts";
import { signUp } from "../../support/app/users.ts";

// Half of production's limits need half of its password hashes.
const SCALE = 0.5;
const app = useApp({ env: { RATE_LIMIT_SCALE: String(SCALE) }, processes: 2 });

interface Allowance {
  points: number;
  periodSeconds: number;
}

function allowanceOf(name: LimitName, scope: Scope): Allowance {
  const moments: Partial<Record<Scope, Allowance>>[] = Object.values(ALLOWANCES[name]);
  const { points, periodSeconds } = moments.map((moment) => moment[scope]).find((found) => found !== undefined)!;
  return { points: Math.ceil(points * SCALE), periodSeconds };
}

const perSource = allowanceOf("sign_in", "account_source");
const perAccount = allowanceOf("sign_in", "account");

/** A signed-out client at an address of its own, so that it is not limited by what other tests did. */
const newClient = () => app.anonymous.from(app.newAddress());
const newUser = () => signUp(newClient());

const WRONG = "wrong wrong";
const guess = (client: Client, email: string) => client.signIn({ email, password: WRONG });

async function repeat<T>(times: number, request: (n: number) => Promise<Reply<T>>): Promise<Reply<T>[]> {
  const replies: Reply<T>[] = [];
  for (let n = 0; n < times; n += 1) replies.push(await request(n));
  return replies;
}

function countStatuses(replies: { status: number }[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of replies) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

describe("sign-ins", () => {
  test("to one account from one source are counted across all instances, before any hash", async () => {
    const { email } = await newUser();
    const client = newClient();
    const guesses = Array.from({ length: 30 }, (_, n) => guess(client.through(app.processes[n % 2]!), email));
    // Some get 503: an instance lets only a few of one source into its queue for hashes.
    const { 401: hashed, 429: limited = 0, 503: busy = 0 } = countStatuses(await Promise.all(guesses));
    expect([hashed, limited + busy]).toEqual([perSource.points, 30 - perSource.points]);
    const before = app.hashes;
    const refused = await client.signIn({ email });
    expect(refused).toMatchObject({ status: 429, body: { code: "rate_limited" } });
    expect(app.hashes).toBe(before);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(Number(refused.headers.get("retry-after"))).toBeLessThanOrEqual(perSource.periodSeconds);
    expect(refused.headers.get("ratelimit-policy")).toContain(
      `"sign_in-account-source";q=${perSource.points};w=${perSource.periodSeconds}`,
    );
    expect(refused.headers.get("ratelimit")).toContain(`"sign_in-account-source";r=0;t=`);
  });

  test("cannot evade the limit by a forged address or another device", async () => {
    const { email } = await newUser();
    const source = app.newAddress();
    const replies = await repeat(perSource.points + 3, (n) => {
      const client = app.anonymous.from(`203.0.113.${n}, 10.0.0.1, ${source}`);
      return client.signIn({ email, password: WRONG, device: { id: `device-${n}` } });
    });
    expect(countStatuses(replies)).toEqual({ 401: perSource.points, 429: 3 });
  });

  test("to one account from many sources are limited, and an unlock lets its owner in again", async () => {
    const { email, id } = await newUser();
    const replies = await repeat(perAccount.points + 2, () => guess(newClient(), email));
    // One was the owner's own sign-in.
    expect(countStatuses(replies)).toEqual({ 401: perAccount.points - 1, 429: 3 });
    expect((await newClient().signIn({ email })).status).toBe(429);
    await unlockUser(app.context, OPERATOR, id);
    expect((await newClient().signIn({ email })).status).toBe(201);
  });

  test("to an unknown account are counted in the same way", async () => {
    const [email, client] = [`${randomUUID()}@example.com`, newClient()];
    const replies = await repeat(perSource.points + 1, () => guess(client, email));
    expect(countStatuses(replies)).toEqual({ 401: perSource.points, 429: 1 });
  });

  test("start a new count with each success", async () => {
    const { email } = await newUser();
    const client = newClient();
    for (let round = 0; round < 2; round += 1) {
      const guesses = await repeat(perSource.points - 1, () => guess(client, email));
      expect(countStatuses(guesses)).toEqual({ 401: perSource.points - 1 });
      expect((await client.signIn({ email })).status).toBe(201);
    }
  });

  test("from one source to many accounts are limited, before any hash", async () => {
    const { points } = allowanceOf("sign_in", "source");
    const client = newClient();
    const before = app.hashes;
    // This instance counts them in lots of 5.
    const replies = await repeat(points + 10, () => guess(client, `${randomUUID()}@example.com`));
    expect(countStatuses(replies)).toEqual({ 401: points, 429: 10 });
    expect(app.hashes - before).toBe(points);
  });
});

test("sessions that a user begins in a day are limited, whatever the devices and networks", async () => {
  const user = await newUser();
  const { points } = allowanceOf("new_session", "user");
  for (let n = 1; n < points; n += 1)
    await app.context.limits.tryCount("new_session", "valid", { user: `0 ${user.id}` });
  const refused = await user.from(app.newAddress()).signIn({ device: { id: "another" } });
  expect(refused.status).toBe(429);
  expect(refused.headers.get("ratelimit-policy")).toContain("new_session-user");
  // Control: another user is not affected, and the user's session goes on.
  expect((await (await newUser()).signIn()).status).toBe(201);
  expect(await user.isSignedIn()).toBe(true);
  // A thief with the password may have used them up.
  await unlockUser(app.context, OPERATOR, user.id);
  expect((await user.from(app.newAddress()).signIn({ device: { id: "another" } })).status).toBe(201);
});

test("registrations from one source are limited, and none that is refused costs a hash", async () => {
  const { points } = allowanceOf("register", "source");
  const client = newClient();
  const before = app.hashes;
  const register = (n: number, chosen: string) =>
    client.call("POST", "/users", { email: `n${n}@example.com`, username: `number-${n}`, password: chosen });
  // A weak password takes nothing: the person tries again.
  expect(countStatuses(await repeat(points + 2, (n) => register(n, "password1")))).toEqual({ 400: points + 2 });
  expect(countStatuses(await repeat(points + 2, (n) => register(n, password)))).toEqual({ 201: points, 429: 2 });
  expect(app.hashes - before).toBe(points);
});

test("refreshes of one session are limited, and so are guesses of the password within a session", async () => {
  const user = await newUser();
  let { refreshToken } = await createSession(app.context, user.id);
  const refreshes = await repeat(allowanceOf("refresh", "session").points + 2, async () => {
    const reply = await newClient().refresh(refreshToken);
    if (reply.status === 200) refreshToken = reply.body.refresh_token;
    return reply;
  });
  expect(countStatuses(refreshes)).toEqual({ 200: allowanceOf("refresh", "session").points, 429: 2 });

  const change = { current_password: WRONG, new_password: "another horse" };
  const guesses = await repeat(allowanceOf("password", "session").points + 2, () =>
    user.from(app.newAddress()).call("PUT", "/users/me/password", change),
  );
  expect(countStatuses(guesses)).toEqual({ 403: allowanceOf("password", "session").points, 429: 2 });
  // The owner has another session.
  const other = await user.onDevice("other");
  expect((await other.call("PUT", "/users/me/password", { ...change, current_password: password })).status).toBe(204);
});

test("posts are limited by device and by user", async () => {
  const perDevice = allowanceOf("write", "device").points;
  const perUser = allowanceOf("write", "user").points;
  const user = await newUser();
  const video = app.newVideoId();
  const post = (client: Client) => client.from(app.newAddress()).post(video, "x");
  expect(countStatuses(await repeat(perDevice + 2, () => post(user)))).toEqual({ 201: perDevice, 429: 2 });

  // Another device of the user has its own allowance, until the user's is spent.
  const others = [await user.onDevice("second"), await user.onDevice("third")];
  const replies = [await repeat(perDevice, () => post(others[0]!)), await repeat(perDevice, () => post(others[1]!))];
  const posted = countStatuses(replies.flat())[201];
  expect(posted).toBeLessThanOrEqual(perUser - perDevice);
  expect(posted).toBeGreaterThan(0);
});

test("posts of many users from one source are limited", async () => {
  const { points } = allowanceOf("write", "source");
  const [source, video] = [app.newAddress(), app.newVideoId()];
  const clients: Client[] = [];
  for (let n = 0; n < 5; n += 1) {
    const user = await newUser();
    clients.push(user.from(source), (await user.onDevice("second")).from(source));
  }
  const replies = await repeat(points + 2, (n) => clients[n % clients.length]!.post(video, "x"));
  expect(countStatuses(replies)).toEqual({ 201: points, 429: 2 });
});

test("reads of one source are limited; counting in lots of 5 % is cheap and at most 10 % too strict", async () => {
  const { points } = allowanceOf("read", "source");
  const client = newClient();
  const read = () => client.list("v");
  const first = await read();
  expect(first.headers.get("ratelimit-policy")).toBe(`"read-source";q=${points};w=60`);
  expect(first.headers.get("ratelimit")).toMatch(new RegExp(`^"read-source";r=${points - 1};t=(60|5\\d)$`));
  const replies = await Promise.all(Array.from({ length: points + 100 }, read));
  expect(countStatuses(replies)[200]).toBeGreaterThan(points * 0.9);
  expect(countStatuses(replies)[200]).toBeLessThanOrEqual(points);
});

test("control: with larger allowances the same sign-ins pass", async () => {
  await using open = await startApp();
  const client = open.anonymous.from(open.newAddress());
  const replies = await repeat(perSource.points + 3, () => guess(client, "nobody@example.com"));
  expect(countStatuses(replies)).toEqual({ 401: perSource.points + 3 });
});
