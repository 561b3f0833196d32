import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import type { Context } from "../../../functions/src/context.ts";
import { openDatabase } from "../../../functions/src/database/open-database.ts";
import type { Db } from "../../../functions/src/database/schema.ts";
import { type SignIn, signIn } from "../../../functions/src/services/accounts/sessions/sign-in.ts";
import { password } from "../../support/app/client.ts";
import { useApp } from "../../support/app/use-app.ts";

// Whether an e-mail address has an account must not show in how a sign-in fails. The time is measured by `npm run bench`; here, the steps.
const app = useApp();
let db: Db;
const steps: string[] = [];

beforeAll(() => {
  db = openDatabase({
    url: app.context.config.mysql.url,
    connections: 10,
    log: ({ query }) => void steps.push(`SQL ${query.sql} with ${query.parameters.length} values`),
  });
});
afterAll(() => db.destroy());

/** The context with a record of every step outside the process, and of every hash. */
function recorded(): Context {
  const { limits, passwords } = app.context;
  return {
    ...app.context,
    db,
    limits: {
      ...limits,
      count(name, moment, subjects) {
        steps.push(`count ${name} by ${Object.keys(subjects).join(", ")}`);
        return limits.count(name, moment, subjects);
      },
    },
    passwords: {
      ...passwords,
      admit: (caller, work) =>
        passwords.admit(caller, (hasher) => {
          steps.push(`admitted by ${Object.keys(caller).join()}`);
          return work({
            ...hasher,
            verify(passwordHash, given) {
              steps.push("verify a hash");
              return hasher.verify(passwordHash, given);
            },
          });
        }),
    },
  };
}

async function stepsOf(email: string, given: string, tokens: string[] = []): Promise<string[]> {
  const request: SignIn = { email, password: given, device: { id: "d", info: {}, tokens } };
  steps.length = 0;
  const result = await signIn(recorded(), request, "203.0.113.9").then(
    () => "201",
    (error: { code: string }) => error.code,
  );
  return [...steps, result];
}

test("a sign-in fails by the same steps for an unknown address, a wrong password and a deactivated user", async () => {
  const [user, deactivated] = [await app.user(), await app.user()];
  await app.updateUser(deactivated, { is_active: false });
  for (const tokens of [[], ["not ours"], [user.session!.device_token.replace(/..$/, "xx")]]) {
    const unknown = await stepsOf(`${randomUUID()}@example.com`, password, tokens);
    expect(unknown).toEqual([
      "admitted by networks",
      expect.stringContaining("from `users` as `users`"),
      "count sign_in by account_source, source, account, everyone",
      "verify a hash",
      expect.stringContaining("insert into `audit_log`"),
      "invalid_credentials",
    ]);
    expect(await stepsOf(user.email, "wrong wrong", tokens)).toEqual(unknown);
    expect(await stepsOf(deactivated.email, password, tokens)).toEqual(unknown);
    expect(await stepsOf(deactivated.email, "wrong wrong", tokens)).toEqual(unknown);
  }
});

test("control: the record shows other steps where there are any", async () => {
  const user = await app.user();
  const failed = await stepsOf(user.email, "wrong wrong");
  expect(await stepsOf(user.email, "wrong wrong", [user.session!.device_token])).not.toEqual(failed);
  expect(await stepsOf(user.email, password)).not.toEqual(failed);
});
