import { parseArgs } from "node:util";
import { userCommands } from "./admin/user-commands.ts";
import { FILTERS, type ListOptions, listers, toRole } from "./admin/listers.ts";
import { findNamedUser } from "./command/find-user.ts";
import { Problem, runCommand } from "./platform/problem.ts";
import { withContext } from "./platform/with-context.ts";

const HELP = `Manages users: npm run admin -- COMMAND [options]

  list                  list users
    --role ROLE         only those with this role
    --search TEXT       only those whose e-mail address or username begins with TEXT
  sessions USER         list the sessions in which they are signed in
  audit                 list the audit log, newest entry first, as JSON with --json
    --action ACTION     only this action
    --actor ID          only what this user did
    --target ID         only what was done to this user, session, device, video or comment
    --limit N           so many entries at most (default: 100)
  grant USER [ROLE]     make the user a moderator or an admin (default: admin). Nobody verifies e-mail addresses, so
                        give the id, or look at what is shown and type the username, or give --yes
  demote USER           make them an ordinary user again
  sign-out USER         end their sessions
  deactivate USER       end their sessions, and let them sign in no more
  activate USER         let them sign in again
  unlock USER           forget the failed sign-ins that lock the account
  reset-password USER   set a random password and print it once; end their sessions, forget failed sign-ins
  release-email USER    free the e-mail address for its real owner, and end the sessions of the account that had it;
                        it keeps its comments, under another address. Type the username, or give --yes
  --yes                 do not ask
  --json                print the result as JSON on standard output; list and audit print one JSON object a line
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
      action: { type: "string" },
      actor: { type: "string" },
      target: { type: "string" },
      limit: { type: "string" },
      json: { type: "boolean", default: false },
      yes: { type: "boolean", default: false },
      help: { type: "boolean" },
    },
  });
  if (values.help) return console.log(HELP);
  const [command = "", name, roleName, ...rest] = positionals;
  const lister = Object.hasOwn(listers, command) ? listers[command] : undefined;
  if (lister && name === undefined) {
    refuseOptions(command, values, lister.options);
    return withContext((context) => lister.list(context, values));
  }
  const change = Object.hasOwn(userCommands, command) ? userCommands[command] : undefined;
  if (!change) throw new Problem(unknownCommand(command));
  if (name === undefined) throw new Problem(`${command} needs a user: npm run admin -- --help`);
  refuseOptions(command, values, []);
  const excess = command === "grant" ? rest[0] : roleName;
  if (excess !== undefined) throw new Problem(`${command} does not take ${excess}: npm run admin -- --help`);
  const role = toRole(roleName ?? "admin");
  await withContext(async (context) => {
    const user = await findNamedUser(context, name);
    const { text, data } = await change(context, user, { name, role, isConfirmed: values.yes });
    console.log(values.json ? JSON.stringify({ id: user.id, ...data }) : text);
  });
});

function unknownCommand(command: string): string {
  const names = [...Object.keys(listers), ...Object.keys(userCommands)].join(", ");
  if (command === "") return `Give a command: ${names}. More: npm run admin -- --help`;
  if (Object.hasOwn(listers, command)) return `${command} takes options only: npm run admin -- --help`;
  return `There is no command ${command}. The commands are ${names}.`;
}

function refuseOptions(command: string, values: ListOptions, taken: readonly string[]): void {
  const excess = FILTERS.find((name) => values[name] !== undefined && !taken.includes(name));
  if (excess !== undefined) throw new Problem(`${command} does not take --${excess}: npm run admin -- --help`);
}
