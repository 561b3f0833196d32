import { toComment } from "../../tables/comments/to-comment.ts";
import { refusalOf } from "../../realtime/fence.ts";
import { paths } from "../../contract/realtime-paths.ts";
import type { CommentRow } from "../../tables/comments/comments.ts";
import { parkComment } from "../../tables/sync/parked-comments.ts";
import { toChange } from "./batch.ts";
import type { Pending, RelayContext } from "./relay.ts";

/**
 * Finds the comments for whose sake the Realtime Database refused an update, and parks them, so that the others go on; says so
 * once for each. False when it found none that was not parked already: then the update is refused as a whole.
 */
export async function parkRefused(context: RelayContext, pending: Pending): Promise<boolean> {
  const { videoId } = pending.update;
  const rows = pending.rows.filter((row) => !pending.parked.has(row.id));
  const found = await findRefused((some) => refusalOf(context.realtime, valuesOf(videoId, some)), rows);
  let parked = false;
  for (const { row, reason } of found) {
    const { id, seq } = row;
    if (!(await parkComment(context.db, { comment_id: id, video_id: videoId, seq, reason }))) continue;
    parked = true;
    context.metrics.parked.add(1);
    const fields = { video_id: videoId, comment_id: id, seq, reason };
    context.alerts.raise("parked", id, "comment parked: the Realtime Database refuses it", fields);
  }
  return parked;
}

function valuesOf(videoId: string, rows: CommentRow[]): Record<string, unknown> {
  const none: ReadonlySet<string> = new Set();
  return Object.fromEntries(
    rows.flatMap((row) => [
      [paths.comment(videoId, row.id), row.deleted_at ? null : toComment(row)],
      [paths.change(videoId, row.seq), toChange(row, none)],
    ]),
  );
}

/** By halves: one refused row among 200 takes 15 questions. */
async function findRefused(
  refusal: (rows: CommentRow[]) => Promise<string | undefined>,
  rows: CommentRow[],
): Promise<{ row: CommentRow; reason: string }[]> {
  if (rows.length === 0) return [];
  const reason = await refusal(rows);
  if (reason === undefined) return [];
  const [only] = rows;
  if (rows.length === 1 && only) return [{ row: only, reason }];
  const middle = rows.length / 2;
  return [...(await findRefused(refusal, rows.slice(0, middle))), ...(await findRefused(refusal, rows.slice(middle)))];
}
