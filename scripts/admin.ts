import { parseArgs } from "node:util";
import type { Context } from "../functions/src/context.ts";
import { type Role, ROLES } from "../functions/src/contract/account.ts";
import { listUsers } from "../functions/src/services/accounts/user-admin.ts";
import { changes } from "./admin/changes.ts";
import { findNamedUser } from "./command/find-user.ts";
import { Problem, runCommand } from "./platform/problem.ts";
import { withContext } from "./platform/with-context.ts";

const HELP = `Manages users: npm run admin -- COMMAND [options]

  list                  list users
    --role ROLE         only those with this role
    --search TEXT       only those whose e-mail address or username begins with TEXT
  grant USER [ROLE]     make the user a moderator or an admin (default: admin). Nobody verifies e-mail addresses, so
                        give the id, or look at what is shown and type the username, or give --yes
  revoke USER           make them an ordinary user again
  sign-out USER         end their sessions
  deactivate USER       end their sessions, and let them sign in no more
  activate USER         let them sign in again
  unlock USER           forget the failed sign-ins that lock the account
  reset-password USER   set a random password and print it once; end their sessions, forget failed sign-ins
  release-email USER    free the e-mail address for its real owner, and end the sessions of the account that had it;
                        it keeps its comments, under another address. Type the username, or give --yes
  --yes                 do not ask
  --json                print the result as JSON on standard output; list prints one JSON object a line
  --help                show this help

USER is an e-mail address or an id. The audit log records what was done.
It works on the database that MYSQL_URL names, with the functions' environment, or on the local platform (npm start).
Exit codes: 0 done, 1 failed, 3 no such user.`;

await runCommand(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      role: { type: "string" },
      search: { type: "string" },
      json: { type: "boolean", default: false },
      yes: { type: "boolean", default: false },
      help: { type: "boolean" },
    },
  });
  if (values.help) return console.log(HELP);
  const [command = "", name, roleName, ...rest] = positionals;
  if (command === "list" && name === undefined) return withContext((context) => list(context, values));

  const change = Object.hasOwn(changes, command) ? changes[command] : undefined;
  if (!change) throw new Problem(unknownCommand(command));
  if (name === undefined) throw new Problem(`${command} needs a user: npm run admin -- --help`);
  const filter = (["role", "search"] as const).find((name) => values[name] !== undefined);
  const excess = filter === undefined ? (command === "grant" ? rest[0] : roleName) : `--${filter}`;
  if (excess !== undefined) throw new Problem(`${command} does not take ${excess}: npm run admin -- --help`);
  const role = toRole(roleName ?? "admin");
  await withContext(async (context) => {
    const user = await findNamedUser(context, name);
    const { text, data } = await change(context, user, { name, role, isConfirmed: values.yes });
    console.log(values.json ? JSON.stringify({ id: user.id, ...data }) : text);
  });
});

function unknownCommand(command: string): string {
  const names = ["list", ...Object.keys(changes)].join(", ");
  if (command === "") return `Give a command: ${names}. More: npm run admin -- --help`;
  if (command === "list") return "list takes options only: npm run admin -- --help";
  return `There is no command ${command}. The commands are ${names}.`;
}

interface ListOptions {
  role?: string;
  search?: string;
  json: boolean;
}

async function list(context: Context, { role, search, json }: ListOptions): Promise<void> {
  const filter = { search, role: role === undefined ? undefined : toRole(role) };
  let cursor: string | undefined;
  let count = 0;
  do {
    const page = await listUsers(context, { ...filter, limit: 100, cursor });
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

function toRole(text: string): Role {
  const role = ROLES.find((role) => role === text);
  if (role === undefined) throw new Problem(`There is no role ${text}. The roles are ${ROLES.join(", ")}.`);
  return role;
}
