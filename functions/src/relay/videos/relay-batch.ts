import { type FencedUpdate, writeAllFenced } from "../../realtime/fence.ts";
import { type VideoToRelay, findVideosToRelay } from "../../tables/sync/relay-batches.ts";
import type { ChangeRange } from "../../tables/sync/change-range.ts";
import { moveAppliedSeqs } from "../../tables/sync/video-mirrors.ts";
import type { VideoRelayContext } from "./context.ts";
import { recordApplied } from "./next-update.ts";
import { deltaUpdate, fullUpdate } from "./update.ts";
import { settingsToMirror } from "./video-node.ts";

/** New comments of one video: as many as a group commit has, so one inline run keeps up with one group. */
const MAX_CHANGES_PER_VIDEO = 64;
/** Comments in the shared update. 500 x 2,000 characters x 2 places x 4 bytes is about 8 MB; a write over REST may have 256 MB. */
const MAX_CHANGES = 500;

/**
 * Relays several videos that have a few new comments each, as most inline runs find them. It takes one look-up, one update and one mark
 * for all of them, where each alone takes a dozen round trips. Safe to run twice at once.
 *
 * Returns every video that it did not bring up to date; `relayCommitted` has to relay those alone, step by step. For example: videos with
 * an edited, deleted or quarantined comment, with changed settings, with other changes than the given ones, or with a requested rebuild;
 * and all of them when one video's fence or mark was elsewhere.
 * @param onMirrored called with the videos whose changes the Realtime Database holds, once their mark is requested. Nobody has to wait for
 * the mark: if it is lost, the sweep finds the videos behind, and relays them to no effect.
 * @throws RealtimeError when the Realtime Database is away
 */
export async function relayVideoBatch(
  context: VideoRelayContext,
  committed: ChangeRange[],
  onMirrored: (ids: string[]) => void = () => {},
): Promise<string[]> {
  const { db, batchDb, realtime, realtimeGuard, windowSize, viewerCounts, metrics } = context;
  const readAt = performance.now();
  const maxChanges = Math.min(MAX_CHANGES_PER_VIDEO, windowSize);
  const { few, many } = divide(committed, maxChanges);
  if (few.length === 0) return many;
  const edgeSize = Math.max(...few.map(countOf));
  const found = await findVideosToRelay(batchDb, few, { windowSize, edgeSize });
  for (const { id, viewers } of found) viewerCounts.note(id, viewers);
  const simple = found
    .filter((video) => hasOnlyNewComments(video, maxChanges))
    .map((video) => ({ video, update: updateOf(video, windowSize, edgeSize) }));
  // Those of `few` that were not found are not behind any more.
  const allBehind = [...found.map(({ id }) => id), ...many];
  if (simple.length === 0) return allBehind;

  const updates = simple.map(({ update }) => update);
  if (!(await realtimeGuard(() => writeAllFenced(realtime, updates)))) return allBehind;
  // An update that would be too large ends before the video's last change.
  const complete = new Set(simple.filter(({ video, update }) => update.to === video.seq).map(({ video }) => video.id));
  const moves = simple.map(({ video: { id, now }, update: { from, to } }) => {
    return { id, from, to, completeAsOf: complete.has(id) ? now : undefined };
  });
  const marking = moveAppliedSeqs(db, moves);
  onMirrored([...complete]);
  // Somebody else marked one of them meanwhile. Relayed alone, it finds out what that means.
  if ((await marking) < moves.length) return allBehind;
  for (const { video, update } of simple) {
    const { changes: rows, now, behind_since: behindSince } = video;
    recordApplied(metrics, { update, rows, readAt, now, behindSince });
  }
  return allBehind.filter((id) => !complete.has(id));
}

/** Those with few enough changes to share an update, and the ids of the others. */
function divide(committed: ChangeRange[], maxChanges: number) {
  const few: ChangeRange[] = [];
  const many: string[] = [];
  let total = 0;
  for (const range of committed) {
    const count = countOf(range);
    if (count > maxChanges || total + count > MAX_CHANGES) {
      many.push(range.id);
      continue;
    }
    total += count;
    few.push(range);
  }
  return { few, many };
}

const countOf = ({ firstSeq, lastSeq }: ChangeRange): number => lastSeq - firstSeq + 1;

function hasOnlyNewComments(video: VideoToRelay, maxChanges: number): boolean {
  const { seq, applied_seq, rebuild_seq, has_quarantined, changes } = video;
  const n = seq - applied_seq;
  if (has_quarantined || rebuild_seq > applied_seq || n > maxChanges || changes.length < n) return false;
  return changes.every(({ version, deleted_at }) => version === 1 && deleted_at === null);
}

function updateOf(video: VideoToRelay, windowSize: number, edgeSize: number): FencedUpdate {
  const { id: videoId, epoch, seq, applied_seq, rebuild_seq: rebuildSeq, changes, edge } = video;
  const quarantined: ReadonlySet<string> = new Set();
  const settings = settingsToMirror(video);
  const target = { videoId, epoch, from: applied_seq, to: seq, windowSize, quarantined, settings, rebuildSeq };
  const n = seq - applied_seq;
  // First fill: these are all the video's comments.
  if (applied_seq === 0) return fullUpdate(target, changes, changes);
  return deltaUpdate(target, { changes, edge: edge.slice(edgeSize - n, edgeSize + n) });
}
