import { expect, test } from "@jest/globals";
import { sql } from "kysely";
import { ProblemError } from "../../../functions/src/errors.ts";
import type { SignedIn } from "../../../functions/src/contract/account.ts";
import type { Hasher, Passwords } from "../../../functions/src/security/passwords.ts";
import { registerUser } from "../../../functions/src/services/accounts/users.ts";
import { createSession } from "../../support/app/sessions.ts";
import { useApp } from "../../support/app/use-app.ts";
import { race, raceLeads } from "../../support/delays.ts";

const ROUNDS = 50;
const PARALLEL = 8;

const app = useApp({ users: { ada: "user" }, processes: 2 });
const { ada } = app.users;

/** A client whose requests alternate between the two processes by their number. */
const clientOf = (n: number) => app.anonymous.through(app.processes[n % app.processes.length]!);
const refresh = (n: number, token: string) => clientOf(n).refresh(token);
const isSignedIn = (n: number, session: SignedIn) => clientOf(n).with(session).isSignedIn();

test("8 refreshes of one token at once in two processes get one successor and sign nobody out, 50 times", async () => {
  let { refreshToken } = await createSession(app.context, ada.id);
  for (let round = 0; round < ROUNDS; round += 1) {
    const replies = await Promise.all(Array.from({ length: PARALLEL }, (_, n) => refresh(n, refreshToken)));
    expect([round, replies.map(({ status }) => status)]).toEqual([round, Array<number>(PARALLEL).fill(200)]);
    const successors = new Set(replies.map(({ body }) => body.refresh_token));
    expect([round, successors.size]).toEqual([round, 1]);
    if (round % 10 === 0) expect(await isSignedIn(round, replies[0]!.body)).toBe(true);
    refreshToken = replies[0]!.body.refresh_token;
  }
});

test("control: without the compare-and-set, 8 at once get 8 different successors", async () => {
  const { id } = await createSession(app.context, ada.id);
  const generations = await Promise.all(
    Array.from({ length: PARALLEL }, () =>
      app.db.transaction().execute(async (transaction) => {
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
  expect(new Set(generations).size).toBe(PARALLEL);
});

test("nothing of a session works after a sign-out that races with two refreshes, 50 times", async () => {
  let refreshed = 0;
  const other = await createSession(app.context, ada.id);
  const leads = await raceLeads(ROUNDS, () => refresh(0, other.refreshToken));
  for (const [round, leadMs] of leads.entries()) {
    const { accessToken, refreshToken } = await createSession(app.context, ada.id);
    const headers = { authorization: `Bearer ${accessToken}` };
    const [out, replies] = await race(
      leadMs,
      () => clientOf(round).call("DELETE", "/sessions/current", undefined, headers),
      () => Promise.all([refresh(0, refreshToken), refresh(1, refreshToken)]),
    );
    expect([round, out.status]).toEqual([round, 204]);
    const tokens = [refreshToken];
    const successors = replies.filter(({ status }) => status === 200).map(({ body }) => body);
    refreshed += successors.length;
    const areSignedIn = await Promise.all(successors.map((successor) => isSignedIn(round, successor)));
    expect([round, areSignedIn]).toEqual([round, successors.map(() => false)]);
    tokens.push(...successors.map(({ refresh_token }) => refresh_token));
    const refused = await Promise.all(tokens.map((token) => refresh(round, token)));
    expect([round, refused.map(({ status }) => status)]).toEqual([round, tokens.map(() => 401)]);
  }
  // Control: in some rounds the refreshes came first.
  expect(refreshed).toBeGreaterThan(0);
});

test("4 registrations of one e-mail address at once make one account, 50 times", async () => {
  // The race is in the table, so a constant instead of a hash saves the time of 200 hashes.
  const hasher: Hasher = { hash: async () => "none", verify: async () => false };
  const passwords: Passwords = { ...app.context.passwords, admit: (_, work) => work(hasher) };
  const register = async (email: string, username: string) => {
    try {
      const registration = { email, username, password: "x y z 1 2 3" };
      await registerUser({ ...app.context, passwords }, registration, null);
      return "registered";
    } catch (error) {
      return error instanceof ProblemError ? error.code : error;
    }
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    const outcomes = await Promise.all(
      Array.from({ length: 4 }, (_, n) => register(`r${round}@example.com`, `r${round}-${n}`)),
    );
    expect([round, outcomes.filter((outcome) => outcome === "registered")]).toEqual([round, ["registered"]]);
    expect([round, outcomes.filter((outcome) => outcome === "email_taken").length]).toEqual([round, 3]);
  }
});
