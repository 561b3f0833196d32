import { deleteApp, initializeApp } from "firebase-admin/app";
import { expect, test } from "@jest/globals";
import { createCustomTokens } from "../../../functions/src/realtime/custom-tokens.ts";

// In a whole run of the tests, the Auth emulator is set, and nothing is signed.
delete process.env["FIREBASE_AUTH_EMULATOR_HOST"];

test("signing gives up when Google gives no answer, because a sign-in waits for it", async () => {
  const { promise: never } = Promise.withResolvers<never>();
  const app = initializeApp({
    projectId: "demo-test",
    serviceAccountId: "functions@demo-test.iam.gserviceaccount.com",
    credential: { getAccessToken: () => never },
  });
  const tokens = createCustomTokens(app, 1);
  await expect(tokens.mint("u", { sid: "s", role: "user", ends: 0 })).rejects.toThrow("no answer within 1 ms");
  await deleteApp(app);
});
