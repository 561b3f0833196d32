import { expect, test } from "@jest/globals";
import { summarizeQuery } from "../../../functions/src/telemetry/query-summary.ts";

test.each([
  ["SELECT comments", "select `users`.`username`, `comments`.`id` from `comments` left join `users` on true"],
  ["INSERT comments", "INSERT INTO comments (id) VALUES (?)"],
  ["INSERT idempotency_keys", "insert ignore into `idempotency_keys` (`a`) values (?)"],
  ["UPDATE videos", "update `videos` set `seq` = ? where `id` = ?"],
  ["DELETE limits", "\n  DELETE FROM limits WHERE expires_at < ?"],
  ["BATCH SELECT sessions", "SELECT id FROM sessions WHERE id IN (?); SELECT id FROM videos WHERE id IN (?)"],
  ["BATCH INSERT videos", "START TRANSACTION; INSERT INTO videos (id) VALUES (?); COMMIT"],
  ["BATCH SET", "SET time_zone = '+00:00'; SET autocommit = 1"],
  ["OTHER", ""],
  ["OTHER", "?;?".slice(0, 1)],
])("%s: %s", (summary, sql) => {
  expect(summarizeQuery(sql)).toBe(summary);
});

test("a statement as long as a batch of posts is read only at its beginning", () => {
  expect(summarizeQuery(`SELECT ${"x, ".repeat(1_000_000)} y FROM comments`)).toBe("SELECT");
});
