import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { get, onValue, orderByKey, limitToFirst, query, ref, update } from "firebase/database";
import { type TestDatabase, createTestDatabase } from "../../../support/rtdb/test-database.ts";
import { until } from "../../../support/until.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await database.setRules({
    members: { ".write": true },
    others: { ".read": true, ".write": true },
    room: { ".read": "root.child('members').child(auth.uid).val() === true", ".write": true },
    notAnn: { ".read": "auth.uid !== 'ann'", ".write": "newData.val().length < 3 && auth.token.none.x == null" },
  });
});
afterAll(() => database.close());

test("an SDK's listeners are cancelled when data changes on which their rule depends, and see nothing of it", async () => {
  const owner = database.client("owner");
  await update(ref(owner), { "members/ann": true, "members/bob": true, "room/a": 1 });
  const [ann, bob] = [database.client("ann"), database.client("bob")];
  const events: string[] = [];
  const watch = (name: string, from: typeof ann, filtered = false): void => {
    const place = ref(from, "room");
    onValue(
      filtered ? query(place, orderByKey(), limitToFirst(5)) : place,
      (snapshot) => events.push(`${name} ${JSON.stringify(snapshot.val())}`),
      ({ message }) => events.push(`${name} ${/permission_denied/i.test(message) ? "denied" : message}`),
    );
  };
  watch("ann", ann);
  watch("ann's query", ann, true);
  watch("bob", bob);
  await until("the data", () => events.length === 3);
  await update(ref(owner), { "members/ann": null, "room/a": 2 });
  await until("the changes", () => events.length === 6);
  expect(events.slice(3).toSorted()).toEqual(["ann denied", "ann's query denied", 'bob {"a":2}']);
  await expect(get(ref(ann, "room"))).rejects.toThrow("Permission denied");
  await update(ref(owner), { "members/ann": true });
  expect((await get(ref(ann, "room"))).val()).toEqual({ a: 2 });
});

test("a property of null is null for a signed-out SDK and over REST, as in production", async () => {
  expect((await get(ref(database.client(), "notAnn"))).val()).toBeNull();
  expect((await database.rest("GET", "/notAnn.json")).status).toBe(200);
  expect((await database.rest("GET", "/notAnn.json", { user: "bob" })).status).toBe(200);
  expect((await database.rest("GET", "/notAnn.json", { user: "ann" })).status).toBe(401);
  expect((await database.rest("PUT", "/notAnn.json", { body: '"ab"' })).status).toBe(200);
  expect((await database.rest("PUT", "/notAnn.json", { body: '"abc"' })).status).toBe(401);
  expect((await database.rest("DELETE", "/notAnn.json")).status).toBe(401);
});
