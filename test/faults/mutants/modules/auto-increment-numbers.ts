import { sql } from "kysely";
import { setTimeout as sleep } from "node:timers/promises";
import type * as videos from "../../../../functions/src/tables/comments/videos.ts";

export * from "../../../../functions/src/tables/comments/videos.ts";

export const takeSeq: typeof videos.takeSeq = async (transaction, id) => {
  const { insertId } = await sql`INSERT INTO change_numbers () VALUES ()`.execute(transaction);
  const seq = Number(insertId);
  // Widens the race, as a busy server does.
  await sleep(Math.random() * 200);
  await sql`INSERT INTO videos (id, seq) VALUES (${id}, ${seq})
    ON DUPLICATE KEY UPDATE seq = GREATEST(seq, ${seq})`.execute(transaction);
  return seq;
};
