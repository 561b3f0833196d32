import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import * as fc from "fast-check";
import {
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
import { json, query, write } from "../../support/rtdb-arbitraries.ts";
import { at, fromJson, selected, setAt, toJson } from "../../support/rtdb-model.ts";
import { createTestDatabase } from "../../support/rtdb.ts";
import type { Database, DataSnapshot, Query, QueryConstraint } from "firebase/database";
import type { Model, ModelQuery } from "../../support/rtdb-model.ts";
import type { TestDatabase } from "../../support/rtdb.ts";

let database: TestDatabase;
let writer: Database;
let reader: Database;
let barrier = 0;
let onPassed: (value: number) => void = () => {};

beforeAll(async () => {
  jest.spyOn(console, "warn").mockReturnValue(); // the SDK reports each missing index
  database = await createTestDatabase();
  await database.setRules({ ".read": true, ".write": true, indexed: { $run: { ".indexOn": ["a", "b/c", ".value"] } } });
  writer = database.client();
  reader = database.client();
  onValue(ref(reader, "barrier"), (snapshot) => onPassed(Number(snapshot.val())));
});
afterAll(() => database.close());

/** Waits until the reader has seen everything that was written before. */
async function settle(): Promise<void> {
  barrier += 1;
  const passed = new Promise<void>((resolve) => {
    onPassed = (value) => {
      if (value === barrier) resolve();
    };
  });
  await set(ref(writer, "barrier"), barrier);
  await passed;
}

const ORDERS: Record<string, () => QueryConstraint> = {
  ".key": orderByKey,
  ".value": orderByValue,
  ".priority": orderByPriority,
};

function toSdk(place: string, { orderBy, start, end, first, last }: ModelQuery): Query {
  const constraints = [
    ORDERS[orderBy]?.() ?? orderByChild(orderBy),
    start && (start.inclusive ? startAt(start.value) : startAfter(start.value)),
    end && (end.inclusive ? endAt(end.value) : endBefore(end.value)),
    first === undefined ? undefined : limitToFirst(first),
    last === undefined ? undefined : limitToLast(last),
  ];
  return sdkQuery(ref(reader, place), ...constraints.filter((constraint) => constraint !== undefined));
}

/** The children of a snapshot in their order, with all that they hold. */
function children(snapshot: DataSnapshot): [string, unknown][] {
  const found: [string, unknown][] = [];
  snapshot.forEach((child) => {
    found.push([child.key, toJson(fromJson(child.exportVal()))]);
  });
  return found;
}

const expected = (model: Model, query: ModelQuery): [string, unknown][] =>
  selected(model, query).map((key) => [key, toJson(at(model, [key]))]);

// The SDK's own exportVal() loses this key; the server's property test has it.
const ordinary = <T>(value: T): T => JSON.parse(JSON.stringify(value).replaceAll('"__proto__"', '"p"')) as T;

test.each(["indexed", "unindexed"])(
  "whatever is written, an SDK's windows show what a naive model selects, in its order, where children are %s",
  async (parent) => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        json,
        fc.array(query, { minLength: 1, maxLength: 4 }),
        fc.array(write, { minLength: 1, maxLength: 5 }),
        async (initial, queries, writes) => {
          run += 1;
          const place = `${parent}/run-${run}`;
          let model = setAt(null, [], ordinary(initial));
          await set(ref(writer, place), ordinary(initial));
          const shown = queries.map((): [string, unknown][] => []);
          const stops = queries.map((query, i) =>
            onValue(toSdk(place, query), (snapshot) => (shown[i] = children(snapshot))),
          );
          for (const parts of [[], ...ordinary(writes)]) {
            for (const { path, json } of parts) model = setAt(model, path, json);
            const changes = Object.fromEntries(parts.map(({ path, json }) => [path.join("/"), json]));
            if (parts.length > 0) await update(ref(writer, place), changes);
            await settle();
            expect(shown).toEqual(queries.map((query) => expected(model, query)));
          }
          for (const stop of stops) stop();
          if (parent === "indexed") {
            for (const query of queries)
              expect(children(await get(toSdk(place, query)))).toEqual(expected(model, query));
          }
          await set(ref(writer, place), null);
        },
      ),
      { numRuns: 300 },
    );
  },
);
