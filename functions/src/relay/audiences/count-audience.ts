import { setTimeout as sleep } from "node:timers/promises";
import { countPresent, removeAbsent, removeTyping, writeAudience } from "../../realtime/audience.ts";
import {
  type ClaimedCount,
  claimCount,
  findDueMs,
  forgetUnwatched,
  scheduleCount,
} from "../../tables/sync/audiences.ts";
import type { AudienceContext } from "./context.ts";

/** Between two counts, if the last one changed. No video's count is written more often. */
const BUSY_SECONDS = 5;
/** Otherwise, and for a large audience. With the time that a count takes, a change is shown within 15 s. */
const CALM_SECONDS = 12;
/** A larger audience is counted less often: 4.4 MB of keys are read for 100,000 viewers. */
const LARGE_AUDIENCE = 5_000;
/** The queue's clock and the database's differ. A task that is early by less waits; one that is earlier comes for nothing. */
const MAX_EARLY_MS = 3_000;

/**
 * Counts who is present on a video, if a count is due, and asks the queue for the next one. The chain of tasks ends when nobody is left.
 *
 * It looks at what is there and remembers nothing, so it may run twice at once, late or for nothing: each due time is claimed by one run,
 * and only that run asks for a next task. So two chains for one video become one, and a video has one count at a time.
 * @throws RealtimeError; the next count is due all the same
 */
export async function countAudience(context: AudienceContext, videoId: string): Promise<void> {
  const { db, queue } = context;
  const dueMs = await findDueMs(db, videoId);
  if (dueMs === undefined || dueMs > MAX_EARLY_MS) return;
  if (dueMs > 0) await sleep(Math.ceil(dueMs) + 1);
  const count = await claimCount(db, videoId);
  if (!count) return;
  let result: CountResult = { delaySeconds: CALM_SECONDS };
  try {
    result = await countOnce(context, videoId, count);
  } finally {
    if (result.delaySeconds !== undefined) {
      await scheduleCount(db, videoId, { ...result, delaySeconds: result.delaySeconds });
      await queue.enqueue({ video_id: videoId }, { delaySeconds: result.delaySeconds });
    }
  }
}

interface CountResult {
  /** Until the next count; undefined when there is none. */
  delaySeconds: number | undefined;
  viewers?: number;
}

async function countOnce({ db, realtime }: AudienceContext, videoId: string, last: ClaimedCount): Promise<CountResult> {
  const { now } = last;
  await removeAbsent(realtime, videoId, last);
  const viewers = await countPresent(realtime, videoId);
  const hasChanged = await writeAudience(realtime, videoId, { viewers, now });
  if (viewers === 0) {
    await removeTyping(realtime, videoId);
    if (await forgetUnwatched(db, videoId)) return { delaySeconds: undefined };
  }
  return { delaySeconds: hasChanged && viewers <= LARGE_AUDIENCE ? BUSY_SECONDS : CALM_SECONDS, viewers };
}
