import { parseArgs } from "node:util";
import { canonicalize } from "../functions/src/content/canonicalize.ts";
import type { Context } from "../functions/src/context.ts";
import { ROLES, type Role } from "../functions/src/contract/account.ts";
import { changeUser, listUsers, unlockUser } from "../functions/src/services/accounts/user-admin.ts";
import { OPERATOR } from "../functions/src/services/operation/audit.ts";
import { type UserRow, findUser, findUserByEmail } from "../functions/src/tables/accounts/users.ts";
import { Problem, runCommand } from "./platform/problem.ts";
import { withContext } from "./platform/with-context.ts";

const HELP = `Manages users: node scripts/admin.ts COMMAND

  list [--role ROLE] [--search TEXT]   list users; TEXT is the beginning of an e-mail address or a username
  grant USER [ROLE]                    make the user a moderator or an admin (default: admin)
  revoke USER                          make them an ordinary user again
  deactivate USER                      end their sessions, and let them sign in no more
  activate USER                        let them sign in again
  unlock USER                          forget the failed sign-ins that lock the account
  --help                               show this help

USER is an e-mail address or an id. The audit log records what was done.
The environment is that of the functions. Exit codes: 0 done, 1 failed.`;

/** Each changes a user, and returns what to print. */
const changes: Record<string, (context: Context, user: UserRow, role: Role) => Promise<string>> = {
  grant: changeRole,
  revoke: (context, user) => changeRole(context, user, "user"),

  async deactivate(context, user) {
    await changeUser(context, OPERATOR, user.id, { is_active: false });
    if (!user.is_active) return `${nameOf(user)} was deactivated already`;
    return `${nameOf(user)}: deactivated, every session ended`;
  },

  async activate(context, user) {
    await changeUser(context, OPERATOR, user.id, { is_active: true });
    if (user.is_active) return `${nameOf(user)} was active already`;
    return `${nameOf(user)}: activated`;
  },

  async unlock(context, user) {
    await unlockUser(context, OPERATOR, user.id);
    return `${nameOf(user)}: unlocked`;
  },
};

await runCommand(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { role: { type: "string" }, search: { type: "string" }, help: { type: "boolean" } },
  });
  const [command, userName, roleName = "admin"] = positionals;
  if (values.help || command === undefined) return console.log(HELP);
  if (command === "list") return withContext((context) => list(context, values));

  const change = Object.hasOwn(changes, command) ? changes[command] : undefined;
  if (!change) throw new Problem(`There is no command ${command}: node scripts/admin.ts --help`);
  if (userName === undefined) throw new Problem(`${command} needs a user: node scripts/admin.ts --help`);
  const role = toRole(roleName);
  await withContext(async (context) => {
    const user = await find(context, userName);
    console.log(await change(context, user, role));
  });
});

async function changeRole(context: Context, user: UserRow, role: Role): Promise<string> {
  await changeUser(context, OPERATOR, user.id, { role });
  return user.role === role ? `${nameOf(user)} was ${role} already` : `${nameOf(user)}: ${user.role} -> ${role}`;
}

async function list(context: Context, { role, search }: { role?: string; search?: string }): Promise<void> {
  const filter = { search, role: role === undefined ? undefined : toRole(role) };
  let cursor: string | undefined;
  let count = 0;
  do {
    const page = await listUsers(context, { ...filter, limit: 100, cursor });
    for (const { id, email, username, role, is_active, last_login_at } of page.users) {
      const state = is_active ? "active" : "deactivated";
      console.log([id, email, username, role, state, last_login_at ?? "never signed in"].join("\t"));
    }
    count += page.users.length;
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
  console.log(`${count} users`);
}

async function find(context: Context, name: string): Promise<UserRow> {
  const user = name.includes("@")
    ? await findUserByEmail(context.db, canonicalize(name))
    : await findUser(context.db, name.toLowerCase());
  if (!user) throw new Problem(`There is no user ${name}.`);
  return user;
}

function nameOf({ email, id }: UserRow): string {
  return `${email} (${id})`;
}

function toRole(text: string): Role {
  const role = ROLES.find((role) => role === text);
  if (role === undefined) throw new Problem(`There is no role ${text}. The roles are ${ROLES.join(", ")}.`);
  return role;
}
