import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { randomInt, randomUUID } from "node:crypto";
import { createApp } from "../../../functions/src/app.ts";
import { ALLOWANCES } from "../../../functions/src/limits/allowances.ts";
import type { TestSession } from "../../support/accounts.ts";
import { createSession } from "../../support/accounts.ts";
import type { Send } from "../../support/client.ts";
import { Client, createUser } from "../../support/client.ts";
import type { TestContext } from "../../support/context.ts";
import { createTestContext } from "../../support/context.ts";

let context: TestContext;
let send: Send;

beforeAll(async () => {
  // As in production: with lots, which smaller allowances do not have.
  context = await createTestContext({ env: { RATE_LIMIT_SCALE: "1" } });
  const app = createApp(context);
  send = (path, init) => app.request(path, init);
});
afterAll(() => context.close());

const address = () => `198.51.${randomInt(256)}.${randomInt(256)}`;

function post({ accessToken }: TestSession, source: string) {
  const headers = {
    "x-forwarded-for": source,
    authorization: `Bearer ${accessToken}`,
    "idempotency-key": randomUUID(),
  };
  return new Client(send).call("POST", "/videos/v/comments", { content: "x" }, headers);
}

test("a token that was revoked spends nothing of its owner's allowance, and its source is counted", async () => {
  const { id } = (await createUser(send)).session!.user;
  const [stolen, own] = [await createSession(context, id), await createSession(context, id)];
  expect((await post(stolen, address())).status).toBe(201);
  const revoked = { revoked_at: new Date(), revoked_seq: 1 };
  await context.db.updateTable("sessions").set(revoked).where("id", "=", stolen.id).execute();
  // The last one that is counted to the owner: the session stood until it was looked up for this.
  expect((await post(stolen, address())).status).toBe(401);

  const thefts = await Promise.all(Array.from({ length: 200 }, () => post(stolen, "198.51.100.1")));
  expect(new Set(thefts.map(({ status }) => status))).toEqual(new Set([401]));
  expect(thefts.every(({ headers }) => headers.get("ratelimit")?.startsWith('"write-source"'))).toBe(true);

  const { points } = ALLOWANCES.write.device;
  const statuses: number[] = [];
  for (let n = 0; n < points; n += 1) statuses.push((await post(own, address())).status);
  expect(statuses).toEqual([...Array<number>(points - 2).fill(201), 429, 429]);
});
