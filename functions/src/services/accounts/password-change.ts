import type { Context } from "../../context.ts";
import { transact } from "../../database/transactions.ts";
import { ProblemError } from "../../errors.ts";
import { revokeSessions } from "./sessions/revocation.ts";
import type { Principal } from "../../security/bearers.ts";
import type { Hasher } from "../../security/passwords.ts";
import { refuseWeakPassword } from "../../security/weak-passwords.ts";
import { findUser, lockUser, updateUser } from "../../tables/accounts/users.ts";
import { audit } from "../operation/audit.ts";

/**
 * Changes the user's password and ends their other sessions.
 * @throws ProblemError `wrong_password`, also if another request changed the password meanwhile; `weak_password`; `rate_limited`;
 * `unavailable` if too many wait
 */
export async function changePassword(
  context: Context,
  principal: Principal,
  change: { current_password: string; new_password: string },
): Promise<void> {
  await refuseWeakPassword(change.new_password, [principal.email, principal.username], "/new_password");
  const { userId, sessionId } = principal;
  const counted = { session: sessionId, user: userId };
  await context.passwords.admit({ known: userId }, async (hasher) => {
    await context.limits.count("password", "valid", counted);
    await replacePassword(context, hasher, principal, change);
  });
  await context.userRelay.publish(userId);
  await context.limits.forget("password", "valid", counted);
}

async function replacePassword(
  context: Context,
  hasher: Hasher,
  principal: Principal,
  change: { current_password: string; new_password: string },
): Promise<void> {
  const { userId, sessionId } = principal;
  const user = await findUser(context.db, userId);
  const target = { type: "user", id: userId } as const;
  if (!user || !(await hasher.verify(user.password_hash, change.current_password))) {
    await audit(context, context.db, { action: "user.password_failed", actor: principal, target });
    throw new ProblemError("wrong_password");
  }
  const passwordHash = await hasher.hash(change.new_password);
  await transact(context.db, async (transaction) => {
    const locked = await lockUser(transaction, userId);
    if (locked?.password_hash !== user.password_hash) throw new ProblemError("wrong_password");
    await updateUser(transaction, userId, { password_hash: passwordHash });
    const ended = await revokeSessions(transaction, userId, { except: sessionId });
    await audit(context, transaction, {
      action: "user.password",
      actor: principal,
      target,
      details: { sessions_ended: ended.length },
    });
  });
}
