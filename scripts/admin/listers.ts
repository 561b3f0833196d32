import type { Context } from "../../functions/src/context.ts";
import { type Role, ROLES } from "../../functions/src/contract/account.ts";
import { AUDIT_ACTIONS } from "../../functions/src/contract/operation.ts";
import { listUsers } from "../../functions/src/services/accounts/user-admin.ts";
import { listAudit } from "../../functions/src/services/operation/audit.ts";
import { Problem } from "../platform/problem.ts";

export const FILTERS = ["role", "search", "action", "actor", "target", "limit"] as const;

export type ListOptions = { [Name in (typeof FILTERS)[number]]?: string } & { json: boolean };

/** Commands that list, by name, and the options that each takes. */
export const listers: Record<
  string,
  { options: readonly string[]; list: (context: Context, options: ListOptions) => Promise<void> }
> = {
  list: { options: ["role", "search"], list },
  audit: { options: ["action", "actor", "target", "limit"], list: listEntries },
};

const PAGE = 100;

async function list(context: Context, { role, search, json }: ListOptions): Promise<void> {
  const filter = { search, role: role === undefined ? undefined : toRole(role) };
  let cursor: string | undefined;
  let count = 0;
  do {
    const page = await listUsers(context, { ...filter, limit: PAGE, cursor });
    for (const user of page.users) {
      const { id, email, username, role, is_active, last_login_at } = user;
      const state = is_active ? "active" : "deactivated";
      const line = [id, email, username, role, state, last_login_at ?? "never signed in"].join("\t");
      console.log(json ? JSON.stringify(user) : line);
    }
    count += page.users.length;
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
  if (!json) console.log(`${count} users`);
}

async function listEntries(
  context: Context,
  { action, actor, target, limit = "100", json }: ListOptions,
): Promise<void> {
  if (action !== undefined && !AUDIT_ACTIONS.some((known) => known === action)) {
    throw new Problem(`There is no action ${action}. The actions are ${AUDIT_ACTIONS.join(", ")}.`);
  }
  if (!/^[1-9]\d{0,5}$/.test(limit)) throw new Problem("--limit takes a number from 1 to 999999.");
  const filter = { action, actor_id: actor, target_id: target };
  let left = Number(limit);
  let cursor: string | undefined;
  do {
    const page = await listAudit(context, { ...filter, limit: Math.min(PAGE, left), cursor });
    for (const entry of page.entries) {
      const { at, action, actor_id, target, address } = entry;
      const line = [at, action, actor_id ?? "-", `${target.type} ${target.id ?? "-"}`, address ?? "-"].join("\t");
      console.log(json ? JSON.stringify(entry) : `${line}\t${JSON.stringify(entry.details)}`);
    }
    left -= page.entries.length;
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined && left > 0);
}

/** @throws Problem for a text that is no role */
export function toRole(text: string): Role {
  const role = ROLES.find((role) => role === text);
  if (role === undefined) throw new Problem(`There is no role ${text}. The roles are ${ROLES.join(", ")}.`);
  return role;
}
