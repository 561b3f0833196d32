import { parseArgs } from "node:util";
import { databaseOf, ensureDatabase, withDatabase } from "./platform/mysql/database.ts";
import { migrate, migrationStatus } from "./platform/mysql/migrations.ts";
import { local, migrations } from "./platform/paths.ts";
import { Problem, runCommand } from "./platform/problem.ts";
import { isRunning, readRun } from "./platform/processes/run-file.ts";

const HELP = `Brings a database up to functions/migrations: node scripts/migrate.ts [--status]

  --status   show what is applied and what is not, change nothing
  --help     this

The database is MYSQL_URL (mysql://user:password@host:port/database), or else the one of the running \`npm start\`.
A database that is missing is made (live_comments when the URL names none).
Safe to run again, and to run twice at once. Deploy: migrate first, then the functions.`;

await runCommand(async () => {
  const { values } = parseArgs({ options: { status: { type: "boolean" }, help: { type: "boolean" } } });
  if (values.help) return console.log(HELP);
  const given = databaseUrl();
  const url = withDatabase(given, databaseOf(given));
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

function databaseUrl(): string {
  const run = readRun(local);
  const url = process.env["MYSQL_URL"] ?? (run && isRunning(run) ? run.mysqlUrl : undefined);
  if (!url) throw new Problem("No database: set MYSQL_URL, or start the local one with npm start.");
  return url;
}
