import { parseArgs } from "node:util";
import { readConfig } from "../functions/src/config.ts";
import { createContext } from "../functions/src/create-context.ts";
import { ProblemError } from "../functions/src/errors.ts";
import { OPERATOR } from "../functions/src/services/operation/audit.ts";
import { eraseUser } from "../functions/src/services/accounts/user-data.ts";
import { Problem, runCommand } from "./platform/problem.ts";

const HELP = `Erases one person: node scripts/erase.ts --user ID

Ends the account and its sessions, deletes the account in Firebase Auth, erases every comment of theirs for all who listen, and takes
out what says who they were; what stays is a row without a name. It cannot be undone: \`node scripts/export.ts --user ID\` writes down what there is before. Safe to
repeat. Configuration: the environment of the functions.`;

await runCommand(async () => {
  const { values } = parseArgs({ options: { user: { type: "string" }, help: { type: "boolean" } } });
  if (values.help) return console.log(HELP);
  if (values.user === undefined) throw new Problem("node scripts/erase.ts --user ID");
  const context = createContext(readConfig());
  try {
    const { erased } = await eraseUser(context, OPERATOR, values.user);
    console.log(`erased: the account and ${erased} comments`);
  } catch (error) {
    if (error instanceof ProblemError) throw new Problem(error.message, { cause: error });
    throw error;
  } finally {
    await context.close();
  }
});
