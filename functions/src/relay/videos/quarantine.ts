import { paths } from "../../contract/realtime-paths.ts";
import { findInvalidReason } from "../../realtime/fence.ts";
import type { CommentRow } from "../../tables/comments/comments.ts";
import { toComment } from "../../tables/comments/to-comment.ts";
import { quarantineComment } from "../../tables/sync/quarantined-comments.ts";
import type { VideoRelayContext } from "./context.ts";
import type { NextUpdate } from "./next-update.ts";
import { toMirroredChange } from "./update.ts";

/**
 * Finds the comments that made an update invalid, and quarantines them, so that the others can be relayed. Alerts once for each. Returns
 * false when it found none that was not quarantined already: then the update cannot be written at all.
 */
export async function quarantineInvalid(context: VideoRelayContext, next: NextUpdate): Promise<boolean> {
  const { videoId } = next.update;
  const rows = next.rows.filter((row) => !next.quarantined.has(row.id));
  const invalid = await findInvalid(rows, (some) => findInvalidReason(context.realtime, valuesOf(videoId, some)));
  let isAnyNew = false;
  for (const { row, reason } of invalid) {
    const { id, seq } = row;
    if (!(await quarantineComment(context.db, { comment_id: id, video_id: videoId, seq, reason }))) continue;
    isAnyNew = true;
    context.metrics.quarantined.add(1);
    context.alerts.raise("quarantine", {
      key: id,
      message: "comment quarantined: the Realtime Database does not accept it",
      fields: { video_id: videoId, comment_id: id, seq, reason },
    });
  }
  return isAnyNew;
}

function valuesOf(videoId: string, rows: CommentRow[]): Record<string, unknown> {
  const none: ReadonlySet<string> = new Set();
  return Object.fromEntries(
    rows.flatMap((row) => [
      [paths.comment(videoId, row.id), row.deleted_at ? null : toComment(row)],
      [paths.change(videoId, row.seq), toMirroredChange(row, none)],
    ]),
  );
}

/** Searches by halves: one invalid row among 200 takes 15 to 17 requests. */
async function findInvalid(
  rows: CommentRow[],
  reasonFor: (rows: CommentRow[]) => Promise<string | undefined>,
): Promise<{ row: CommentRow; reason: string }[]> {
  if (rows.length === 0) return [];
  const reason = await reasonFor(rows);
  if (reason === undefined) return [];
  const [row] = rows;
  if (rows.length === 1 && row) return [{ row, reason }];
  const middle = Math.floor(rows.length / 2);
  return [
    ...(await findInvalid(rows.slice(0, middle), reasonFor)),
    ...(await findInvalid(rows.slice(middle), reasonFor)),
  ];
}
