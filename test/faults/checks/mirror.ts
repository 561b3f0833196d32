import { isDeepStrictEqual } from "node:util";
import { CHANGES_KEPT } from "../../../functions/src/contract/realtime-nodes.ts";
import { changeKey } from "../../../functions/src/contract/realtime-paths.ts";
import { type System, PROJECT, WINDOW } from "../system/system.ts";

type Checked = Pick<System, "db" | "rtdbHost">;

/** A video in MySQL compared with its mirror. */
export interface Comparison {
  /** Whether changes are still to be relayed, or something moved during the comparison. Differences are normal then. */
  isMoving: boolean;
  /** In words, with the place. */
  differences: string[];
}

/** Compares a video with its mirror, by queries of its own and past the proxies. */
export async function compareVideo(system: Checked, videoId: string): Promise<Comparison> {
  const before = await readProgress(system, videoId);
  const [comments, changes] = [
    await readMirror(system, `comments/${videoId}`),
    await readMirror(system, `changes/${videoId}`),
  ];
  const settings = await readMirror(system, `videos/${videoId}`);
  const expected = await expectedMirror(system, videoId, before.seq);
  const after = await readProgress(system, videoId);

  const isMoving = before.appliedSeq !== before.seq || before.fence !== before.seq || !isDeepStrictEqual(before, after);
  const differences = [
    ...compareChildren(`comments/${videoId}`, expected.comments, comments),
    ...compareChildren(`changes/${videoId}`, expected.changes, changes),
    ...compareChildren(`videos/${videoId}`, await expectedSettings(system, videoId), settings),
  ];
  if (before.appliedSeq !== before.seq) {
    differences.push(`${videoId} is marked up to ${before.appliedSeq} of ${before.seq} changes`);
  }
  if (before.fence !== before.seq) {
    differences.push(`sync/${videoId} is at change ${before.fence}, MySQL is at ${before.seq}`);
  }
  return { isMoving, differences };
}

/** How far a video is, by its change numbers. */
interface Progress {
  seq: number;
  appliedSeq: number;
  fence: number;
}

async function readProgress(system: Checked, videoId: string): Promise<Progress> {
  const fence = await readMirror(system, `sync/${videoId}`);
  const video = await system.db
    .selectFrom("videos")
    .select(["seq", "applied_seq"])
    .where("id", "=", videoId)
    .executeTakeFirst();
  return { seq: video?.seq ?? 0, appliedSeq: video?.applied_seq ?? 0, fence: Number(fence["to"] ?? 0) };
}

type Children = Record<string, unknown>;

async function expectedMirror(system: Checked, videoId: string, seq: number) {
  const rows = await system.db
    .selectFrom("comments")
    .innerJoin("users", "users.id", "comments.user_id")
    .selectAll("comments")
    .select(["users.username", "users.role"])
    .where("video_id", "=", videoId)
    .orderBy("comments.id", "desc")
    .execute();
  const toComment = (row: (typeof rows)[number]) => ({
    id: row.id,
    content: row.content,
    user: { id: row.user_id, username: row.username, ...(row.role !== "user" && { role: row.role }) },
    created_at: row.inserted_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    version: row.version,
    seq: row.seq,
    edited: row.edited_at !== null,
  });
  const window = rows.filter((row) => !row.deleted_at).slice(0, WINDOW);
  const changes = rows.filter((row) => row.seq > seq - CHANGES_KEPT);
  const hasNoComment = seq > 0 && rows.every((row) => row.seq !== seq);
  return {
    comments: Object.fromEntries(window.filter((row) => !isRefused(row)).map((row) => [row.id, toComment(row)])),
    changes: {
      ...Object.fromEntries(
        changes.map((row) => [
          changeKey(row.seq),
          row.deleted_at || isRefused(row) ? { id: row.id, deleted: true } : toComment(row),
        ]),
      ),
      ...(hasNoComment && { [changeKey(seq)]: { no_comment: true } }),
    },
  };
}

/** None where all are the defaults. */
async function expectedSettings(system: Checked, videoId: string): Promise<Children> {
  const video = await system.db
    .selectFrom("videos")
    .select(["comments_open", "slow_mode_seconds", "hold_for_review"])
    .where("id", "=", videoId)
    .executeTakeFirst();
  const isDefault = !video || (video.comments_open && video.slow_mode_seconds === 0 && !video.hold_for_review);
  return isDefault ? {} : { ...video };
}

/** Whether a fault planted the comment with an id that the Realtime Database refuses. */
const isRefused = ({ id }: { id: string }) => id.includes(".");

function compareChildren(path: string, expected: Children, found: Children): string[] {
  const differences: string[] = [];
  for (const key of new Set([...Object.keys(expected), ...Object.keys(found)])) {
    if (isDeepStrictEqual(expected[key], found[key])) continue;
    if (!(key in expected)) differences.push(`${path}/${key} should not be in the mirror`);
    else if (key in found) differences.push(`${path}/${key} is stale in the mirror`);
    else differences.push(`${path}/${key} is missing in the mirror`);
  }
  return differences;
}

/** The children at a path of the Realtime Database, past the proxy. */
export async function readMirror(system: Pick<System, "rtdbHost">, path: string): Promise<Children> {
  const url = `http://${system.rtdbHost}/${path}.json?ns=${PROJECT}-default-rtdb`;
  try {
    const signal = AbortSignal.timeout(60_000);
    const response = await fetch(url, { headers: { authorization: "Bearer owner" }, signal });
    // Not `json()`: under jest its objects have prototypes of their own, and equal none of ours.
    return (JSON.parse(await response.text()) ?? {}) as Children;
  } catch (error) {
    throw new Error(`the suite could not read /${path} from the Realtime Database server`, { cause: error });
  }
}
