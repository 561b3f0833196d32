import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { type App, initializeApp, deleteApp } from "firebase-admin/app";
import { type Database, getDatabase, ServerValue } from "firebase-admin/database";
import { type TestDatabase, createTestDatabase } from "../../support/rtdb/test-database.ts";

let database: TestDatabase;
const apps: App[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  jest.spyOn(console, "warn").mockReturnValue(); // the SDK logs each refused write
  process.env["FIREBASE_DATABASE_EMULATOR_HOST"] = `${database.host}:${database.port}`;
});
afterAll(async () => {
  await Promise.all(apps.map(deleteApp));
  await database.close();
});

/** The Admin SDK as an administrator, with an override as the user whose `auth` it gives, or with null as signed out. */
function admin(databaseAuthVariableOverride?: object | null): Database {
  const override = databaseAuthVariableOverride === undefined ? {} : { databaseAuthVariableOverride };
  const credential = { getAccessToken: () => Promise.resolve({ access_token: "owner", expires_in: 3600 }) };
  const app = initializeApp(
    { credential, databaseURL: `https://${database.namespace}.firebaseio.com`, ...override },
    `admin-${apps.length}`,
  );
  apps.push(app);
  return getDatabase(app);
}

test("an administrator bypasses the rules, and with an override does not", async () => {
  await database.setRules({
    relayed: { ".read": true, ".write": "auth.uid === 'relay'" },
    none: { ".read": "auth === null" },
  });
  await admin().ref("relayed/a").set(1);
  await admin().ref("elsewhere").set(ServerValue.TIMESTAMP);
  const relay = admin({ uid: "relay" });
  await relay.ref("relayed/b").set(2);
  await expect(relay.ref("elsewhere").set(3)).rejects.toThrow(/PERMISSION_DENIED/i);
  await expect(admin({ uid: "other" }).ref("relayed/c").set(3)).rejects.toThrow(/PERMISSION_DENIED/i);
  const signedOut = admin(null);
  await expect(signedOut.ref("relayed/d").set(3)).rejects.toThrow(/PERMISSION_DENIED/i);
  expect((await signedOut.ref("none").get()).val()).toBeNull();
  expect((await admin().ref("relayed").get()).val()).toEqual({ a: 1, b: 2 });
});

test("transactions, queries and listens of an administrator work like those of a client", async () => {
  const db = admin();
  await Promise.all(
    Array.from({ length: 20 }, () => db.ref("count").transaction((count: number | null) => (count ?? 0) + 1)),
  );
  expect((await db.ref("count").get()).val()).toBe(20);
  await db.ref("list").set({ a: 1, b: 2, c: 3 });
  expect((await db.ref("list").orderByKey().startAt("b").limitToFirst(1).once("value")).val()).toEqual({ b: 2 });
});

test("rules can be uploaded with comments, and read back with them or as plain JSON", async () => {
  const text = '{\n  // who may read\n  "rules": { ".read": true, ".write": "auth.uid ===\n \'x\'" }\n}';
  const db = admin();
  await db.setRules(text);
  expect(await db.getRules()).toBe(text);
  expect(await db.getRulesJSON()).toEqual({ rules: { ".read": true, ".write": "auth.uid ===\n 'x'" } });
});

test("bad rules are refused with line and column, and the old ones stay", async () => {
  const db = admin();
  await db.setRules({ rules: { ".read": true, ".write": false } });
  await expect(db.setRules('{"rules": {".read": "tr"}}')).rejects.toThrow("1:22: Unknown variable 'tr'");
  await expect(db.setRules("{")).rejects.toThrow("Parse error");
  expect(await db.getRulesJSON()).toEqual({ rules: { ".read": true, ".write": false } });
  expect((await database.rest("PUT", "/x.json", { body: 1 })).status).toBe(401);
  expect((await database.rest("GET", "/x.json")).status).toBe(200);
});
