import { parseArgs } from "node:util";
import { eraseUser } from "../functions/src/services/accounts/user-data.ts";
import { OPERATOR } from "../functions/src/services/operation/audit.ts";
import { Problem, runCommand } from "./platform/problem.ts";
import { withContext } from "./platform/with-context.ts";

const HELP = `Erases one person: node scripts/erase.ts --user ID

Ends the account and its sessions, deletes the account in Firebase Auth, erases the person's comments for everyone who
listens, and removes everything that tells who they were. A row without a name remains.

It cannot be undone. \`node scripts/export.ts --user ID\` saves the data first. Safe to repeat.
The environment is that of the functions. Exit codes: 0 done, 1 failed.

  --user ID   the user's id
  --help      show this help`;

await runCommand(async () => {
  const { values } = parseArgs({ options: { user: { type: "string" }, help: { type: "boolean" } } });
  if (values.help) return console.log(HELP);
  const userId = values.user;
  if (userId === undefined) throw new Problem("Name the user: node scripts/erase.ts --user ID");
  const { erased } = await withContext((context) => eraseUser(context, OPERATOR, userId));
  console.log(`erased: the account and ${erased} comments`);
});
