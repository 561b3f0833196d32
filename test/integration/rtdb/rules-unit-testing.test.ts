import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { assertFails, assertSucceeds, initializeTestEnvironment } from "@firebase/rules-unit-testing";
import { createTestDatabase } from "../../support/rtdb.ts";
import type { RulesTestEnvironment } from "@firebase/rules-unit-testing";
import type { TestDatabase } from "../../support/rtdb.ts";

const RULES = `{
  "rules": {
    // mine alone
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

test("contexts signed in and signed out are judged by the rules", async () => {
  const alice = environment.authenticatedContext("alice").database();
  await assertSucceeds(alice.ref("notes/alice").set("mine"));
  expect((await assertSucceeds(alice.ref("notes/alice").get())).val()).toBe("mine");
  await assertFails(alice.ref("notes/bob").set("not mine"));
  await assertFails(alice.ref("notes/alice").set(5));
  const nobody = environment.unauthenticatedContext().database();
  await assertFails(nobody.ref("notes/alice").get());
  await assertFails(nobody.ref("notes/alice").set("x"));
});

test("a context without rules may do everything, and clearing empties the database", async () => {
  await environment.withSecurityRulesDisabled(async (context) => {
    await context.database().ref("anything").set({ a: 1 });
  });
  await environment.clearDatabase();
  await environment.withSecurityRulesDisabled(async (context) => {
    expect((await context.database().ref().get()).val()).toBeNull();
  });
});

test("an environment with rules that do not parse fails with what the SDK looks for", async () => {
  const { host, port } = database;
  await expect(
    initializeTestEnvironment({ projectId: "demo-bad", database: { host, port, rules: "bad" } }),
  ).rejects.toThrow("Parse error");
});
