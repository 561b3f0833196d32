import type { Context } from "../../context.ts";
import { transact } from "../../database/transactions.ts";
import { ProblemError } from "../../errors.ts";
import { eraseUserData, readUserData } from "../../tables/accounts/user-data.ts";
import { findUser } from "../../tables/accounts/users.ts";
import { listRevisions } from "../../tables/comments/comment-revisions.ts";
import { toComment } from "../../tables/comments/to-comment.ts";
import { countCommentsOf, listCommentsOf } from "../../tables/comments/user-comments.ts";
import { deleteQuarantinedOf } from "../../tables/sync/quarantined-comments.ts";
import type { Export } from "../comments/transfer.ts";
import { eraseComments } from "../moderation/erasure.ts";
import { type Actor, audit } from "../operation/audit.ts";
import { changeUser } from "./user-admin.ts";
import { toUser } from "./users.ts";

const PAGE = 500;

/** All data about a user, without secrets: a record at a time, each with its `type`. @throws ProblemError `not_found` */
export async function exportUser(context: Context, id: string): Promise<Export> {
  const user = await findUser(context.db, id);
  if (!user) throw new ProblemError("not_found");
  const account = { type: "user", ...toUser(user), is_active: user.is_active, last_login_at: user.last_login_at };
  const userData = Object.entries(await readUserData(context.db, id)).flatMap(([type, rows]) =>
    rows.map((row) => ({ type, ...row })),
  );
  const total = 1 + userData.length + (await countCommentsOf(context.db, id));
  async function* records(): AsyncGenerator<object> {
    yield account;
    yield* userData;
    yield* commentRecords(context, id);
  }
  return { total, records: records() };
}

async function* commentRecords(context: Context, id: string): AsyncGenerator<object> {
  let after: { videoId: string; id: string } | undefined;
  for (;;) {
    const rows = await listCommentsOf(context.db, id, { after, limit: PAGE });
    for (const row of rows) {
      const revisions = row.edited_at ? await listRevisions(context.db, row.id) : [];
      yield { type: "comment", video_id: row.video_id, ...toComment(row), revisions };
    }
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return;
    after = { videoId: last.video_id, id: last.id };
  }
}

/**
 * Ends a user's account here and in Firebase Auth, erases all their comments, and removes what identifies them. Safe to repeat.
 * @throws ProblemError `not_found`, `last_admin`
 */
export async function eraseUser(context: Context, actor: Actor, id: string): Promise<{ erased: number }> {
  await changeUser(context, actor, id, { role: "user", is_active: false });
  const erased = await eraseComments(context, id, { deletedBy: id });
  await context.firebaseUsers.deleteAccount(id);
  const passwordHash = await context.passwords.hashOfNoPassword();
  await transact(context.db, async (transaction) => {
    await eraseUserData(transaction, id, passwordHash);
    await deleteQuarantinedOf(transaction, id);
    await audit(context, transaction, {
      action: "user.erase",
      actor,
      target: { type: "user", id },
      details: { erased },
    });
  });
  return { erased };
}
