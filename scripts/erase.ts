import { parseArgs } from "node:util";
import { eraseUser } from "../functions/src/services/accounts/user-data.ts";
import { OPERATOR } from "../functions/src/services/operation/audit.ts";
import { confirm } from "./command/confirm.ts";
import { describeUser, findNamedUser } from "./command/find-user.ts";
import { Problem, runCommand } from "./platform/problem.ts";
import { showProgress } from "./platform/progress.ts";
import { withContext } from "./platform/with-context.ts";

const HELP = `Erases one person: npm run erase -- --user USER [--yes]

Ends the account and its sessions, deletes the account in Firebase Auth, erases the person's comments for everyone who
listens, and removes everything that tells who they were. A row without a name remains.

It cannot be undone. \`npm run export -- --user USER --out FILE\` saves the data first. Safe to repeat.
It works on the database that MYSQL_URL names, with the functions' environment, or on the local platform (npm start).
Exit codes: 0 done, 1 failed, 3 no such user.

  --user USER   an e-mail address or an id
  --yes         do not ask; otherwise the username has to be typed
  --json        print the result as JSON on standard output
  --help        show this help`;

await runCommand(async () => {
  const { values } = parseArgs({
    options: {
      user: { type: "string" },
      yes: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      help: { type: "boolean" },
    },
  });
  if (values.help) return console.log(HELP);
  const name = values.user;
  if (name === undefined) throw new Problem("Name the user: npm run erase -- --user USER");
  const { id, erased } = await withContext(async (context) => {
    const user = await findNamedUser(context, name);
    console.error(describeUser(user));
    const what = "This erases the account above and all its comments, and cannot be undone";
    if (!values.yes) await confirm({ what, word: user.username, instead: "--yes" });
    const progress = showProgress("comments erased");
    try {
      return { id: user.id, ...(await eraseUser(context, OPERATOR, user.id, (count) => progress.add(count))) };
    } finally {
      progress.end();
    }
  });
  console.log(values.json ? JSON.stringify({ id, erased }) : `erased: the account and ${erased} comments`);
});
