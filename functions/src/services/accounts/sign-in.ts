import { canonicalize } from "../../content/canonicalize.ts";
import type { Context } from "../../context.ts";
import type { SignedIn } from "../../contract/account.ts";
import { transact } from "../../database/transactions.ts";
import { ProblemError } from "../../errors.ts";
import { networkOf } from "../../limits/network.ts";
import { type LiveSession, findLiveSession, insertSession } from "../../tables/accounts/sessions.ts";
import { upsertDevice } from "../../tables/accounts/user-devices.ts";
import { type UserRow, findUserByEmail, lockUser, markSignedIn } from "../../tables/accounts/users.ts";
import { takeMirrorSeq } from "../../tables/sync/user-mirrors.ts";
import { audit } from "../operation/audit.ts";
import { endExcessSessions } from "./session-bounds.ts";
import { SESSION_LIFETIME } from "./sessions.ts";
import { issueTokens } from "./tokens.ts";

export interface SignIn {
  email: string;
  password: string;
  device: { id: string; info: Record<string, string> };
}

/**
 * Begins a session on a device. Every attempt is counted before its password is verified.
 * @throws ProblemError `invalid_credentials`, in the same time for an unknown e-mail address, a wrong password and a deactivated user;
 * `rate_limited`; `unavailable` if too many attempts wait
 */
export async function signIn(context: Context, request: SignIn, address: string | null): Promise<SignedIn> {
  const session = await context.passwords.admit(() => openSession(context, request, address));
  await context.userRelay.publish(session.userId);
  return issueTokens(context, session, 1);
}

async function openSession(context: Context, request: SignIn, address: string | null): Promise<LiveSession> {
  const { password, device } = request;
  const email = canonicalize(request.email);
  const user = await findUserByEmail(context.db, email);
  const subjects = accountSubjects(email, user?.unlocks ?? 0, address);
  await context.limits.count("sign_in", subjects);

  const isMatch = await context.passwords.verify(user?.password_hash, password);
  const session = user && isMatch && user.is_active ? await beginSession(context, user, device, address) : undefined;
  if (!session) {
    await audit(context, context.db, {
      action: "user.sign_in_failed",
      actor: { userId: null, address },
      target: { type: "user", id: user?.id ?? null },
    });
    throw new ProblemError("invalid_credentials");
  }
  await context.limits.forget("sign_in", subjects);
  return session;
}

// Unknown accounts are counted too. An unlock changes the name under which an account is counted, for every source at once.
function accountSubjects(email: string, unlocks: number, address: string | null) {
  const account = `${unlocks} ${email}`;
  return { account, account_source: address === null ? null : `${networkOf(address)} ${account}` };
}

/** Returns undefined if the user changed after the password was verified: it may be another password by now. */
async function beginSession(
  context: Context,
  user: UserRow,
  device: SignIn["device"],
  address: string | null,
): Promise<LiveSession | undefined> {
  const id = context.newId();
  return transact(context.db, async (transaction) => {
    const locked = await lockUser(transaction, user.id);
    if (!locked?.is_active || locked.password_hash !== user.password_hash) return undefined;
    const userDeviceId = await upsertDevice(transaction, {
      id: context.newId(),
      user_id: user.id,
      device_id: device.id,
      device_info: device.info,
    });
    await insertSession(transaction, { id, user_id: user.id, user_device_id: userDeviceId }, SESSION_LIFETIME);
    await endExcessSessions(context, transaction, user.id, { userId: user.id, address });
    await markSignedIn(transaction, user.id);
    await takeMirrorSeq(transaction, user.id);
    await audit(context, transaction, {
      action: "user.sign_in",
      actor: { userId: user.id, address },
      target: { type: "session", id },
    });
    return findLiveSession(transaction, id);
  });
}
