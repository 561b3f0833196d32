import { afterAll, beforeAll, expect, test } from "@jest/globals";
import {
  type Database,
  type DatabaseReference,
  get,
  goOffline,
  increment,
  onDisconnect,
  push,
  ref,
  runTransaction,
  serverTimestamp,
  set,
  setPriority,
  setWithPriority,
  update,
} from "firebase/database";
import { type TestDatabase, createTestDatabase } from "../../support/rtdb/test-database.ts";
import { until } from "../../support/until.ts";

let database: TestDatabase;
let client: Database;

beforeAll(async () => {
  database = await createTestDatabase();
  client = database.client();
});
afterAll(() => database.close());

/** The stored value and priority, read past the SDK's own cache. */
async function stored(path: string): Promise<unknown> {
  const response = await database.rest("GET", `/${path}.json`, { params: { format: "export" } });
  return response.json();
}

const TIME = expect.any(Number);

test.each<[string, (place: DatabaseReference) => Promise<unknown>, unknown]>([
  ["setWithPriority", (place) => setWithPriority(place, serverTimestamp(), 1), { ".value": TIME, ".priority": 1 }],
  [
    "setWithPriority with two server values",
    (place) => setWithPriority(place, increment(2), serverTimestamp() as never),
    { ".value": 42, ".priority": TIME },
  ],
  ["setPriority", (place) => setPriority(place, serverTimestamp() as never), { ".value": 40, ".priority": TIME }],
  [
    "set of a value in export form",
    (place) => set(place, { ".value": serverTimestamp(), ".priority": "a" }),
    { ".value": TIME, ".priority": "a" },
  ],
  ["set without a priority", (place) => set(place, increment(2)), 42],
  [
    "update",
    (place) => update(place, { a: { ".value": serverTimestamp(), ".priority": 1 } }),
    { a: { ".value": TIME, ".priority": 1 }, ".priority": 7 },
  ],
  [
    "a transaction that sets the time",
    (place) => runTransaction(place, () => serverTimestamp()),
    { ".value": TIME, ".priority": 7 },
  ],
  [
    "a transaction that increments",
    (place) => runTransaction(place, () => increment(2)),
    { ".value": 42, ".priority": 7 },
  ],
])("a server value at a place with a priority: %s", async (what, write, expected) => {
  const path = what.replaceAll(" ", "-");
  const place = ref(client, path);
  await setWithPriority(place, 40, 7);
  await write(place);
  expect(await stored(path)).toEqual(expected);
  expect((await get(place)).exportVal()).toEqual(expected);
});

test("pushed and written at the end of a connection", async () => {
  const pushed = await push(ref(client, "list"), { ".value": serverTimestamp(), ".priority": 3 });
  expect(await stored(`list/${pushed.key}`)).toEqual({ ".value": TIME, ".priority": 3 });

  const leaving = database.client();
  await onDisconnect(ref(leaving, "left")).setWithPriority(serverTimestamp(), 4);
  goOffline(leaving);
  const left = await until("the write", () => stored("left"));
  expect(left).toEqual({ ".value": TIME, ".priority": 4 });
});
