import { canonicalize } from "../../../content/canonicalize.ts";
import type { Context } from "../../../context.ts";
import type { SignedIn } from "../../../contract/account.ts";
import { transact } from "../../../database/transactions.ts";
import { ProblemError } from "../../../errors.ts";
import type { Scopes } from "../../../limits/allowances.ts";
import { networksOf } from "../../../limits/network.ts";
import { findKnownDevice } from "../../../security/device-tokens.ts";
import type { Hasher } from "../../../security/passwords.ts";
import { type LiveSession, findLiveSession, insertSession } from "../../../tables/accounts/sessions.ts";
import { upsertDevice } from "../../../tables/accounts/user-devices.ts";
import { type Account, type UserRow, findAccount, lockUser, markSignedIn } from "../../../tables/accounts/users.ts";
import { takeMirrorSeq } from "../../../tables/sync/user-mirrors.ts";
import { audit } from "../../operation/audit.ts";
import { endExcessSessions } from "./session-bounds.ts";
import { SESSION_LIFETIME } from "./sessions.ts";
import { issueTokens } from "./tokens.ts";

export interface SignIn {
  email: string;
  password: string;
  device: { id: string; info: Record<string, string>; tokens: string[] };
}

/**
 * Begins a session on a device. Every attempt is counted before its password is verified: on a device where the account has signed in
 * before by that device alone, otherwise by account and source.
 * @throws ProblemError `invalid_credentials`, by the same steps for an unknown e-mail address, a wrong password and a deactivated user;
 * `rate_limited`; `unavailable` if too many attempts wait
 */
export async function signIn(context: Context, request: SignIn, address: string | null): Promise<SignedIn> {
  const attempt = attemptOf(context, request, address);
  const caller =
    attempt.knownDeviceId === undefined
      ? { networks: networksOf(address).map(({ name }) => name) }
      : { known: attempt.knownDeviceId };
  const { session, toForget } = await context.passwords.admit(caller, (hasher) =>
    openSession(context, hasher, attempt),
  );
  await context.userRelay.publish(session.userId);
  await context.limits.forget("sign_in", "valid", toForget);
  return issueTokens(context, session, 1);
}

interface Attempt {
  /** Canonical. */
  email: string;
  password: string;
  device: SignIn["device"];
  /** Our id of the device on which the account has signed in before, if the client proves it. It may have been revoked since. */
  knownDeviceId: string | undefined;
  address: string | null;
}

function attemptOf({ config }: Context, { email, password, device }: SignIn, address: string | null): Attempt {
  const canonical = canonicalize(email);
  const knownDeviceId = findKnownDevice(config.refreshTokenKeys, device.tokens, canonical);
  return { email: canonical, password, device, knownDeviceId, address };
}

async function openSession(
  context: Context,
  hasher: Hasher,
  attempt: Attempt,
): Promise<{ session: LiveSession; toForget: Scopes }> {
  const { email, password, knownDeviceId, address } = attempt;
  const account = await findAccount(context.db, email, knownDeviceId);
  const toForget = await countAttempt(context, attempt, account);

  const isMatch = await hasher.verify(account?.user.password_hash, password);
  const user = isMatch && account?.user.is_active ? account.user : undefined;
  // As for failed attempts, an unlock changes what is counted: a thief may have used up the owner's sessions.
  if (user) await context.limits.count("new_session", "valid", { user: `${user.unlocks} ${user.id}` });
  const session = user && (await beginSession(context, user, attempt));
  if (!session) {
    await audit(context, context.db, {
      action: "user.sign_in_failed",
      actor: { userId: null, address },
      target: { type: "user", id: account?.user.id ?? null },
    });
    throw new ProblemError("invalid_credentials");
  }
  return { session, toForget };
}

/**
 * Counts an attempt; returns what to forget if it succeeds: the owner's own mistakes from this place. All else goes on, since a success
 * must give nothing back to others who guess, and somebody's own account must not give them hashes without end.
 * @throws ProblemError `rate_limited`
 */
async function countAttempt(
  { limits }: Context,
  { email, knownDeviceId, address }: Attempt,
  found: Account | undefined,
): Promise<Scopes> {
  // Unknown accounts are counted too. An unlock changes the name under which an account is counted, for every source at once.
  const account = `${found?.user.unlocks ?? 0} ${email}`;
  if (found?.hasKnownDevice && knownDeviceId !== undefined) {
    const known = { known_device: `${account} ${knownDeviceId}` };
    // A device that has used up its own attempts is treated as any other, so that a stolen token does not lock its owner out.
    if (await limits.tryCount("sign_in", "valid", known)) return {};
  }
  const narrow = { account_source: { account, address } };
  await limits.count("sign_in", "valid", { ...narrow, source: address, account, everyone: "all" });
  return narrow;
}

/** Returns undefined if the user changed after the password was verified: it may be another password by now. */
async function beginSession(
  context: Context,
  user: UserRow,
  { device, address }: Attempt,
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
