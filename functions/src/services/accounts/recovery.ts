import { randomBytes } from "node:crypto";
import type { Context } from "../../context.ts";
import { SERVICE_EMAIL_DOMAINS } from "../../contract/account.ts";
import type { AuditAction } from "../../contract/operation.ts";
import type { Db } from "../../database/schema.ts";
import { transact } from "../../database/transactions.ts";
import { ProblemError } from "../../errors.ts";
import { countUnlock, lockUser, updateUser } from "../../tables/accounts/users.ts";
import { type Actor, audit } from "../operation/audit.ts";
import { revokeAllSessions, revokeSessions } from "./sessions/revocation.ts";

/** 144 bits: nobody guesses it, and 24 characters can still be read out. */
const PASSWORD_BYTES = 18;

/** Ends every session of the user, and returns how many ended. Safe to repeat. @throws ProblemError `not_found` */
export async function signOutUser(context: Context, actor: Actor, id: string): Promise<number> {
  return changeAndSignOut(context, actor, { id, action: "user.sign_out" });
}

/**
 * Gives the user a random password, which it returns, ends every session, and forgets failed sign-ins. Each call makes another password.
 * @throws ProblemError `not_found`
 */
export async function resetPassword(context: Context, actor: Actor, id: string): Promise<string> {
  const password = randomBytes(PASSWORD_BYTES).toString("base64url");
  const passwordHash = await context.passwords.admit({ known: "operator" }, (hasher) => hasher.hash(password));
  await changeAndSignOut(context, actor, { id, action: "user.password_reset" }, async (transaction) => {
    await updateUser(transaction, id, { password_hash: passwordHash });
    await countUnlock(transaction, id);
  });
  return password;
}

/** The address of an account whose own one is free again. Nobody can register it. */
export function releasedEmail(id: string): string {
  return `${id}@${SERVICE_EMAIL_DOMAINS.released}`;
}

/**
 * Frees the user's e-mail address for its real owner. The account gets the address `releasedEmail`; with that and its password its user
 * can still sign in. Ends every session. Safe to repeat.
 * @throws ProblemError `not_found`
 */
export async function releaseEmail(context: Context, actor: Actor, id: string): Promise<void> {
  const email = releasedEmail(id);
  await changeAndSignOut(context, actor, { id, action: "user.email_release" }, (transaction) =>
    updateUser(transaction, id, { email, email_canonical: email }),
  );
}

/** Runs `change` on the locked user and ends every session in one audited transaction. Returns how many sessions ended in it. */
async function changeAndSignOut(
  context: Context,
  actor: Actor,
  { id, action }: { id: string; action: AuditAction },
  change: (transaction: Db) => Promise<void> = async () => {},
): Promise<number> {
  const ended = await transact(context.db, async (transaction) => {
    if (!(await lockUser(transaction, id))) throw new ProblemError("not_found");
    await change(transaction);
    const { length } = await revokeSessions(transaction, id, {});
    const target = { type: "user", id } as const;
    await audit(context, transaction, { action, actor, target, details: { sessions_ended: length } });
    return length;
  });
  try {
    await revokeAllSessions(context, id);
  } finally {
    await context.userRelay.publish(id);
  }
  return ended;
}
