import { parseArgs } from "node:util";
import type { Role } from "../functions/src/contract/account.ts";
import { ROLES } from "../functions/src/contract/account.ts";
import { readConfig } from "../functions/src/config.ts";
import type { Context } from "../functions/src/context.ts";
import { createContext } from "../functions/src/create-context.ts";
import { ProblemError } from "../functions/src/errors.ts";
import { OPERATOR } from "../functions/src/services/operation/audit.ts";
import { canonical } from "../functions/src/content/canonical.ts";
import { changeUser, listUsers, unlockUser } from "../functions/src/services/accounts/user-admin.ts";
import type { UserRow } from "../functions/src/tables/accounts/users.ts";
import { findUser, findUserByEmail } from "../functions/src/tables/accounts/users.ts";
import { Problem, runCommand } from "./platform/problem.ts";

const HELP = `Users, from the machine: node scripts/admin.ts COMMAND

  list [--role ROLE] [--search TEXT]   who there is; TEXT begins an e-mail address or a username
  grant USER [ROLE]                    moderator or admin (admin, if it is not said)
  revoke USER                          back to an ordinary user
  deactivate USER                      ends their sessions, and no sign-in any more
  activate USER                        undoes that; they sign in again
  unlock USER                          forgets the failed sign-ins that lock the account

USER is an e-mail address or an id. What was done stands in the audit log. Configuration: the environment of the functions.`;

await runCommand(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { role: { type: "string" }, search: { type: "string" }, help: { type: "boolean" } },
  });
  const [command, name, role = "admin"] = positionals;
  if (values.help || command === undefined) return console.log(HELP);
  const context = createContext(readConfig());
  try {
    if (command === "list") return await list(context, values);
    if (name === undefined) throw new Problem(`${command} needs a user: node scripts/admin.ts --help`);
    await change(context, command, await find(context, name), role);
  } catch (error) {
    if (error instanceof ProblemError) throw new Problem(error.message, { cause: error });
    throw error;
  } finally {
    await context.close();
  }
});

async function change(context: Context, command: string, user: UserRow, role: string): Promise<void> {
  const was = `${user.email} (${user.id})`;
  if (command === "grant" || command === "revoke") {
    const wanted = command === "revoke" ? "user" : toRole(role);
    await changeUser(context, OPERATOR, user.id, { role: wanted });
    return console.log(user.role === wanted ? `${was} was ${wanted} already` : `${was}: ${user.role} -> ${wanted}`);
  }
  if (command === "deactivate" || command === "activate") {
    const wanted = command === "activate";
    await changeUser(context, OPERATOR, user.id, { is_active: wanted });
    if (user.is_active === wanted) return console.log(`${was} was ${command}d already`);
    return console.log(`${was}: ${command}d${wanted ? "" : ", every session ended"}`);
  }
  if (command === "unlock") {
    await unlockUser(context, OPERATOR, user.id);
    return console.log(`${was}: unlocked`);
  }
  throw new Problem(`There is no command ${command}: node scripts/admin.ts --help`);
}

async function list(context: Context, values: { role?: string; search?: string }): Promise<void> {
  let cursor: string | undefined;
  let count = 0;
  do {
    const role = values.role === undefined ? undefined : toRole(values.role);
    const page = await listUsers(context, { search: values.search, role, limit: 100, cursor });
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
    ? await findUserByEmail(context.db, canonical(name))
    : await findUser(context.db, name.toLowerCase());
  if (!user) throw new Problem(`There is no user ${name}.`);
  return user;
}

function toRole(text: string): Role {
  const role = ROLES.find((role) => role === text);
  if (!role) throw new Problem(`There is no role ${text}; there are ${ROLES.join(", ")}.`);
  return role;
}
