import type { FencedUpdate } from "../../realtime/fence.ts";
import { writeFencedTogether } from "../../realtime/fence.ts";
import { moveAppliedSeqs } from "../../tables/comments/videos.ts";
import type { Committed, VideoBehind } from "../../tables/sync/videos-together.ts";
import { findBehind } from "../../tables/sync/videos-together.ts";
import { deltaUpdate, snapshotUpdate } from "./batch.ts";
import type { RelayContext } from "./relay.ts";
import { recordApplied } from "./relay.ts";

/** New comments of a video at most: a hot one has 10 in the 50 ms between two runs, and 16 of 2,000 characters fit into an update. */
const CHANGES_MAX = 16;
/** Of all together: 500 comments of 2,000 characters, each twice in the update, are 8 MB at most, of the 16 MB that it may have. */
const TOTAL_MAX = 500;

/**
 * Brings up several videos that have a few new comments each, which is what most runs find: one look, one update and one mark for all
 * of them, where `relayVideo` takes a dozen round trips for each. Answers those that need it all the same: what was edited, deleted,
 * parked or is behind with more than was asked for, and all of them when one's fence stood elsewhere. Safe to run twice at once, as
 * `relayVideo`.
 * @throws RealtimeError when the Realtime Database is away
 */
export async function relayTogether(context: RelayContext, committed: Committed[]): Promise<string[]> {
  const { db, batchDb, realtime, window } = context;
  const readAt = performance.now();
  const most = Math.min(CHANGES_MAX, window);
  const few = takeFew(committed, most);
  const many = committed.filter((each) => !few.includes(each)).map(({ videoId }) => videoId);
  if (few.length === 0) return many;
  const found = await findBehind(batchDb, few, { window, edge: most });
  const simple = found.filter((video) => isSimple(video, most));
  const behind = [...found.map(({ id }) => id), ...many];
  if (simple.length === 0) return behind;

  const updates = simple.map((video) => updateOf(video, window, most));
  if (!(await writeFencedTogether(realtime, updates))) return behind;
  const moves = updates.map(({ videoId: id, from, to }) => ({ id, from, to }));
  // Somebody else marked one meanwhile: what that means is for `relayVideo` to find out.
  if ((await moveAppliedSeqs(db, moves)) < moves.length) return behind;
  for (const [n, { changes: rows, now }] of simple.entries()) {
    const update = updates[n];
    if (update) recordApplied(context, { update, rows, readAt, now });
  }
  const done = new Set(simple.map(({ id }) => id));
  return behind.filter((id) => !done.has(id));
}

function takeFew(committed: Committed[], most: number): Committed[] {
  let total = 0;
  return committed.filter(({ first, last }) => {
    const n = last - first + 1;
    if (n > most || total + n > TOTAL_MAX) return false;
    total += n;
    return true;
  });
}

/** Whether all that happened is that a few comments were posted. */
function isSimple({ seq, applied_seq, rebuild_seq, has_parked, changes }: VideoBehind, most: number): boolean {
  const n = seq - applied_seq;
  if (has_parked || rebuild_seq > applied_seq || n > most || changes.length < n) return false;
  return changes.every(({ version, deleted_at }) => version === 1 && deleted_at === null);
}

function updateOf(
  { id, epoch, seq, applied_seq, changes, edge: found }: VideoBehind,
  window: number,
  edge: number,
): FencedUpdate {
  const target = { videoId: id, epoch, from: applied_seq, to: seq, window, parked: new Set<string>() };
  const n = seq - applied_seq;
  // Of what stands there nothing is known.
  if (applied_seq === 0) return snapshotUpdate(target, changes, changes);
  return deltaUpdate(target, changes, found.slice(edge - n, edge + n));
}
