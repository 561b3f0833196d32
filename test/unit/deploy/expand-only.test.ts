import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { contractionsIn } from "../../../scripts/deploy/expand-only.ts";
import { migrations } from "../../../scripts/platform/paths.ts";

test.each([
  "CREATE TABLE t (id INT NOT NULL, name VARCHAR(10) NOT NULL, PRIMARY KEY (id), UNIQUE KEY t_name (name))",
  "ALTER TABLE t ADD COLUMN a INT NULL, ADD COLUMN b INT NOT NULL DEFAULT 0, ADD KEY t_a (a, b)",
  "ALTER TABLE t ADD COLUMN c VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT ''",
  "ALTER TABLE t ADD (a INT NOT NULL DEFAULT 0, b DECIMAL(4, 2) NULL), ADD FULLTEXT KEY t_f (b), ADD SPATIAL INDEX t_s (g)",
  "ALTER TABLE t DROP INDEX t_old, DROP KEY t_older, RENAME INDEX a TO b, RENAME KEY c TO d, ALTER a SET DEFAULT 1",
  "CREATE INDEX t_a ON t (a); INSERT INTO t (id) VALUES (1); UPDATE t SET a = 1 WHERE a IS NULL",
  "-- DROP TABLE is only a comment\nCREATE TABLE u (id INT)",
])("the old code runs on: %s", (sql) => {
  expect(contractionsIn(sql)).toEqual([]);
});

test.each([
  ["DROP TABLE t", "drops a table"],
  ["ALTER TABLE t DROP COLUMN a", "drops a column"],
  ["ALTER TABLE t DROP a", "drops a column"],
  ["RENAME TABLE t TO u", "renames"],
  ["ALTER TABLE t RENAME TO u", "renames"],
  ["ALTER TABLE t RENAME u", "renames"],
  ["ALTER TABLE t ADD a INT NULL, RENAME `u`", "renames"],
  ["ALTER TABLE t ALTER COLUMN a DROP DEFAULT", "drops a default"],
  ["ALTER TABLE t ALTER a DROP DEFAULT", "drops a default"],
  ["ALTER TABLE t CONVERT TO CHARACTER SET ascii", "changes a column's type"],
  ["ALTER TABLE t RENAME COLUMN a TO b", "renames"],
  ["alter table t change column a b int", "renames or changes"],
  ["ALTER TABLE t MODIFY COLUMN a VARCHAR(2)", "changes a column's type"],
  ["ALTER TABLE t ADD UNIQUE KEY t_a (a)", "old writes may break"],
  ["CREATE UNIQUE INDEX t_a ON t (a)", "old writes may break"],
  ["ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)", "old writes may break"],
  ["ALTER TABLE t ADD COLUMN a INT NOT NULL", "without a default"],
  ["ALTER TABLE t ADD `a` INT NOT NULL", "without a default"],
  ["ALTER TABLE t ADD checked_at DATETIME NOT NULL", "without a default"],
  ["ALTER TABLE t ADD index_no INT NOT NULL", "without a default"],
  ["ALTER TABLE t ADD (a INT NOT NULL)", "without a default"],
  ["ALTER TABLE t ADD (a INT NOT NULL DEFAULT 0, b DECIMAL(4, 2) NOT NULL)", "without a default"],
  ["ALTER TABLE t ADD COLUMN (a DECIMAL(4, 2) NOT NULL, b INT NULL DEFAULT 0)", "without a default"],
  ["ALTER TABLE t ADD a DECIMAL(4, 2) NOT NULL, ADD b INT NULL", "without a default"],
  ["TRUNCATE TABLE t", "empties"],
  ["CREATE TABLE u (id INT); DROP TABLE t", "drops a table"],
])("the old code may fail on: %s", (sql, what) => {
  expect(contractionsIn(sql).join()).toContain(what);
});

test("a dropped table is reported once", () => {
  expect(contractionsIn("DROP TABLE t")).toEqual(["drops a table: DROP TABLE t"]);
});

test("the first migration only adds, and the one that renames is found", () => {
  const read = (name: string) => readFileSync(join(migrations, name), "utf8");
  expect(contractionsIn(read("0001_accounts.sql"))).toEqual([]);
  expect(contractionsIn(read("0005_quarantine.sql")).join()).toMatch(/renames/);
});
