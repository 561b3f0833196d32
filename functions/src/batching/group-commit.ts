import { createBatcher } from "./batcher.ts";
import { ProblemError } from "../errors.ts";
import type { NewComment } from "../tables/comments/comments.ts";
import { insertComments } from "../tables/comments/comments.ts";
import {
  BEGIN,
  COMMIT,
  inOneTrip,
  isContention,
  isDatabaseAway,
  isDeadlock,
  isLockTimeout,
  isNullRefused,
  retried,
  transactInTrips,
} from "../database/database.ts";
import type { NewKey } from "../tables/comments/idempotency-keys.ts";
import { insertKeys } from "../tables/comments/idempotency-keys.ts";
import type { Db } from "../database/schema.ts";
import type { TakenSeq } from "../tables/comments/videos.ts";
import { seqUnder, takeSeqsOf } from "../tables/comments/videos.ts";

export interface PostRows {
  comment: NewComment;
  key: NewKey;
  /** Of the video's settings when the post was looked at. */
  settingsVersion: number;
}

/** Commits a post, with others that come at the same time; the seq that it got. */
export type GroupCommit = (rows: PostRows) => Promise<number>;

/** The video's settings are no longer those under which the post was looked at; nothing was written. */
export class SettingsChanged extends Error {}

/**
 * Posts that come at the same time share a transaction: a commit, and a round trip for each statement, are the same for 1 and for 64.
 * When it fails, each is tried alone and has its own outcome: `SettingsChanged`, `ER_DUP_ENTRY` for a key that is done, or
 * ProblemError `idempotency_key_in_use`. When the connection breaks, the outcome is unknown to all.
 * @param db opened for `multipleStatements`
 */
export function createGroupCommit(db: Db): GroupCommit {
  return createBatcher((posts: PostRows[]) => commit(db, posts), {
    size: 64,
    lanes: 4,
    keyOf: ({ comment }) => comment.video_id,
    isKeys: isLockTimeout,
    mayBeOnes: (error) => isContention(error) || !isDatabaseAway(error),
  });
}

async function commit(db: Db, posts: PostRows[]): Promise<number[]> {
  const work = () => transactInTrips(db, (connection) => insert(connection, posts));
  try {
    // A group that meets another transaction is taken apart; one alone that has waited for its video's row has waited enough.
    return await (posts.length > 1 ? work() : retried(work, isDeadlock));
  } catch (error) {
    if (isNullRefused(error)) throw new SettingsChanged(undefined, { cause: error });
    throw error;
  }
}

// One round trip, so none under the videos' locks; two for a post that is alone, that it is known which lock it waited for. The keys
// come before the videos: a request that comes twice at once waits there, and does not hold up the video. Rows go in the order of
// their keys, so that no two groups wait for each other.
async function insert(connection: Db, posts: PostRows[]): Promise<number[]> {
  const keys = posts.map(({ key }) => key).toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
  const counts = new Map<string, number>();
  const places = posts.map(({ comment: { video_id } }) => {
    const place = (counts.get(video_id) ?? 0) + 1;
    counts.set(video_id, place);
    return place;
  });
  const backs = posts.map(({ comment }, n) => (counts.get(comment.video_id) ?? 0) - (places[n] ?? 0));
  const comments = posts.map(({ comment, settingsVersion }, n) => {
    return { ...comment, seq: seqUnder(settingsVersion, comment.video_id, backs[n] ?? 0) };
  });

  const claim = [...BEGIN, insertKeys(keys)];
  const write = [...takeSeqsOf(counts), insertComments(comments), ...COMMIT];
  const isAlone = posts.length === 1;
  if (isAlone) await claimKeys(() => inOneTrip(connection, claim));
  const answers = await inOneTrip(connection, [...(isAlone ? [] : claim), ...write]);
  const taken = answers.find((rows): rows is TakenSeq[] => rows !== undefined) ?? [];
  const last = new Map(taken.map(({ id, seq }) => [id, seq]));
  return posts.map(({ comment }, n) => (last.get(comment.video_id) ?? 0) - (backs[n] ?? 0));
}

const orderOf = ({ user_id, idempotency_key }: NewKey) => `${user_id} ${idempotency_key}`;

/** @throws ProblemError `idempotency_key_in_use` */
export async function claimKeys(claim: () => Promise<unknown>): Promise<void> {
  try {
    await claim();
  } catch (error) {
    if (isLockTimeout(error)) throw new ProblemError("idempotency_key_in_use", { retryAfter: 1, cause: error });
    throw error;
  }
}
