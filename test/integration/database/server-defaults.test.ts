import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import { type RowDataPacket, createConnection } from "mysql2/promise";
import { openDatabase } from "../../../functions/src/database/open-database.ts";
import { findUser } from "../../../functions/src/tables/accounts/users.ts";
import { environment } from "../../support/environment.ts";
import { openConnection } from "../../support/mysql/connection.ts";
import { type TestDatabase, createTestDatabase } from "../../support/mysql/database.ts";

// All other defaults of the tests' server are hostile for every test: scripts/platform/tests/hostile-defaults.ts. This one does not apply to
// administrators, and the other tests connect as one.
const name = `t${randomUUID().slice(0, 8)}`;
const TEXT = "Grüße 😀";
let database: TestDatabase;
let url: string;

async function asAdministrator(...statements: string[]): Promise<void> {
  const connection = await openConnection(environment("MYSQL_URL"));
  for (const statement of statements) await connection.query(statement);
  await connection.end();
}

beforeAll(async () => {
  database = await createTestDatabase();
  const own = new URL(database.url);
  own.username = name;
  url = own.href;
  await asAdministrator(
    `CREATE USER ${name}@'%'`,
    `GRANT ALL ON ${own.pathname.slice(1)}.* TO ${name}@'%'`,
    "SET GLOBAL init_connect = 'SET NAMES latin1'",
  );
});
afterAll(async () => {
  await asAdministrator("SET GLOBAL init_connect = ''", `DROP USER ${name}@'%'`);
  await database.drop();
});

test("text comes back as it was written, though the server sets another character set on each connection", async () => {
  const db = openDatabase({ url, connections: 1 });
  const id = randomUUID();
  const email = "a@example.com";
  const user = { id, email, username: TEXT, email_canonical: email, username_canonical: TEXT, password_hash: "" };
  await db.insertInto("users").values(user).execute();
  expect((await findUser(db, id))?.username).toBe(TEXT);
  await db.destroy();

  // Control: a connection without our settings reads it otherwise.
  const plain = await createConnection({ uri: url, charset: "utf8mb4" });
  const [found] = await plain.query<RowDataPacket[]>("SELECT username FROM users");
  await plain.end();
  expect(found[0]?.["username"]).not.toBe(TEXT);
});
