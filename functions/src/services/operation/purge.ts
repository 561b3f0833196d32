import type { Context } from "../../context.ts";
import { transact } from "../../database/transactions.ts";
import { purgeKeys } from "../../tables/comments/idempotency-keys.ts";
import { deleteTombstones, listExpiredTombstones } from "../../tables/comments/tombstones.ts";
import { lockVideo, raiseFloor } from "../../tables/comments/videos.ts";

/** Rows in one statement: short locks. */
const BATCH = 500;

/**
 * Removes what has been kept long enough: Idempotency-Keys after a day, tombstones after `config.tombstoneDays`. The floor of a
 * video's feed rises to the last tombstone removed, so that whoever has not seen it is told to read the list again. Safe to repeat
 * and to run twice at once.
 */
export async function purge(context: Context): Promise<{ keys: number; tombstones: number }> {
  let keys = 0;
  for (let purged = BATCH; purged === BATCH; keys += purged) purged = await purgeKeys(context.db, BATCH);

  let tombstones = 0;
  for (;;) {
    const expired = await listExpiredTombstones(context.db, context.config.tombstoneDays, BATCH);
    for (const [videoId, group] of Map.groupBy(expired, ({ video_id }) => video_id)) {
      await transact(context.db, async (transaction) => {
        // As every change of the feed, so that a reader sees the floor and the rows of one moment.
        await lockVideo(transaction, videoId);
        await raiseFloor(transaction, videoId, Math.max(...group.map(({ seq }) => seq)));
        await deleteTombstones(
          transaction,
          group.map(({ id }) => id),
        );
      });
    }
    tombstones += expired.length;
    if (expired.length < BATCH) break;
  }
  context.log.info("purged", { keys, tombstones });
  return { keys, tombstones };
}
