import { randomUUID } from "node:crypto";
import { mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { RowDataPacket } from "mysql2/promise";
import { databaseOf, dropDatabase, ensureDatabase, withDatabase } from "../../../scripts/platform/mysql/database.ts";
import { migrate, migrationStatus } from "../../../scripts/platform/mysql/migrations.ts";
import { migrations } from "../../../scripts/platform/paths.ts";
import { environment } from "../../support/environment.ts";
import { openConnection } from "../../support/mysql/connection.ts";
import { createTestDatabase } from "../../support/mysql/database.ts";
import { useTemporaryFolder } from "../../support/temporary-folder.ts";

const temporary = useTemporaryFolder();
let url = "";

beforeEach(async () => {
  url = withDatabase(environment("MYSQL_URL"), `test_${randomUUID().replaceAll("-", "")}`);
  await ensureDatabase(url);
});

afterEach(() => dropDatabase(url));

async function createFolder(...files: string[]): Promise<string> {
  const folder = await mkdtemp(join(temporary.path, "migrations-"));
  for (const [index, sql] of files.entries()) await writeFile(join(folder, `000${index + 1}_step.sql`), sql);
  return folder;
}

async function query(sql: string): Promise<RowDataPacket[]> {
  const connection = await openConnection(url);
  try {
    const [rows] = await connection.query<RowDataPacket[]>(sql);
    return rows;
  } finally {
    await connection.end();
  }
}

const counter = "CREATE TABLE counter (n INT); INSERT INTO counter VALUES (1);";

test("each file is applied once, though two migrations run at once and a third later", async () => {
  const folder = await createFolder(counter, "UPDATE counter SET n = n + 1;");
  const both = await Promise.all([migrate(url, folder), migrate(url, folder)]);
  expect(both.map(({ length }) => length).toSorted((a, b) => a - b)).toEqual([0, 2]);
  await expect(migrate(url, folder)).resolves.toEqual([]);
  await expect(query("SELECT n FROM counter")).resolves.toEqual([{ n: 2 }]);
});

test("a file that fails is not recorded, those before it are, and its fixed version is applied", async () => {
  const broken = await createFolder(counter, "UPDATE counter SET n = 5; UPDATE nothing SET n = 1;", "SELECT 1");
  await expect(migrate(url, broken)).rejects.toThrow(/0002_step\.sql failed: .*nothing.*not recorded/s);
  await expect(query("SELECT version FROM schema_migrations")).resolves.toEqual([{ version: 1 }]);
  const fixed = await createFolder(counter, "UPDATE counter SET n = 5;", "SELECT 1");
  await expect(migrate(url, fixed)).resolves.toEqual(["0002_step.sql", "0003_step.sql"]);
});

test("a file changed after it was applied stops the migration before anything new", async () => {
  await migrate(url, await createFolder(counter));
  const changed = await createFolder(`${counter} `, "CREATE TABLE later (n INT);");
  await expect(migrate(url, changed)).rejects.toThrow("0001_step.sql was changed after it was applied");
  await expect(query("SHOW TABLES LIKE 'later'")).resolves.toEqual([]);
});

test("a file may contain a procedure, whose body has its own semicolons", async () => {
  const procedure = "CREATE PROCEDURE bump() BEGIN UPDATE counter SET n = 7; UPDATE counter SET n = n + 1; END;";
  await migrate(url, await createFolder(counter, `${procedure} CALL bump();`));
  await expect(query("SELECT n FROM counter")).resolves.toEqual([{ n: 8 }]);
});

test("the status lists applied and pending files, and changes nothing", async () => {
  const one = await createFolder(counter);
  await expect(migrationStatus(url, one)).resolves.toEqual({ applied: [], pending: ["0001_step.sql"] });
  await expect(query("SHOW TABLES")).resolves.toEqual([]);
  await migrate(url, one);
  const { applied, pending } = await migrationStatus(url, await createFolder(counter, "SELECT 1"));
  expect(applied).toMatchObject([{ version: 1, name: "0001_step.sql" }]);
  expect(Math.abs(Date.now() - (applied[0]?.appliedAt.getTime() ?? 0))).toBeLessThan(60_000);
  expect(pending).toEqual(["0002_step.sql"]);
});

test("the tests' databases, which are copies, are what the migrations make in a database whose character set is another", async () => {
  const database = databaseOf(url);
  await query(`ALTER DATABASE ${database} CHARACTER SET latin1`);
  await migrate(url, migrations);
  expect(environment("TEST_DATABASE_TEMPLATE")).toBe(environment("MYSQL_URL"));
  const copy = await createTestDatabase();
  try {
    const made = await contentsOf(url);
    expect(made.length).toBeGreaterThan(20);
    expect(await contentsOf(copy.url)).toEqual(made);
  } finally {
    await copy.drop();
  }
});

/** Each table of a database, with its number of rows. */
async function contentsOf(databaseUrl: string): Promise<unknown[]> {
  const connection = await openConnection(databaseUrl);
  try {
    const [tables] = await connection.query<RowDataPacket[]>("SHOW FULL TABLES");
    const contents: unknown[] = [];
    for (const [name, kind] of tables.map((table) => Object.values(table))) {
      const [[shown]] = await connection.query<RowDataPacket[]>("SHOW CREATE TABLE ??", [name]);
      const [[counted]] = await connection.query<RowDataPacket[]>("SELECT COUNT(*) AS count FROM ??", [name]);
      // MySQL names the character set of a column where the statement named it, though the collation tells it.
      const statement = String(shown?.["Create Table"]).replaceAll(/CHARACTER SET (\w+) (?=COLLATE \1_)/g, "");
      contents.push([name, kind, statement, counted?.["count"]]);
    }
    return contents;
  } finally {
    await connection.end();
  }
}
