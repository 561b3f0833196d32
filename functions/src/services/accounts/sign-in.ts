import type { Context } from "../../context.ts";
import type { SignedIn } from "../../contract/account.ts";
import { ProblemError } from "../../errors.ts";
import { transact } from "../../database/database.ts";
import type { LiveSession } from "../../tables/accounts/sessions.ts";
import { findLiveSession, insertSession } from "../../tables/accounts/sessions.ts";
import { upsertDevice } from "../../tables/accounts/user-devices.ts";
import { takeMirrorSeq } from "../../tables/sync/user-mirrors.ts";
import type { UserRow } from "../../tables/accounts/users.ts";
import { findUserByEmail, lockUser, markLogin } from "../../tables/accounts/users.ts";
import { audit } from "../operation/audit.ts";
import { issueTokens, SESSION_LIFETIME } from "./sessions.ts";
import { canonical } from "../../content/canonical.ts";

export interface SignIn {
  email: string;
  password: string;
  device: { id: string; info: Record<string, string> };
}

/**
 * Begins a session on a device. Every try is counted before a password is looked at.
 * @throws ProblemError `invalid_credentials`: unknown e-mail, wrong password and deactivated user alike, and in the same time;
 * `rate_limited`; `unavailable` when too many wait
 */
export async function signIn(context: Context, request: SignIn, address: string | null): Promise<SignedIn> {
  const session = await context.passwords.admit(() => openSession(context, request, address));
  await context.userRelay.publish(session.user_id);
  return issueTokens(context, session, 1);
}

async function openSession(context: Context, request: SignIn, address: string | null): Promise<LiveSession> {
  const { email, password, device } = request;
  const user = await findUserByEmail(context.db, canonical(email));
  const subjects = accountSubjects(canonical(email), user?.unlocks ?? 0, address);
  await context.limits.count("sign_in", subjects);

  const fits = await context.passwords.verify(user?.password_hash, password);
  const session = user && fits && user.is_active ? await beginSession(context, user, device, address) : undefined;
  if (!session) {
    await audit(context, context.db, {
      action: "user.sign_in_failed",
      actor: { user_id: null, address },
      target: { type: "user", id: user?.id ?? null },
    });
    throw new ProblemError("invalid_credentials");
  }
  await context.limits.forget("sign_in", subjects);
  return session;
}

// Unknown accounts are counted too. An unlock changes the name under which an account is counted, from every source at once.
function accountSubjects(email: string, unlocks: number, address: string | null) {
  const account = `${unlocks} ${email}`;
  return { account, account_source: address === null ? null : `${address} ${account}` };
}

/** Undefined when the user changed since the password was verified: it may be another by now. */
async function beginSession(
  context: Context,
  user: UserRow,
  device: SignIn["device"],
  address: string | null,
): Promise<LiveSession | undefined> {
  const id = context.newId();
  return transact(context.db, async (transaction) => {
    const now = await lockUser(transaction, user.id);
    if (!now?.is_active || now.password_hash !== user.password_hash) return undefined;
    const userDeviceId = await upsertDevice(transaction, {
      id: context.newId(),
      user_id: user.id,
      device_id: device.id,
      device_info: device.info,
    });
    await insertSession(transaction, { id, user_id: user.id, user_device_id: userDeviceId }, SESSION_LIFETIME);
    await markLogin(transaction, user.id);
    await takeMirrorSeq(transaction, user.id);
    await audit(context, transaction, {
      action: "user.sign_in",
      actor: { user_id: user.id, address },
      target: { type: "session", id },
    });
    return findLiveSession(transaction, id, 0);
  });
}
