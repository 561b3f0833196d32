import { type Credential, deleteApp, initializeApp } from "firebase-admin/app";
import { afterEach, expect, jest, test } from "@jest/globals";
import { oauthCredentials } from "../../../functions/src/realtime/credentials.ts";
import { createCustomTokens } from "../../../functions/src/realtime/custom-tokens.ts";
import { createFirebaseUsers } from "../../../functions/src/realtime/firebase-users.ts";

// In a whole run of the tests, the Auth emulator is set, and nothing is signed.
delete process.env["FIREBASE_AUTH_EMULATOR_HOST"];

afterEach(() => {
  jest.useRealTimers();
});

const { promise: never } = Promise.withResolvers<never>();

function appWith(getAccessToken: Credential["getAccessToken"]) {
  return initializeApp({
    projectId: "demo-test",
    serviceAccountId: "functions@demo-test.iam.gserviceaccount.com",
    credential: { getAccessToken },
  });
}

test("signing gives up when Google gives no answer, because a sign-in waits for it", async () => {
  const app = appWith(() => never);
  const causes: unknown[] = [];
  const tokens = createCustomTokens(app, {
    onFailure: (cause) => causes.push(cause),
    onSigned: () => {},
    timeoutMs: 1,
  });
  // The second one does not ask Google.
  for (let n = 0; n < 2; n += 1) {
    expect(await tokens.mint("u", { sid: "s", role: "user", ends: 0 })).toBeUndefined();
  }
  expect(causes).toMatchObject([{ message: "no answer within 1 ms" }]);
  await deleteApp(app);
});

test("ending a user's Firebase sign-ins gives up when Google gives no answer, because a relay task waits for it", async () => {
  const app = appWith(() => never);
  const users = createFirebaseUsers(app, 1);
  await expect(users.revokeRefreshTokens("u")).rejects.toThrow("no answer within 1 ms");
  await deleteApp(app);
});

test("the relay gives up when Google gives no token, and asks again the next time", async () => {
  const answers = [never, Promise.resolve({ access_token: "t", expires_in: 3_600 })];
  const app = appWith(() => answers.shift() ?? never);
  const credentials = oauthCredentials(app, { timeoutMs: 1, onRefresh: () => {} });
  await expect(credentials()).rejects.toThrow("no answer within 1 ms");
  expect((await credentials()).headers).toEqual({ authorization: "Bearer t" });
  await deleteApp(app);
});

test("a token is used to its last seconds while Google gives no new one, and nobody waits", async () => {
  jest.useFakeTimers();
  const answers = [Promise.resolve({ access_token: "old", expires_in: 3_600 })];
  const app = appWith(() => answers.shift() ?? never);
  const credentials = oauthCredentials(app, { timeoutMs: 1_000, onRefresh: () => {} });
  await credentials();
  jest.advanceTimersByTime(3_580_000);
  expect((await credentials()).headers).toEqual({ authorization: "Bearer old" });
  jest.advanceTimersByTime(15_000);
  const outcome = credentials().then(
    () => "a token",
    () => "none",
  );
  await jest.advanceTimersByTimeAsync(1_000);
  expect(await outcome).toBe("none");
  jest.useRealTimers();
  await deleteApp(app);
});
