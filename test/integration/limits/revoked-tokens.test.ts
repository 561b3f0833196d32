import { expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import { ALLOWANCES } from "../../../functions/src/limits/allowances.ts";
import { createSession, type TestSession } from "../../support/app/sessions.ts";
import { useApp } from "../../support/app/use-app.ts";

// The limits of production: smaller ones are not counted in lots.
const app = useApp({ users: { ada: "user" }, env: { RATE_LIMIT_SCALE: "1" } });
const { ada } = app.users;
const video = app.newVideoId();

function post({ accessToken }: TestSession, address: string) {
  const headers = { authorization: `Bearer ${accessToken}`, "idempotency-key": randomUUID() };
  return app.anonymous.from(address).call("POST", `/videos/${video}/comments`, { content: "x" }, headers);
}

/** How many posts a session has left, each from another address. */
async function countPosts(session: TestSession): Promise<number> {
  let posted = 0;
  for (;;) {
    const { status } = await post(session, app.newAddress());
    if (status === 429) return posted;
    if (status === 201) posted += 1;
  }
}

test("a token that was just revoked, used 70 times at once, spends one of its owner's allowance at most", async () => {
  const grace = await app.user();
  const [stolen, own] = [await createSession(app.context, grace.id), await createSession(app.context, grace.id)];
  // The session was live when this instance last looked it up.
  expect((await post(stolen, app.newAddress())).status).toBe(201);
  await app.db
    .updateTable("sessions")
    .set({ revoked_at: new Date(), revoked_seq: 1 })
    .where("id", "=", stolen.id)
    .execute();
  const thefts = await Promise.all(Array.from({ length: 70 }, () => post(stolen, app.newAddress())));
  expect(new Set(thefts.map(({ status }) => status))).toEqual(new Set([401]));
  const { points } = ALLOWANCES.write.arrival.device;
  expect(await countPosts(own)).toBeGreaterThanOrEqual(points - 2);
});

test("a revoked token is counted against its source, and spends nothing of its owner's allowance", async () => {
  const [stolen, own] = [await createSession(app.context, ada.id), await createSession(app.context, ada.id)];
  expect((await post(stolen, app.newAddress())).status).toBe(201);
  const revoked = { revoked_at: new Date(), revoked_seq: 1 };
  await app.db.updateTable("sessions").set(revoked).where("id", "=", stolen.id).execute();
  // This one still counts against the owner: the session was live when last looked up.
  expect((await post(stolen, app.newAddress())).status).toBe(401);

  const address = app.newAddress();
  const thefts = await Promise.all(Array.from({ length: 200 }, () => post(stolen, address)));
  expect(new Set(thefts.map(({ status }) => status))).toEqual(new Set([401]));
  expect(thefts.every(({ headers }) => headers.get("ratelimit")?.startsWith('"write-source"'))).toBe(true);

  const { points } = ALLOWANCES.write.arrival.device;
  const statuses: number[] = [];
  for (let n = 0; n < points; n += 1) statuses.push((await post(own, app.newAddress())).status);
  expect(statuses).toEqual([...Array<number>(points - 2).fill(201), 429, 429]);
});
