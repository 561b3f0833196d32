import { isReservedAddress } from "../../functions/src/content/names/reserved.ts";
import type { Context } from "../../functions/src/context.ts";
import type { Role } from "../../functions/src/contract/account.ts";
import {
  releaseEmail,
  releasedEmail,
  resetPassword,
  signOutUser,
} from "../../functions/src/services/accounts/recovery.ts";
import { changeUser, unlockUser } from "../../functions/src/services/accounts/user-admin.ts";
import { listUserSessions } from "../../functions/src/services/accounts/user-sessions.ts";
import { OPERATOR } from "../../functions/src/services/operation/audit.ts";
import type { UserRow } from "../../functions/src/tables/accounts/users.ts";
import { confirm } from "../command/confirm.ts";
import { describeUser, isEmail } from "../command/find-user.ts";

export interface Given {
  /** What the person wrote to name the user. */
  name: string;
  role: Role;
  isConfirmed: boolean;
}

/** What a command did: a line to print, and the same for a program. */
export interface Changed {
  text: string;
  data: Record<string, unknown>;
}

/** The commands that name a user. */
export const userCommands: Record<string, (context: Context, user: UserRow, given: Given) => Promise<Changed>> = {
  async grant(context, user, { name, role, isConfirmed }) {
    console.error(describeUser(user));
    // Anybody can register with an address that is not theirs. An id names the account that somebody has looked at.
    if (isEmail(name) && !isConfirmed) {
      const what = `This makes the account with the id above ${role}, and nobody has verified its e-mail address`;
      await confirm({ what, word: user.username, instead: "the id instead of the address, or --yes," });
    }
    return changeRole(context, user, role);
  },

  demote: (context, user) => changeRole(context, user, "user"),

  async sessions(context, user) {
    const sessions = await listUserSessions(context, user.id);
    const lines = sessions.map(({ id, device, last_seen_at }) => `${id}\t${device}\tlast seen ${last_seen_at}`);
    return { text: lines.join("\n") || `${nameOf(user)} is not signed in anywhere`, data: { sessions } };
  },

  async "sign-out"(context, user) {
    const ended = await signOutUser(context, OPERATOR, user.id);
    return { text: `${nameOf(user)}: ${ended} sessions ended`, data: { sessions_ended: ended } };
  },

  async deactivate(context, user) {
    await changeUser(context, OPERATOR, user.id, { is_active: false });
    const data = { is_active: false, changed: user.is_active };
    if (!user.is_active) return { text: `${nameOf(user)} was deactivated already`, data };
    return { text: `${nameOf(user)}: deactivated, every session ended`, data };
  },

  async activate(context, user) {
    await changeUser(context, OPERATOR, user.id, { is_active: true });
    const data = { is_active: true, changed: !user.is_active };
    return { text: user.is_active ? `${nameOf(user)} was active already` : `${nameOf(user)}: activated`, data };
  },

  async unlock(context, user) {
    await unlockUser(context, OPERATOR, user.id);
    return { text: `${nameOf(user)}: unlocked`, data: {} };
  },

  async "reset-password"(context, user) {
    console.error(describeUser(user));
    const password = await resetPassword(context, OPERATOR, user.id);
    console.error("Every session ended. This is the password until the user changes it; it is not shown again:");
    return { text: password, data: { password } };
  },

  async "release-email"(context, user, { isConfirmed }) {
    console.error(describeUser(user));
    if (isReservedAddress(user.email_canonical)) {
      const text = `${user.email} belongs to nobody: there is nothing to release`;
      return { text, data: { email: user.email, changed: false } };
    }
    if (!isConfirmed) {
      const what = "This takes the e-mail address from the account above, and ends its sessions";
      await confirm({ what, word: user.username, instead: "--yes" });
    }
    await releaseEmail(context, OPERATOR, user.id);
    const email = releasedEmail(user.id);
    const text = `${user.email} is free; its account is now ${email}, every session ended`;
    return { text, data: { email, changed: true } };
  },
};

async function changeRole(context: Context, user: UserRow, role: Role): Promise<Changed> {
  await changeUser(context, OPERATOR, user.id, { role });
  const changed = user.role !== role;
  const text = changed ? `${nameOf(user)}: ${user.role} -> ${role}` : `${nameOf(user)} was ${role} already`;
  return { text, data: { role, changed } };
}

function nameOf({ email, id }: UserRow): string {
  return `${email} (${id})`;
}
