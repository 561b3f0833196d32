import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Db, Schema } from "../../../functions/src/database/schema.ts";
import { inOneTrip, openDatabase, statement } from "../../../functions/src/database/database.ts";
import { createTrips } from "../../../functions/src/batching/shared-queries.ts";
import { Kysely, MysqlDialect, sql } from "kysely";
import { createPool } from "mysql2";
import type { TestDatabase } from "../../support/mysql/database.ts";
import { createTestDatabase } from "../../support/mysql/database.ts";
import { until } from "../../support/until.ts";

let database: TestDatabase;
let db: Db;
const asked: string[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  const pool = createPool({ uri: database.url, multipleStatements: true, stringifyObjects: true });
  db = new Kysely<Schema>({
    dialect: new MysqlDialect({ pool }),
    log: ({ query }) => void asked.push(query.sql),
  });
});
afterAll(async () => {
  await db.destroy();
  await database.drop();
});

/** A question that says of each number what it is times `factor`. */
const times = (factor: number) => ({
  ask: (items: number[]) =>
    items.map((item) => statement<{ product: number }>("SELECT ? * ? AS product", [item, factor])),
  read: (answers: ({ product: number }[] | undefined)[]) => answers.map((rows) => rows?.[0]?.product),
});

test("whatever is asked at the same time, be it the same question or another, shares a round trip", async () => {
  const trips = createTrips(db);
  const [double, triple] = [trips(times(2)), trips(times(3))];
  asked.length = 0;
  const products = await Promise.all([double(1), triple(1), double(5), triple(7), double(9)]);
  expect(products).toEqual([2, 3, 10, 21, 18]);
  expect(asked).toHaveLength(1);
});

test("what is asked while a trip is under way is not answered from it", async () => {
  await db.insertInto("videos").values({ id: "v", seq: 1 }).execute();
  const seqOf = createTrips(db)({
    ask: (ids: string[]) => [
      statement<{ id: string; seq: number }>("SELECT id, seq FROM videos WHERE id IN (?)", [ids]),
      statement("DO GET_LOCK('gate', 60)"),
      statement("DO RELEASE_LOCK('gate')"),
    ],
    read: ([rows = []], ids) => ids.map((id) => rows.find((row) => row.id === id)?.seq),
  });
  await db.connection().execute(async (gate) => {
    await sql`DO GET_LOCK('gate', 60)`.execute(gate);
    const first = seqOf("v");
    await until("the first to have read, and to stand at the gate", async () => {
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

test("a question that fails takes nobody else's answer away", async () => {
  const trips = createTrips(db);
  const double = trips(times(2));
  const wrong = trips({ ask: (ids: string[]) => [statement("SELECT ? FROM nowhere", [ids])], read: () => [] });
  const outcomes = await Promise.allSettled([double(1), wrong("x"), double(3)]);
  expect(outcomes).toMatchObject([
    { status: "fulfilled", value: 2 },
    { status: "rejected", reason: { code: "ER_NO_SUCH_TABLE" } },
    { status: "fulfilled", value: 6 },
  ]);
});

test("a transaction that fails within a trip is undone, and the connection is as before", async () => {
  const trips = createTrips(db);
  const write = trips({
    ask: (ids: string[]) => [
      statement("START TRANSACTION"),
      statement("INSERT INTO videos (id) VALUES ?", [ids.map((id) => [id])]),
      statement(ids.includes("wrong") ? "SELECT 1 FROM nowhere" : "SELECT 1"),
      statement("COMMIT"),
    ],
    read: (_, ids) => ids,
  });
  const outcomes = await Promise.allSettled(["right", "wrong", "fine"].map(write));
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  const other = openDatabase({ url: database.url, connections: 1 });
  const rows = await other.selectFrom("videos").select("id").where("id", "in", ["right", "wrong", "fine"]).execute();
  await other.destroy();
  expect(rows.map(({ id }) => id).sort()).toEqual(["fine", "right"]);
});

test("a value stays a value, whatever it says", async () => {
  const hostile = ["'; DROP TABLE users; --", "\\", "\\'", '"', "?", "`", "😀", "a\nb\tc", "%_"];
  const [one, list] = await inOneTrip(db, [
    statement<{ value: string }>("SELECT ? AS value", [hostile[0]]),
    statement<{ value: string }>(hostile.map(() => "SELECT ? AS value").join(" UNION ALL "), hostile),
  ]);
  expect(one).toEqual([{ value: hostile[0] }]);
  expect(list?.map(({ value }) => value)).toEqual(hostile);
  const object = statement<{ value: string }>("SELECT ? AS value", [{ id: 1 }]);
  expect(await inOneTrip(db, [object])).toEqual([[{ value: "[object Object]" }]]);
});
