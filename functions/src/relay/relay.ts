import { RealtimeError } from "../realtime/errors.ts";
import type { FencedUpdate } from "../realtime/fence.ts";
import { writeFenced } from "../realtime/fence.ts";
import type { Realtime } from "../realtime/realtime.ts";
import { listChanges, listComments } from "../tables/comments.ts";
import type { Db } from "../tables/schema.ts";
import { findVideo, moveAppliedSeq } from "../tables/videos.ts";
import { CHANGES_KEPT, DELTA_MAX, deltaUpdate, snapshotUpdate } from "./batch.ts";

export interface RelayContext {
  db: Db;
  realtime: Realtime;
  /** Newest comments of a video that the Realtime Database holds. */
  window: number;
}

/**
 * Brings the Realtime Database up to what MySQL says of a video *now*; returns when nothing is left. It takes no data and holds no
 * lock: run twice at once, late or for nothing, it does no harm, for the fence lets each change through once.
 * @throws RealtimeError when the Realtime Database is away or refuses; then `applied_seq` says how far it came
 */
export async function relayVideo(context: RelayContext, videoId: string): Promise<void> {
  for (;;) {
    const pending = await readPending(context, videoId);
    if (!pending) return;
    const { appliedSeq, update } = pending;
    const fence = await writeFenced(context.realtime, update);
    if (fence.epoch > update.epoch) {
      throw new RealtimeError("refused", `sync/${videoId} is of epoch ${fence.epoch}, MySQL's is ${update.epoch}`);
    }
    // An older epoch, or a fence behind MySQL's mark, is a Realtime Database that was wiped or restored: it is filled from 0.
    const stands = fence.epoch === update.epoch ? fence.to : 0;
    await moveAppliedSeq(context.db, videoId, appliedSeq, stands);
  }
}

interface Pending {
  appliedSeq: number;
  update: FencedUpdate;
}

/** The next update that the video needs, read in one snapshot; undefined when it needs none. */
async function readPending({ db, window }: RelayContext, videoId: string): Promise<Pending | undefined> {
  return db
    .transaction()
    .setIsolationLevel("repeatable read")
    .setAccessMode("read only")
    .execute(async (snapshot) => {
      const video = await findVideo(snapshot, videoId);
      if (!video?.is_behind) return undefined;
      const { applied_seq: from, seq: to, epoch } = video;
      const target = { videoId, epoch, from, to, window };
      const n = to - from;

      if (from === 0 || n > Math.min(DELTA_MAX, window)) {
        const newest = await listComments(snapshot, videoId, { limit: window });
        const changes = await listChanges(snapshot, videoId, to - CHANGES_KEPT, CHANGES_KEPT);
        return { appliedSeq: from, update: snapshotUpdate(target, newest, changes) };
      }
      const changes = await listChanges(snapshot, videoId, from, n);
      const edge = await listComments(snapshot, videoId, { limit: 2 * n, offset: window - n });
      return { appliedSeq: from, update: deltaUpdate(target, changes, edge) };
    });
}
