import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { sql } from "kysely";
import { createSharedQueries } from "../../../functions/src/batching/shared-queries.ts";
import { openDatabase } from "../../../functions/src/database/open-database.ts";
import type { Db } from "../../../functions/src/database/schema.ts";
import { executeAll, statement } from "../../../functions/src/database/statement.ts";
import { type TestDatabase, createTestDatabase } from "../../support/mysql/database.ts";
import { until } from "../../support/until.ts";

let database: TestDatabase;
let db: Db;
/** The text of each round trip. */
const roundTrips: string[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({
    url: database.url,
    connections: 10,
    multipleStatements: true,
    // Longer than a query may wait at the gate.
    timeoutMs: 60_000,
    log: ({ query }) => void roundTrips.push(query.sql),
  });
});
afterAll(async () => {
  await db.destroy();
  await database.drop();
});

/** A query for each number times `factor`. */
const times = (factor: number) => ({
  buildStatements: (items: number[]) =>
    items.map((item) => statement<{ product: number }>("SELECT ? * ? AS product", [item, factor])),
  readResults: (results: ({ product: number }[] | undefined)[]) => results.map((rows) => rows?.[0]?.product),
});

test("the same and different queries that are asked at the same time share a round trip", async () => {
  const shareQuery = createSharedQueries(db);
  const [double, triple] = [shareQuery(times(2)), shareQuery(times(3))];
  roundTrips.length = 0;
  const products = await Promise.all([double(1), triple(1), double(5), triple(7), double(9)]);
  expect(products).toEqual([2, 3, 10, 21, 18]);
  expect(roundTrips).toHaveLength(1);
});

test("a query is never answered by a round trip that began before it was asked", async () => {
  await db.insertInto("videos").values({ id: "v", seq: 1 }).execute();
  const seqOf = createSharedQueries(db)({
    buildStatements: (ids: string[]) => [
      statement<{ id: string; seq: number }>("SELECT id, seq FROM videos WHERE id IN (?)", [ids]),
      statement("DO GET_LOCK('gate', 60)"),
      statement("DO RELEASE_LOCK('gate')"),
    ],
    readResults: ([rows = []], ids) => ids.map((id) => rows.find((row) => row.id === id)?.seq),
  });
  await db.connection().execute(async (gate) => {
    await sql`DO GET_LOCK('gate', 60)`.execute(gate);
    const first = seqOf("v");
    await until("the first query to have read, and to wait at the gate", async () => {
      const { rows } =
        await sql`SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND state = 'User lock'`.execute(
          db,
        );
      return rows.length > 0;
    });
    await db.updateTable("videos").set({ seq: 2 }).where("id", "=", "v").execute();
    const second = seqOf("v");
    await sql`DO RELEASE_LOCK('gate')`.execute(gate);
    expect([await second, await first]).toEqual([2, 1]);
  });
});

test("a query that fails does not affect the results of others", async () => {
  const shareQuery = createSharedQueries(db);
  const double = shareQuery(times(2));
  const wrong = shareQuery({
    buildStatements: (ids: string[]) => [statement("SELECT ? FROM nowhere", [ids])],
    readResults: () => [],
  });
  const outcomes = await Promise.allSettled([double(1), wrong("x"), double(3)]);
  expect(outcomes).toMatchObject([
    { status: "fulfilled", value: 2 },
    { status: "rejected", reason: { code: "ER_NO_SUCH_TABLE" } },
    { status: "fulfilled", value: 6 },
  ]);
});

test("a transaction that fails inside a round trip is rolled back", async () => {
  const insert = createSharedQueries(db)({
    buildStatements: (ids: string[]) => [
      statement("START TRANSACTION"),
      statement("INSERT INTO videos (id) VALUES ?", [ids.map((id) => [id])]),
      statement(ids.includes("wrong") ? "SELECT 1 FROM nowhere" : "SELECT 1"),
      statement("COMMIT"),
    ],
    readResults: (_, ids) => ids,
  });
  const outcomes = await Promise.allSettled(["right", "wrong", "fine"].map(insert));
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  const other = openDatabase({ url: database.url, connections: 1 });
  const rows = await other.selectFrom("videos").select("id").where("id", "in", ["right", "wrong", "fine"]).execute();
  await other.destroy();
  expect(rows.map(({ id }) => id).sort()).toEqual(["fine", "right"]);
});

test("a value is never read as SQL", async () => {
  const hostile = ["'; DROP TABLE users; --", "\\", "\\'", '"', "?", "`", "😀", "a\nb\tc", "%_"];
  const [one, list] = await executeAll(db, [
    statement<{ value: string }>("SELECT ? AS value", [hostile[0]]),
    statement<{ value: string }>(hostile.map(() => "SELECT ? AS value").join(" UNION ALL "), hostile),
  ]);
  expect(one).toEqual([{ value: hostile[0] }]);
  expect(list?.map(({ value }) => value)).toEqual(hostile);
  const object = statement<{ value: string }>("SELECT ? AS value", [{ id: 1 }]);
  expect(await executeAll(db, [object])).toEqual([[{ value: "[object Object]" }]]);
});
