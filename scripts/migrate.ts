import { parseArgs } from "node:util";
import { databaseOf, ensureDatabase, withDatabase } from "./platform/mysql/database.ts";
import { migrate, migrationStatus } from "./platform/mysql/migrations.ts";
import { migrations } from "./platform/paths.ts";
import { Problem, runCommand } from "./platform/problem.ts";
import { findRunningPlatform } from "./platform/processes/run-file.ts";

const HELP = `Applies the migrations in functions/migrations that a database lacks: npm run migrate [-- options]

  --status   show which are applied and which are not; change nothing
  --help     show this help

MYSQL_URL (mysql://user:password@host:port/database) names the database. Without it, it is that of the running \`npm start\`.
A missing database is created, live_comments if the URL names none.
Safe to repeat, and to run twice at once. When you deploy, migrate before you deploy the functions.
Exit codes: 0 done, 1 failed.`;

await runCommand(async () => {
  const { values } = parseArgs({ options: { status: { type: "boolean" }, help: { type: "boolean" } } });
  if (values.help) return console.log(HELP);
  const url = findDatabaseUrl();
  if (values.status) {
    const { applied, pending } = await migrationStatus(url, migrations);
    for (const { name, appliedAt } of applied) console.log(`applied  ${name}  ${appliedAt.toISOString()}`);
    for (const name of pending) console.log(`pending  ${name}`);
    return;
  }
  await ensureDatabase(url);
  const names = await migrate(url, migrations);
  console.log(names.length > 0 ? names.map((name) => `applied  ${name}`).join("\n") : "Nothing to apply.");
});

function findDatabaseUrl(): string {
  const url = process.env["MYSQL_URL"] || findRunningPlatform()?.mysqlUrl;
  if (!url) throw new Problem("No database: set MYSQL_URL, or start the local one with npm start.");
  return withDatabase(url, databaseOf(url));
}
