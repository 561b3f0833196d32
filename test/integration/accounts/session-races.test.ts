import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { sql } from "kysely";
import type { SignedIn } from "../../../functions/src/contract/account.ts";
import { registerUser } from "../../../functions/src/services/accounts/users.ts";
import { ProblemError } from "../../../functions/src/errors.ts";
import { createSession } from "../../support/accounts.ts";
import type { ApiProcess } from "../../support/api.ts";
import { startApi } from "../../support/api.ts";
import type { Reply } from "../../support/client.ts";
import { Client, createUser } from "../../support/client.ts";
import type { TestContext } from "../../support/context.ts";
import { createTestContext } from "../../support/context.ts";

const ROUNDS = 200;
const AT_ONCE = 8;

let context: TestContext;
let apis: ApiProcess[];
let userId: string;

beforeAll(async () => {
  context = await createTestContext();
  apis = await Promise.all([startApi(context.config), startApi(context.config)]);
  userId = (await createUser(apis[0]!.send)).session!.user.id;
});
afterAll(async () => {
  await Promise.all(apis.map((api) => api.close()));
  await context.close();
});

/** The i-th of several requests at once: by turns through one process and the other. */
const through = (i: number) => apis[i % apis.length]!.send;

function refresh(i: number, token: string): Promise<Reply<SignedIn>> {
  return new Client(through(i)).call<SignedIn>("POST", "/sessions/refresh", { refresh_token: token });
}

const isIn = async (i: number, session: SignedIn) =>
  (await new Client(through(i), session).call("GET", "/users/me")).status === 200;

test("one token refreshed 8 times at once through two processes, 200 times over: one successor, and nobody is signed out", async () => {
  let { refreshToken } = await createSession(context, userId);
  for (let round = 0; round < ROUNDS; round += 1) {
    const replies = await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => refresh(i, refreshToken)));
    expect([round, replies.map(({ status }) => status)]).toEqual([round, Array<number>(AT_ONCE).fill(200)]);
    const successors = new Set(replies.map(({ body }) => body.refresh_token));
    expect([round, successors.size]).toEqual([round, 1]);
    if (round % 20 === 0) expect(await isIn(round, replies[0]!.body)).toBe(true);
    refreshToken = replies[0]!.body.refresh_token;
  }
});

test("control: without the compare-and-set the same load hands out different successors", async () => {
  const { id } = await createSession(context, userId);
  const generations = await Promise.all(
    Array.from({ length: AT_ONCE }, () =>
      context.db.transaction().execute(async (transaction) => {
        await sql`UPDATE sessions SET generation = generation + 1 WHERE id = ${id}`.execute(transaction);
        const row = await transaction
          .selectFrom("sessions")
          .select("generation")
          .where("id", "=", id)
          .executeTakeFirst();
        return row?.generation;
      }),
    ),
  );
  expect(new Set(generations).size).toBe(AT_ONCE);
});

test("sign-out against refreshes, 200 times over: nothing of the session works afterwards, whatever they answered", async () => {
  let refreshed = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const { accessToken, refreshToken } = await createSession(context, userId);
    const headers = { authorization: `Bearer ${accessToken}` };
    const signOut = new Client(through(round)).call("DELETE", "/sessions/current", undefined, headers);
    const [out, ...replies] = await Promise.all([signOut, refresh(0, refreshToken), refresh(1, refreshToken)]);
    expect([round, out.status]).toEqual([round, 204]);
    const tokens = [refreshToken];
    for (const { status, body } of replies) {
      if (status !== 200) continue;
      refreshed += 1;
      expect([round, await isIn(round, body)]).toEqual([round, false]);
      tokens.push(body.refresh_token);
    }
    for (const token of tokens) expect([round, (await refresh(round, token)).status]).toEqual([round, 401]);
  }
  // Control: some refreshes did come first, or the race was none.
  expect(refreshed).toBeGreaterThan(0);
});

test("one e-mail address registered 4 times at once, 200 times over: one account each", async () => {
  // The race is in the table: a hash of nothing spares 800 real ones.
  const quick = { ...context, passwords: { ...context.passwords, hash: async () => "none" } };
  for (let round = 0; round < ROUNDS; round += 1) {
    const outcomes = await Promise.all(
      Array.from({ length: 4 }, (_, i) =>
        registerUser(
          quick,
          { email: `r${round}@example.com`, username: `r${round}-${i}`, password: "x y z 1 2 3" },
          null,
        )
          .then(() => "registered")
          .catch((error: unknown) => (error instanceof ProblemError ? error.code : error)),
      ),
    );
    expect([round, outcomes.filter((outcome) => outcome === "registered")]).toEqual([round, ["registered"]]);
    expect([round, outcomes.filter((outcome) => outcome === "email_taken").length]).toEqual([round, 3]);
  }
});
