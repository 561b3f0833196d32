import { setTimeout as sleep } from "node:timers/promises";
import type { Context } from "../../context.ts";
import { SERVICE_EMAIL_DOMAINS, SERVICE_NAME_PREFIXES } from "../../contract/account.ts";
import { MAX_EDITS } from "../../contract/limits.ts";
import { duplicateKey } from "../../database/mysql-errors.ts";
import type { Db } from "../../database/schema.ts";
import { inSnapshot, repeatUntilNone, transact } from "../../database/transactions.ts";
import { ProblemError } from "../../errors.ts";
import {
  USER_RECORD_TYPES,
  countUserRecords,
  eraseAccount,
  eraseAddressesAbout,
  eraseUserRows,
  listUserRecords,
} from "../../tables/accounts/user-data.ts";
import { SEEN_INTERVAL_SECONDS, wasSeenWithin } from "../../tables/accounts/user-devices.ts";
import { findUser } from "../../tables/accounts/users.ts";
import { listRevisions } from "../../tables/comments/comment-revisions.ts";
import { toComment } from "../../tables/comments/to-comment.ts";
import { countCommentsOf, listCommentsOf } from "../../tables/comments/user-comments.ts";
import { deleteQuarantinedOf } from "../../tables/sync/quarantined-comments.ts";
import { eraseAllCommentsOf } from "../moderation/erasure.ts";
import { type Actor, audit } from "../operation/audit.ts";
import { changeUser } from "./user-admin.ts";
import { toUser } from "./users.ts";

/** Rows in one query or transaction. */
const PAGE = 500;
/** A post takes no longer, unless MySQL is very slow, also if it waits for a lock and is tried again. */
const MAX_REQUEST_MS = 10_000;

/**
 * Has `consume` read the data about a user: a record at a time, each with its `type`. Left out are secrets, Idempotency-Keys, and hashes of
 * usernames. All records are of one snapshot, which stays open until `consume` is done. `total` is how many there are.
 * @throws ProblemError `not_found`
 */
export function exportUser<T>(
  { db }: Pick<Context, "db">,
  id: string,
  consume: (total: number, records: AsyncIterable<object>) => Promise<T>,
): Promise<T> {
  return inSnapshot(db, async (snapshot) => {
    const user = await findUser(snapshot, id);
    if (!user) throw new ProblemError("not_found");
    let total = 1 + (await countCommentsOf(snapshot, id));
    for (const type of USER_RECORD_TYPES) total += await countUserRecords(snapshot, type, id);
    async function* records(account: object): AsyncGenerator<object> {
      yield account;
      yield* userRecords(snapshot, id);
      yield* commentRecords(snapshot, id);
    }
    const account = { type: "user", ...toUser(user), is_active: user.is_active, last_login_at: user.last_login_at };
    return consume(total, records(account));
  });
}

async function* userRecords(snapshot: Db, id: string): AsyncGenerator<object> {
  for (const type of USER_RECORD_TYPES) {
    let after: string | undefined;
    do {
      const { rows, cursor } = await listUserRecords(snapshot, type, id, { after, limit: PAGE });
      for (const row of rows) {
        if (type !== "held_comment" || row["version"] === 1) yield { type, ...row };
        else yield { type, ...row, revisions: await listRevisions(snapshot, String(row["id"]), { limit: MAX_EDITS }) };
      }
      after = cursor;
    } while (after !== undefined);
  }
}

async function* commentRecords(snapshot: Db, id: string): AsyncGenerator<object> {
  let after: { videoId: string; id: string } | undefined;
  for (;;) {
    const rows = await listCommentsOf(snapshot, id, { after, limit: PAGE });
    for (const row of rows) {
      const revisions = row.edited_at ? await listRevisions(snapshot, row.id, { limit: MAX_EDITS }) : [];
      yield { type: "comment", video_id: row.video_id, ...toComment(row), revisions };
    }
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return;
    after = { videoId: last.video_id, id: last.id };
  }
}

/**
 * Ends a user's account here and in Firebase Auth, erases all their comments, and removes what identifies them, in batches. The user's
 * row stays, without a name, because tombstones refer to it; so do audit entries, without addresses. Safe to repeat: an interrupted
 * erasure continues where it stopped. Calls `onErased` with the number of each batch of comments. If the user was here within the last
 * minutes, it takes 10 s: a post that was under way at the deactivation is erased too.
 * @throws ProblemError `not_found`, `last_admin`
 */
export async function eraseUser(
  context: Context,
  actor: Actor,
  id: string,
  onErased?: (comments: number) => void,
): Promise<{ erased: number }> {
  await changeUser(context, actor, id, { role: "user", is_active: false });
  const requestsEndAt = performance.now() + MAX_REQUEST_MS;
  const erasure = { deletedBy: id, onErased };
  let erased = await eraseAllCommentsOf(context, id, erasure);
  await context.firebaseUsers.deleteAccount(id);
  await eraseAddresses(context, id);
  await repeatUntilNone(() => eraseUserRows(context.db, id, PAGE));
  if (await wasSeenWithin(context.db, id, SEEN_INTERVAL_SECONDS + MAX_REQUEST_MS / 1000)) {
    await sleep(Math.max(0, requestsEndAt - performance.now()));
    erased += await eraseAllCommentsOf(context, id, erasure);
    await repeatUntilNone(() => eraseUserRows(context.db, id, PAGE));
  }
  await eraseName(context, actor, id, erased);
  return { erased };
}

async function eraseAddresses({ db }: Context, userId: string): Promise<void> {
  await repeatUntilNone(() => eraseAddressesAbout(db, [userId], PAGE));
  for (const type of ["session", "device"] as const) {
    let after: string | undefined;
    do {
      const { rows, cursor } = await listUserRecords(db, type, userId, { after, limit: PAGE });
      const ids = rows.map((row) => String(row["id"]));
      if (ids.length > 0) await repeatUntilNone(() => eraseAddressesAbout(db, ids, PAGE));
      after = cursor;
    } while (after !== undefined);
  }
}

/** Tries again under another name if somebody has the first one. */
async function eraseName(context: Context, actor: Actor, id: string, erased: number): Promise<void> {
  const passwordHash = await context.passwords.hashOfNoPassword();
  let nameless = namelessOf(id);
  for (;;) {
    try {
      await transact(context.db, async (transaction) => {
        await eraseAccount(transaction, id, { ...nameless, passwordHash });
        await deleteQuarantinedOf(transaction, id);
        const target = { type: "user", id } as const;
        await audit(context, transaction, { action: "user.erase", actor, target, details: { erased } });
      });
      return;
    } catch (error) {
      const key = duplicateKey(error);
      if (key !== "users_email" && key !== "users_username") throw error;
      nameless = namelessOf(context.newId());
    }
  }
}

function namelessOf(id: string): { email: string; username: string } {
  return {
    email: `${id}@${SERVICE_EMAIL_DOMAINS.erased}`,
    username: `${SERVICE_NAME_PREFIXES.erased}${id.slice(-12)}`,
  };
}
