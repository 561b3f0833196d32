import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import * as fc from "fast-check";
import {
  type Database,
  type DataSnapshot,
  type Query,
  type QueryConstraint,
  endAt,
  endBefore,
  get,
  limitToFirst,
  limitToLast,
  onValue,
  orderByChild,
  orderByKey,
  orderByPriority,
  orderByValue,
  query as sdkQuery,
  ref,
  set,
  startAfter,
  startAt,
  update,
} from "firebase/database";
import { json, query, write } from "../../support/rtdb/arbitraries.ts";
import { type Model, type ModelQuery, at, fromJson, selectedKeys, setAt, toJson } from "../../support/rtdb/model.ts";
import { type TestDatabase, createTestDatabase } from "../../support/rtdb/test-database.ts";

let database: TestDatabase;
let writer: Database;
let reader: Database;
let barrier = 0;
let onBarrier: (value: number) => void = () => {};

beforeAll(async () => {
  jest.spyOn(console, "warn").mockReturnValue(); // the SDK logs each missing index
  database = await createTestDatabase();
  await database.setRules({ ".read": true, ".write": true, indexed: { $run: { ".indexOn": ["a", "b/c", ".value"] } } });
  writer = database.client();
  reader = database.client();
  onValue(ref(reader, "barrier"), (snapshot) => onBarrier(Number(snapshot.val())));
});
afterAll(() => database.close());

/** Waits until the reader has all data that was written before. */
async function settle(): Promise<void> {
  barrier += 1;
  const reached = new Promise<void>((resolve) => {
    onBarrier = (value) => {
      if (value === barrier) resolve();
    };
  });
  await set(ref(writer, "barrier"), barrier);
  await reached;
}

const ORDERS: Record<string, () => QueryConstraint> = {
  ".key": orderByKey,
  ".value": orderByValue,
  ".priority": orderByPriority,
};

function toSdkQuery(path: string, query: ModelQuery): Query {
  const { orderBy, start, end, limitToFirst: first, limitToLast: last } = query;
  const constraints = [
    ORDERS[orderBy]?.() ?? orderByChild(orderBy),
    start && (start.isInclusive ? startAt(start.value) : startAfter(start.value)),
    end && (end.isInclusive ? endAt(end.value) : endBefore(end.value)),
    first === undefined ? undefined : limitToFirst(first),
    last === undefined ? undefined : limitToLast(last),
  ];
  return sdkQuery(ref(reader, path), ...constraints.filter((constraint) => constraint !== undefined));
}

/** The children of a snapshot, in order. */
function childrenOf(snapshot: DataSnapshot): [string, unknown][] {
  const found: [string, unknown][] = [];
  snapshot.forEach((child) => {
    found.push([child.key, toJson(fromJson(child.exportVal()))]);
  });
  return found;
}

const expected = (model: Model, query: ModelQuery): [string, unknown][] =>
  selectedKeys(model, query).map((key) => [key, toJson(at(model, [key]))]);

// exportVal() of the SDK loses this key. The unit test of the server has it.
const withoutProto = <T>(value: T): T => JSON.parse(JSON.stringify(value).replaceAll('"__proto__"', '"p"')) as T;

test.each(["indexed", "unindexed"])(
  "after any writes an SDK's queries show what a simple model selects, in order, with children that are %s",
  async (parent) => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        json,
        fc.array(query, { minLength: 1, maxLength: 4 }),
        fc.array(write, { minLength: 1, maxLength: 5 }),
        async (initial, queries, writes) => {
          run += 1;
          const path = `${parent}/run-${run}`;
          let model = setAt(null, [], withoutProto(initial));
          await set(ref(writer, path), withoutProto(initial));
          const shown = queries.map((): [string, unknown][] => []);
          const stops = queries.map((query, i) =>
            onValue(toSdkQuery(path, query), (snapshot) => (shown[i] = childrenOf(snapshot))),
          );
          for (const changes of [[], ...withoutProto(writes)]) {
            for (const change of changes) model = setAt(model, change.path, change.json);
            const values = Object.fromEntries(changes.map(({ path, json }) => [path.join("/"), json]));
            if (changes.length > 0) await update(ref(writer, path), values);
            await settle();
            expect(shown).toEqual(queries.map((query) => expected(model, query)));
          }
          for (const stop of stops) stop();
          if (parent === "indexed") {
            for (const query of queries)
              expect(childrenOf(await get(toSdkQuery(path, query)))).toEqual(expected(model, query));
          }
          await set(ref(writer, path), null);
        },
      ),
      { numRuns: 300 },
    );
  },
);
