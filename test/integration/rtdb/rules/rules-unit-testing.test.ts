import { afterAll, beforeAll, expect, test } from "@jest/globals";
import {
  type RulesTestEnvironment,
  assertFails,
  assertSucceeds,
  initializeTestEnvironment,
} from "@firebase/rules-unit-testing";
import { type TestDatabase, createTestDatabase } from "../../../support/rtdb/test-database.ts";

const RULES = `{
  "rules": {
    // of one user
    "notes": { "$uid": { ".read": "auth.uid === $uid", ".write": "auth.uid === $uid", ".validate": "newData.isString()" } }
  }
}`;
let database: TestDatabase;
let environment: RulesTestEnvironment;

beforeAll(async () => {
  database = await createTestDatabase();
  const { host, port } = database;
  environment = await initializeTestEnvironment({ projectId: "demo-rules", database: { host, port, rules: RULES } });
});
afterAll(async () => {
  await environment.cleanup();
  await database.close();
});

test("the rules count for contexts that are signed in and signed out", async () => {
  const alice = environment.authenticatedContext("alice").database();
  await assertSucceeds(alice.ref("notes/alice").set("mine"));
  expect((await assertSucceeds(alice.ref("notes/alice").get())).val()).toBe("mine");
  await assertFails(alice.ref("notes/bob").set("not mine"));
  await assertFails(alice.ref("notes/alice").set(5));
  const signedOut = environment.unauthenticatedContext().database();
  await assertFails(signedOut.ref("notes/alice").get());
  await assertFails(signedOut.ref("notes/alice").set("x"));
});

test("a context without rules can do everything, and clearDatabase empties the database", async () => {
  await environment.withSecurityRulesDisabled(async (context) => {
    await context.database().ref("anything").set({ a: 1 });
  });
  await environment.clearDatabase();
  await environment.withSecurityRulesDisabled(async (context) => {
    expect((await context.database().ref().get()).val()).toBeNull();
  });
});

test("an environment with rules that do not parse fails with the text that the SDK expects", async () => {
  const { host, port } = database;
  await expect(
    initializeTestEnvironment({ projectId: "demo-bad", database: { host, port, rules: "bad" } }),
  ).rejects.toThrow("Parse error");
});
