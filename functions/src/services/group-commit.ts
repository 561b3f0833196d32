import { createBatcher } from "../batcher.ts";
import { ProblemError } from "../errors.ts";
import type { NewComment } from "../tables/comments.ts";
import { insertComments } from "../tables/comments.ts";
import { isContention, isDatabaseAway, isLockTimeout, transact } from "../tables/database.ts";
import type { NewKey } from "../tables/idempotency-keys.ts";
import { insertKeys } from "../tables/idempotency-keys.ts";
import type { Db } from "../tables/schema.ts";
import { takeSeqsOf } from "../tables/videos.ts";

/** A post that needs no look under the video's lock but at the version of its settings. */
export interface GroupPost {
  comment: NewComment;
  key: NewKey;
  settingsVersion: number;
}

/** Commits a post, with others that come at the same time; answers its seq. */
export type GroupCommit = (post: GroupPost) => Promise<number>;

/** Thrown inside the transaction, so that its rollback gives the sequence numbers back. */
export class SettingsChanged extends Error {}

/**
 * Posts that come at the same time share a transaction: a commit, and a round trip for each statement, are the same for 1 and for 64.
 * When it fails, each is tried alone and has its own outcome: `SettingsChanged`, `ER_DUP_ENTRY` for a key that is done, or
 * ProblemError `idempotency_key_in_use`. When the connection breaks, the outcome is unknown to all.
 */
export function createGroupCommit(db: Db): GroupCommit {
  return createBatcher(
    (posts) => {
      const work = (transaction: Db) => insert(transaction, posts);
      // A group that meets another transaction is not tried again but taken apart.
      return posts.length > 1 ? db.transaction().execute(work) : transact(db, work);
    },
    {
      size: 64,
      lanes: 4,
      keyOf: ({ comment }) => comment.video_id,
      mayBeOnes: (error) => isContention(error) || !isDatabaseAway(error),
    },
  );
}

// Under the videos' locks are the reading of what was taken, the comments and the commit. The keys come before: a request that comes
// twice at once waits there, without holding up the video. Rows go in the order of their keys, so that no two groups wait for each
// other.
async function insert(transaction: Db, posts: GroupPost[]): Promise<number[]> {
  const keys = posts.map(({ key }) => key);
  await claimKeys(
    transaction,
    keys.toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1)),
  );

  const counts = new Map<string, number>();
  const places = posts.map(({ comment: { video_id } }) => {
    const place = (counts.get(video_id) ?? 0) + 1;
    counts.set(video_id, place);
    return place;
  });
  const taken = await takeSeqsOf(transaction, counts);
  const comments = posts.map(({ comment, settingsVersion }, n) => {
    const video = taken.get(comment.video_id);
    if (video?.settings_version !== settingsVersion) throw new SettingsChanged();
    return { ...comment, seq: video.seq - (counts.get(comment.video_id) ?? 0) + (places[n] ?? 0) };
  });
  await insertComments(transaction, comments);
  return comments.map(({ seq }) => seq);
}

const orderOf = ({ user_id, idempotency_key }: NewKey) => `${user_id} ${idempotency_key}`;

/** @throws ProblemError `idempotency_key_in_use` */
export async function claimKeys(transaction: Db, keys: NewKey[]): Promise<void> {
  try {
    await insertKeys(transaction, keys);
  } catch (error) {
    if (isLockTimeout(error)) throw new ProblemError("idempotency_key_in_use", { retryAfter: 1, cause: error });
    throw error;
  }
}
