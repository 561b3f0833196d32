import { isDatabaseAway, isDeadlock, isLockTimeout, isNullRefused } from "../database/mysql-errors.ts";
import type { Db } from "../database/schema.ts";
import { type Statement, execute, executeAll, statement } from "../database/statement.ts";
import {
  BEGIN_WITH_SHORT_IDLE_TIMEOUT,
  RESET_IDLE_TIMEOUT_AND_COMMIT,
  withRetries,
  withRollback,
} from "../database/transactions.ts";
import { type NewComment, insertCommentsStatement } from "../tables/comments/comments.ts";
import { type NewKey, insertKeysStatement } from "../tables/comments/idempotency-keys.ts";
import { type LastSeq, seqExpression, takeSeqsStatements } from "../tables/comments/videos.ts";
import { createBatcher } from "./batcher.ts";
import { eachAloneOnFailure } from "./each-alone.ts";
import { SettingsOrBansChanged, keyInUse } from "./post-errors.ts";

/**
 * Group commit: posts that arrive at the same time share a transaction. A commit and its round trip cost the same for 1 post and for 64.
 *
 * One transaction, in this order:
 * 1. Claim every post's Idempotency-Key. A request that is sent twice at once waits here, before any video is locked.
 * 2. Take the next change numbers of every video, which locks the videos' rows.
 * 3. Insert the comments. Each gets its number from the video's row, or NULL if the settings or bans changed since the rules were
 *    checked. NULL makes the insert fail.
 * 4. Commit.
 *
 * Why it is safe: keys and videos are locked in sorted order, so two groups do not deadlock over them. All four steps take one round trip,
 * so no lock is held across the network, unless a statement fails: then until the rollback, a round trip or two later. A lock timeout does
 * not tell which lock it was, so a group of one post, as most are on a quiet server, sets `@is_key_claimed` once it has its key, and reads
 * it after a timeout. How long a statement waits for a lock is a setting of the pool, `MYSQL_POST_LOCK_SECONDS`.
 *
 * One deadlock remains, between requests with one key: two wait for a third, and when that one rolls back, both get a shared lock on the
 * key and want an exclusive one (MySQL manual, "Locks Set by Different SQL Statements in InnoDB"). `commitAll` tries the post again.
 *
 * When a group fails, each post is tried in a group of one and has its own outcome: `SettingsOrBansChanged`, `ER_DUP_ENTRY` if its key is
 * done, ProblemError `idempotency_key_in_use`, or a lock timeout, which the group's later posts on that video share. When the connection
 * breaks, the outcome is unknown for all of them.
 */
export type CommitPost = (post: PostRows) => Promise<number>;

export interface PostRows {
  comment: NewComment;
  key: NewKey;
  /** The version of the video's settings and bans for which the rules were checked. */
  settingsVersion: number;
}

/**
 * Commits a post and returns its change number.
 * @param db opened with `multipleStatements`
 */
export function createCommitPost(db: Db): CommitPost {
  // Here a key, as the batcher has it, is the video, not the Idempotency-Key.
  const keyOf = ({ comment }: PostRows) => comment.video_id;
  const commit = eachAloneOnFailure((posts: PostRows[]) => commitAll(db, posts), {
    keyOf,
    isItemError: (error) => !isDatabaseAway(error),
    // The video's lock, which all its posts need. A timeout on the Idempotency-Key is a ProblemError by now (`executeForOne`).
    isKeyError: isLockTimeout,
  });
  return createBatcher(commit, { maxSize: 64, maxRunning: 4, keyOf });
}

async function commitAll(db: Db, posts: PostRows[]): Promise<number[]> {
  const insert = () => withRollback(db, (connection) => insertAll(connection, posts));
  try {
    // A group that meets contention is split up. A single post retries after a deadlock only: after a lock timeout it has waited long
    // enough.
    return await (posts.length > 1 ? insert() : withRetries(insert, isDeadlock));
  } catch (error) {
    if (isNullRefused(error)) throw new SettingsOrBansChanged(undefined, { cause: error });
    throw error;
  }
}

async function insertAll(connection: Db, posts: PostRows[]): Promise<number[]> {
  const { counts, offsets } = planSeqs(posts);
  const claim = [
    ...BEGIN_WITH_SHORT_IDLE_TIMEOUT,
    insertKeysStatement(posts.map(({ key }) => key).toSorted(byIdempotencyKey)),
  ];
  const comments = posts.map(({ comment, settingsVersion }, n) => {
    return { ...comment, seq: seqExpression(comment.video_id, { settingsVersion, offset: offsets[n] ?? 0 }) };
  });
  const write = [...takeSeqsStatements(counts), insertCommentsStatement(comments), ...RESET_IDLE_TIMEOUT_AND_COMMIT];
  const results =
    posts.length === 1
      ? await executeForOne(connection, claim, write)
      : await executeAll(connection, [...claim, ...write]);
  // The only statement that returns rows is the second of `takeSeqsStatements`.
  const lastSeqs = results.find((rows): rows is LastSeq[] => rows !== undefined) ?? [];
  const seqOf = new Map(lastSeqs.map(({ id, seq }) => [id, seq]));
  return posts.map(({ comment }, n) => (seqOf.get(comment.video_id) ?? 0) - (offsets[n] ?? 0));
}

const NOTE_UNCLAIMED = statement("SET @is_key_claimed = 0");
const NOTE_CLAIMED = statement("SET @is_key_claimed = 1");

/**
 * For a group of one post.
 * @throws ProblemError `idempotency_key_in_use`, if it waited for its key until the lock timeout
 */
async function executeForOne(
  connection: Db,
  claim: Statement[],
  write: Statement[],
): Promise<readonly (unknown[] | undefined)[]> {
  try {
    return await executeAll(connection, [NOTE_UNCLAIMED, ...claim, NOTE_CLAIMED, ...write]);
  } catch (error) {
    if (!isLockTimeout(error)) throw error;
    const [note] = await execute(connection, statement<{ is_claimed: number }>("SELECT @is_key_claimed AS is_claimed"));
    throw Number(note?.is_claimed) === 1 ? error : keyInUse(error);
  }
}

/** How many numbers each video needs, and how far each post's number is from the last one of its video. */
function planSeqs(posts: PostRows[]): { counts: Map<string, number>; offsets: number[] } {
  const counts = new Map<string, number>();
  const positions = posts.map(({ comment }) => {
    const position = (counts.get(comment.video_id) ?? 0) + 1;
    counts.set(comment.video_id, position);
    return position;
  });
  const offsets = posts.map(({ comment }, n) => (counts.get(comment.video_id) ?? 0) - (positions[n] ?? 0));
  return { counts, offsets };
}

function byIdempotencyKey(a: NewKey, b: NewKey): number {
  return `${a.user_id} ${a.idempotency_key}` < `${b.user_id} ${b.idempotency_key}` ? -1 : 1;
}
