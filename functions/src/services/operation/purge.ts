import type { Context } from "../../context.ts";
import { repeatUntilNone, transact } from "../../database/transactions.ts";
import { purgeKeys } from "../../tables/comments/idempotency-keys.ts";
import { deleteTombstones, listExpiredTombstones } from "../../tables/comments/tombstones.ts";
import { lockVideo, raiseFloor } from "../../tables/comments/videos.ts";
import { deleteReportsAbout } from "../../tables/moderation/reports.ts";
import { deleteOutdatedQuarantined } from "../../tables/sync/quarantined-comments.ts";

/** Rows of one statement: locks stay short. */
const BATCH_SIZE = 500;

/**
 * Deletes what has been kept long enough: Idempotency-Keys after a day, tombstones after `config.tombstoneDays`, and the quarantine of
 * comments that have changed since. Safe to repeat, and to run twice at once.
 */
export async function runPurge(context: Context): Promise<{ keys: number; tombstones: number }> {
  const keys = await purgeAllKeys(context);
  const tombstones = await purgeTombstones(context);
  await repeatUntilNone(() => deleteOutdatedQuarantined(context.db, BATCH_SIZE));
  context.log.info("purged", { keys, tombstones });
  return { keys, tombstones };
}

async function purgeAllKeys({ db }: Context): Promise<number> {
  let total = 0;
  for (;;) {
    const purged = await purgeKeys(db, BATCH_SIZE);
    total += purged;
    if (purged < BATCH_SIZE) return total;
  }
}

/** The floor of a video's feed rises to its last purged tombstone, so a reader who has not seen it is told to read the list again. */
async function purgeTombstones({ db, config }: Context): Promise<number> {
  let total = 0;
  for (;;) {
    const expired = await listExpiredTombstones(db, config.tombstoneDays, BATCH_SIZE);
    for (const [videoId, tombstones] of Map.groupBy(expired, ({ video_id }) => video_id)) {
      const lastSeq = Math.max(...tombstones.map(({ seq }) => seq));
      const ids = tombstones.map(({ id }) => id);
      // Before the lock: there may be many. Deleted comments get no new ones.
      await repeatUntilNone(() => deleteReportsAbout(db, ids, BATCH_SIZE));
      await transact(db, async (transaction) => {
        // Locked as for every change of the feed, so that a reader sees the floor and the rows of one moment.
        await lockVideo(transaction, videoId);
        await raiseFloor(transaction, videoId, lastSeq);
        await deleteTombstones(transaction, ids);
      });
    }
    total += expired.length;
    if (expired.length < BATCH_SIZE) return total;
  }
}
