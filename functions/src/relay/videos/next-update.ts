import type { Db } from "../../database/schema.ts";
import type { FencedUpdate } from "../../realtime/fence.ts";
import { type CommentRow, listChanges, listChangeSeqs, listNewest } from "../../tables/comments/comments.ts";
import { findVideo } from "../../tables/comments/videos.ts";
import { findQuarantinedIds } from "../../tables/sync/quarantined-comments.ts";
import type { Metrics } from "../../telemetry/metrics.ts";
import { inSnapshot } from "../../database/transactions.ts";
import { CHANGES_KEPT } from "../../contract/realtime-nodes.ts";
import { type Target, MAX_DELTA_CHANGES, deltaUpdate, fullUpdate } from "./update.ts";
import { settingsToMirror } from "./video-node.ts";

/** An update that a video needs, and the rows that it shows. */
export interface NextUpdate {
  update: FencedUpdate;
  rows: CommentRow[];
  quarantined: ReadonlySet<string>;
  /** When the rows were read, on the process's clock (`performance.now`). */
  readAt: number;
  /** The same moment on the database's clock. */
  now: Date;
  /** When the first change that the mirror lacks was made, or somewhat earlier. */
  behindSince: Date;
  /** `now` if the update brings over all that MySQL had then; undefined if it was cut short. */
  completeAsOf: Date | undefined;
}

/** The next update that the video needs, read in one snapshot; undefined when it needs none. */
export async function readNextUpdate(
  { db, windowSize }: { db: Db; windowSize: number },
  videoId: string,
): Promise<NextUpdate | undefined> {
  return inSnapshot(db, async (snapshot) => {
    const readAt = performance.now();
    const video = await findVideo(snapshot, videoId);
    if (!video?.is_behind) return undefined;
    const quarantined = await findQuarantinedIds(snapshot, videoId);
    const { epoch, applied_seq: from, seq: to, rebuild_seq: rebuildSeq, now, behind_since: behindSince } = video;
    const target = { videoId, epoch, from, to, windowSize, quarantined, settings: settingsToMirror(video), rebuildSeq };
    const { update, rows } = await readUpdate(snapshot, target);
    const completeAsOf = update.to === to ? now : undefined;
    return { update, rows, quarantined, readAt, now, behindSince, completeAsOf };
  });
}

async function readUpdate(snapshot: Db, target: Target): Promise<Pick<NextUpdate, "update" | "rows">> {
  const { videoId, from, to, windowSize, settings, rebuildSeq } = target;
  const n = to - from;
  if (from < rebuildSeq || from === 0 || n > Math.min(MAX_DELTA_CHANGES, windowSize)) {
    const newest = await listNewest(snapshot, videoId, { limit: windowSize });
    const changes = await listChanges(snapshot, videoId, to - CHANGES_KEPT, CHANGES_KEPT);
    return { update: fullUpdate(target, newest, changes), rows: [...newest, ...changes] };
  }
  const changes = await listChanges(snapshot, videoId, from, n);
  const edge = await listNewest(snapshot, videoId, { limit: 2 * n, offset: windowSize - n });
  const insideEdge = edge.slice(0, n);
  // A new comment has version 1. An edit, a deletion and an approval raise it.
  const isContextNeeded = settings.seq > from || changes.some(({ version }) => version > 1);
  const editContext = isContextNeeded
    ? { insideEdge, tailSeqs: await listChangeSeqs(snapshot, videoId, from - CHANGES_KEPT) }
    : undefined;
  return { update: deltaUpdate(target, { changes, edge, editContext }), rows: [...changes, ...insideEdge] };
}

/**
 * Measures an update that the Realtime Database has applied. No change has waited for longer than the mirror was behind, however old its
 * row is: imported comments keep their times, and after a wipe or a new epoch all comments are written again.
 */
export function recordApplied(
  metrics: Pick<Metrics, "syncLatency" | "changesPerUpdate">,
  { update, rows, readAt, now, behindSince }: Omit<NextUpdate, "quarantined" | "completeAsOf">,
): void {
  const { from, to } = update;
  const elapsedMs = performance.now() - readAt;
  // By seq: a full update shows a comment twice, in the window and among the changes.
  const rowOf = new Map(rows.map((row) => [row.seq, row]));
  for (const { seq, updated_at: updatedAt } of rowOf.values()) {
    if (seq <= from || seq > to) continue;
    const since = Math.max(updatedAt.getTime(), behindSince.getTime());
    metrics.syncLatency.record(Math.max(0, now.getTime() - since) + elapsedMs, VIDEOS);
  }
  metrics.changesPerUpdate.record(to - from, VIDEOS);
}

const VIDEOS = { subject: "videos" };
