import type { CommentRow } from "./comments.ts";
import { newestComments, nextChanges } from "./comments.ts";
import type { Db } from "../../database/schema.ts";

/** Comments and the state of the video that they belong to, read in one statement, hence in one snapshot. */
export interface Page {
  seq: number;
  epoch: number;
  floor: number;
  rows: CommentRow[];
}

const NO_VIDEO: Page = { seq: 0, epoch: 1, floor: 0, rows: [] };

/** Comments that are not deleted, newest first: those older than `before`, if given. */
export async function readNewest(
  db: Db,
  videoId: string,
  page: { before?: string | undefined; limit: number },
): Promise<Page> {
  return withVideo(db, videoId, newestComments(db, videoId, page), "desc");
}

/** The changes after `after`, tombstones included, in their order. */
export async function readChanges(db: Db, videoId: string, after: number, limit: number): Promise<Page> {
  return withVideo(db, videoId, nextChanges(db, videoId, after, limit), "asc");
}

async function withVideo(
  db: Db,
  videoId: string,
  comments: ReturnType<typeof newestComments>,
  direction: "asc" | "desc",
): Promise<Page> {
  const found = await db
    .selectFrom("videos")
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
