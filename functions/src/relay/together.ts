import type { FencedUpdate } from "../realtime/fence.ts";
import { writeFencedTogether } from "../realtime/fence.ts";
import type { CommentRow } from "../tables/comments.ts";
import { listChangesOf } from "../tables/comments.ts";
import type { Db } from "../tables/schema.ts";
import { moveAppliedSeqs } from "../tables/videos.ts";
import type { VideoBehind } from "../tables/videos-together.ts";
import { findBehind, listCommentsTogether } from "../tables/videos-together.ts";
import { deltaUpdate, snapshotUpdate } from "./batch.ts";
import type { RelayContext } from "./relay.ts";
import { inSnapshot, recordApplied } from "./relay.ts";

/** Changes of a video at most, and of all together: 500 comments of 2,000 characters are 2 MB, of the 16 MB that an update may have. */
const CHANGES_MAX = 100;
const TOTAL_MAX = 500;

interface Ready {
  update: FencedUpdate;
  /** Where the video stands; the update may end before it, for its size. */
  seq: number;
  /** The rows of its changes. */
  rows: CommentRow[];
  now: Date;
}

/**
 * Brings up several videos that have a few new comments each, which is what most runs find: one snapshot, one update and one mark
 * for all of them, where `relayVideo` takes a dozen round trips for each. Answers those that need it all the same: what was edited,
 * deleted, parked or is far behind, and all of them when one's fence stood elsewhere. Safe to run twice at once, as `relayVideo`.
 * @throws RealtimeError when the Realtime Database is away
 */
export async function relayTogether(context: RelayContext, videoIds: string[]): Promise<string[]> {
  const { db, realtime, window } = context;
  const readAt = performance.now();
  const { behind, ready } = await inSnapshot(db, async (snapshot) => {
    const found = await findBehind(snapshot, videoIds);
    return { behind: found.map(({ id }) => id), ready: await readReady(snapshot, found, window) };
  });
  const ids = new Set(ready.filter(({ update, seq }) => update.to === seq).map(({ update }) => update.videoId));
  const left = behind.filter((id) => !ids.has(id));
  if (ready.length === 0) return left;

  const updates = ready.map(({ update }) => update);
  if (!(await writeFencedTogether(realtime, updates))) return behind;
  const moves = updates.map(({ videoId: id, from, to }) => ({ id, from, to }));
  // Somebody else marked one meanwhile: what that means is for `relayVideo` to find out.
  if ((await moveAppliedSeqs(db, moves)) < moves.length) return behind;
  for (const applied of ready) recordApplied(context, { ...applied, readAt });
  return left;
}

async function readReady(snapshot: Db, behind: VideoBehind[], window: number): Promise<Ready[]> {
  const few = takeFew(behind, window);
  const changes = await listChangesOf(
    snapshot,
    few.map(({ id, seq, applied_seq }) => ({ id, after: applied_seq, to: seq })),
  );
  const simple = few.filter((video) => isSimple(video, changes.get(video.id) ?? []));
  const pages = simple.flatMap((video) => edgeOf(video, window));
  const edges = await listCommentsTogether(snapshot, pages);
  return simple.map((video) => {
    const rows = changes.get(video.id) ?? [];
    const update = updateOf(video, rows, edges.get(video.id) ?? [], window);
    return { update, seq: video.seq, rows, now: video.now };
  });
}

function takeFew(behind: VideoBehind[], window: number): VideoBehind[] {
  let total = 0;
  return behind.filter(({ seq, applied_seq, rebuild_seq, has_parked }) => {
    const n = seq - applied_seq;
    if (has_parked || rebuild_seq > applied_seq || n > Math.min(CHANGES_MAX, window)) return false;
    total += n;
    return total <= TOTAL_MAX;
  });
}

/** Whether all that happened is that comments were posted. */
function isSimple({ seq, applied_seq }: VideoBehind, changes: CommentRow[]): boolean {
  return (
    changes.length === seq - applied_seq &&
    changes.every(({ version, deleted_at }) => version === 1 && deleted_at === null)
  );
}

/** Where the end of the window is, as `deltaUpdate` asks for it; nowhere while the window is not full. */
function edgeOf({ id, seq, applied_seq }: VideoBehind, window: number) {
  const n = seq - applied_seq;
  return applied_seq === 0 || seq <= window - n ? [] : [{ videoId: id, limit: 2 * n, offset: window - n }];
}

function updateOf(
  { id, epoch, seq, applied_seq }: VideoBehind,
  changes: CommentRow[],
  edge: CommentRow[],
  window: number,
): FencedUpdate {
  const target = { videoId: id, epoch, from: applied_seq, to: seq, window, parked: new Set<string>() };
  // Of what stands there nothing is known.
  return applied_seq === 0 ? snapshotUpdate(target, changes, changes) : deltaUpdate(target, changes, edge);
}
