import type { FencedUpdate } from "../realtime/fence.ts";
import { writeFencedTogether } from "../realtime/fence.ts";
import type { VideoWithChanges } from "../tables/new-comments.ts";
import { listPages, listWithChanges } from "../tables/new-comments.ts";
import { moveAppliedSeqs } from "../tables/videos.ts";
import { deltaUpdate, snapshotUpdate } from "./batch.ts";
import type { RelayContext } from "./relay.ts";
import { inSnapshot, recordApplied } from "./relay.ts";

/** Changes of a video at most, and of all together: 500 comments of 2,000 characters are 2 MB, of the 16 MB that an update may have. */
const CHANGES_MAX = 100;
const TOTAL_MAX = 500;

/**
 * Brings up several videos that have a few new comments each, which is what most runs find: one snapshot, one update and one mark
 * for all of them, where `relayVideo` takes a dozen round trips for each. Answers those that need it all the same: what was edited,
 * deleted, parked or is far behind, and all of them when one's fence stood elsewhere. Safe to run twice at once, as `relayVideo`.
 * @throws RealtimeError when the Realtime Database is away
 */
export async function relayTogether(context: RelayContext, videoIds: string[]): Promise<string[]> {
  const { db, realtime, window } = context;
  const readAt = performance.now();
  const { ready, left } = await inSnapshot(db, async (snapshot) => {
    const behind = await listWithChanges(snapshot, videoIds, CHANGES_MAX);
    let total = 0;
    const simple = behind.filter((video) => isSimple(video, window) && (total += video.changes.length) <= TOTAL_MAX);
    const pages = simple.flatMap((video) => pageOf(video, window));
    const edges = await listPages(snapshot, pages);
    return {
      ready: simple.map((video) => ({ video, update: updateOf(video, window, edges) })),
      left: behind.filter((video) => !simple.includes(video)).map(({ id }) => id),
    };
  });
  if (ready.length === 0) return left;

  const ids = ready.map(({ video }) => video.id);
  if (
    !(await writeFencedTogether(
      realtime,
      ready.map(({ update }) => update),
    ))
  )
    return [...left, ...ids];
  const moves = ready.map(({ update: { videoId, from, to } }) => ({ id: videoId, from, to }));
  // Somebody else marked one meanwhile: what that means is for `relayVideo` to find out.
  if ((await moveAppliedSeqs(db, moves)) < moves.length) return [...left, ...ids];
  for (const { video, update } of ready)
    recordApplied(context, { update, rows: video.changes, readAt, now: video.now });
  return left;
}

/** Whether all that happened is that comments were posted: nothing was edited, deleted, parked or is to be rebuilt. */
function isSimple({ seq, applied_seq, rebuild_seq, has_parked, changes }: VideoWithChanges, window: number): boolean {
  const n = seq - applied_seq;
  if (has_parked || rebuild_seq > applied_seq || n > window || changes.length !== n) return false;
  return changes.every(({ version, deleted_at }) => version === 1 && deleted_at === null);
}

/** Where the end of the window is, as `deltaUpdate` asks for it; nowhere while the window is not full. */
function pageOf({ id, seq, applied_seq }: VideoWithChanges, window: number) {
  const n = seq - applied_seq;
  if (applied_seq === 0 || seq <= window - n) return [];
  return [{ videoId: id, limit: 2 * n, offset: window - n }];
}

function updateOf(
  { id, epoch, seq, applied_seq, changes }: VideoWithChanges,
  window: number,
  edges: ReadonlyMap<string, VideoWithChanges["changes"]>,
): FencedUpdate {
  const target = { videoId: id, epoch, from: applied_seq, to: seq, window, parked: new Set<string>() };
  // Nothing is known of what stands there.
  if (applied_seq === 0) return snapshotUpdate(target, changes, changes);
  return deltaUpdate(target, changes, edges.get(id) ?? []);
}
