import type { Context } from "../../context.ts";
import { ProblemError } from "../../errors.ts";
import { revokeSessions } from "./revocation.ts";
import { transact } from "../../database/database.ts";
import { findUser, lockUser, updateUser } from "../../tables/accounts/users.ts";
import { audit } from "../operation/audit.ts";
import { refuseGuessable } from "../../security/weak-passwords.ts";
import type { Principal } from "./sessions.ts";

/**
 * Changes the user's password and ends their other sessions.
 * @throws ProblemError `wrong_password`, also when the password was changed by another request meanwhile; `weak_password`;
 * `rate_limited`
 */
export async function changePassword(
  context: Context,
  principal: Principal,
  change: { current_password: string; new_password: string },
): Promise<void> {
  const { user_id: id } = principal;
  await context.limits.count("password", { user: id });
  await refuseGuessable(change.new_password, [principal.email, principal.username], "/new_password");
  const user = await findUser(context.db, id);
  const target = { type: "user", id } as const;
  if (!user || !(await context.passwords.verify(user.password_hash, change.current_password))) {
    await audit(context, context.db, { action: "user.password_failed", actor: principal, target });
    throw new ProblemError("wrong_password");
  }
  const passwordHash = await context.passwords.hash(change.new_password);
  await transact(context.db, async (transaction) => {
    const now = await lockUser(transaction, id);
    if (now?.password_hash !== user.password_hash) throw new ProblemError("wrong_password");
    await updateUser(transaction, id, { password_hash: passwordHash });
    const ended = await revokeSessions(transaction, id, { except: principal.session_id });
    await audit(context, transaction, {
      action: "user.password",
      actor: principal,
      target,
      details: { sessions_ended: ended.length },
    });
  });
  await context.limits.forget("password", { user: id });
  await context.userRelay.publish(id);
}
