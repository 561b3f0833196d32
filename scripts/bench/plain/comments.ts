import { v7 as uuidv7 } from "uuid";
import { openConnection } from "../../../test/support/mysql/connection.ts";
import type { BenchSystem } from "../system.ts";

export const LISTED_VIDEO = "listed";
const COMMENTS = 10_000;
const ROWS = 1_000;

/** Fills `LISTED_VIDEO` on ours and on the plain server, of as many users as there are. */
export async function insertComments({ mysqlUrl, userIds }: BenchSystem): Promise<void> {
  const connection = await openConnection(mysqlUrl);
  try {
    await connection.query("INSERT INTO videos (id, seq, applied_seq) VALUES (?, ?, ?)", [
      LISTED_VIDEO,
      COMMENTS,
      COMMENTS,
    ]);
    for (let first = 0; first < COMMENTS; first += ROWS) {
      const rows = Array.from({ length: ROWS }, (_, row) => {
        const seq = first + row + 1;
        const userId = userIds[seq % userIds.length] ?? "";
        const msecs = Date.UTC(2026, 0, 1) + seq * 1_000;
        return { id: uuidv7({ msecs }), userId, seq, createdAt: new Date(msecs) };
      });
      const content = "a comment of the length that comments have";
      await connection.query(
        "INSERT INTO comments (id, video_id, user_id, content, seq, inserted_at, updated_at) VALUES ?",
        [rows.map(({ id, userId, seq, createdAt }) => [id, LISTED_VIDEO, userId, content, seq, createdAt, createdAt])],
      );
      await connection.query("INSERT INTO plain_comments (id, video_id, user_id, content, created_at) VALUES ?", [
        rows.map(({ id, userId, createdAt }) => [id, LISTED_VIDEO, userId, content, createdAt]),
      ]);
    }
  } finally {
    await connection.end();
  }
}
