import type { AliasableExpression } from "kysely";
import { byIndex } from "../../database/access-paths.ts";
import type { Db } from "../../database/schema.ts";
import { type CommentRow, type NewestPage, changesQuery, newestQuery } from "./comments.ts";

/** Comments and the state of their video. One statement reads both, so they are from one moment. */
export interface CommentPageRows {
  seq: number;
  epoch: number;
  floor: number;
  rows: CommentRow[];
}

const NO_VIDEO: CommentPageRows = { seq: 0, epoch: 1, floor: 0, rows: [] };

/** The video's comments that are not deleted, newest first. */
export async function readNewest(db: Db, videoId: string, page: NewestPage): Promise<CommentPageRows> {
  return readWithVideo(db, videoId, newestQuery(db, videoId, page), "desc");
}

/** The changes after `after` in their order, tombstones included. */
export async function readChanges(db: Db, videoId: string, after: number, limit: number): Promise<CommentPageRows> {
  return readWithVideo(db, videoId, changesQuery(db, videoId, after, limit), "asc");
}

async function readWithVideo(
  db: Db,
  videoId: string,
  comments: AliasableExpression<CommentRow>,
  direction: "asc" | "desc",
): Promise<CommentPageRows> {
  const found = await db
    .selectFrom(byIndex("videos", "PRIMARY"))
    .leftJoin(comments.as("page"), (join) => join.onTrue())
    .select(["videos.seq as video_seq", "videos.epoch", "videos.floor_seq"])
    .selectAll("page")
    .where("videos.id", "=", videoId)
    .orderBy(direction === "desc" ? "page.id" : "page.seq", direction)
    .execute();
  const [video] = found;
  if (!video) return NO_VIDEO;
  const rows = found.filter((row): row is typeof row & CommentRow => row.id !== null);
  return { seq: video.video_seq, epoch: video.epoch, floor: video.floor_seq, rows };
}
