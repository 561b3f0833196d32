import type { RowDataPacket } from "mysql2/promise";
import type { Db } from "../../../functions/src/database/schema.ts";
import { openConnection } from "../../../test/support/mysql/connection.ts";
import { numbers } from "../../../test/support/mysql/plans/numbers.ts";

/** Rows of one statement: few enough for the server to sort in memory. */
const ROWS = 100_000;

/**
 * Inserts comments by SQL, evenly over the videos `v0`, `v1`, … and the users, as if they had been posted in turn. No change is marked as
 * relayed. 10,000,000 take about four minutes. On a connection of its own: the product's have a deadline.
 */
export async function insertComments(
  mysqlUrl: string,
  { comments, videos }: { comments: number; videos: number },
): Promise<void> {
  const connection = await openConnection(mysqlUrl);
  const run = (text: string) => connection.query(text);
  try {
    await run("SET SESSION foreign_key_checks = 0, unique_checks = 0");
    await run(
      "CREATE TEMPORARY TABLE numbered_users (n INT PRIMARY KEY, id CHAR(36) CHARACTER SET ascii) ENGINE = InnoDB",
    );
    await run("INSERT INTO numbered_users SELECT ROW_NUMBER() OVER (ORDER BY id) - 1, id FROM users");
    const [[counted]] = await connection.query<RowDataPacket[]>("SELECT COUNT(*) AS users FROM numbered_users");
    const users = Number(counted?.["users"]);
    await run(`INSERT INTO videos (id, seq) SELECT CONCAT('v', n), ${comments / videos} FROM ${numbers(videos)}`);
    for (let from = 0; from < comments; from += ROWS) {
      const shifted = `(SELECT n + ${from} AS n FROM ${numbers(Math.min(ROWS, comments - from))}) AS shifted`;
      await run(`INSERT INTO comments (id, video_id, user_id, content, seq, first_seq)
        SELECT ${commentId("shifted.n")}, CONCAT('v', shifted.n MOD ${videos}), numbered_users.id,
          'a comment of the length that comments have', shifted.n DIV ${videos} + 1, shifted.n DIV ${videos} + 1
        FROM ${shifted} JOIN numbered_users ON numbered_users.n = shifted.n MOD ${users} ORDER BY shifted.n`);
    }
    await run("ANALYZE TABLE comments, videos");
  } finally {
    await connection.end();
  }
}

/** SQL for the UUIDv7 of the n-th millisecond. */
const commentId = (n: string) => {
  const hex = `LOWER(LPAD(HEX(${n}), 12, '0'))`;
  return `CONCAT(SUBSTR(${hex}, 1, 8), '-', SUBSTR(${hex}, 9, 4), '-7000-8000-000000000000')`;
};

/** Adds comments to one video as a writer without the inline relay does. */
export async function addUnrelayed(
  db: Db,
  { videoId, userId, count, newId }: { videoId: string; userId: string; count: number; newId: () => string },
): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    const video = await transaction
      .selectFrom("videos")
      .select("seq")
      .where("id", "=", videoId)
      .forUpdate()
      .executeTakeFirstOrThrow();
    const rows = Array.from({ length: count }, (_, n) => ({
      id: newId(),
      video_id: videoId,
      user_id: userId,
      content: "a comment of the length that comments have",
      seq: video.seq + n + 1,
    }));
    await transaction.insertInto("comments").values(rows).execute();
    await transaction
      .updateTable("videos")
      .set({ seq: video.seq + count })
      .where("id", "=", videoId)
      .execute();
  });
}
