import { readFileSync } from "node:fs";
import { join } from "node:path";
import { databaseOf, ensureDatabase, withDatabase } from "../platform/mysql/database.ts";
import { migrate, migrationStatus } from "../platform/mysql/migrations.ts";
import { Problem } from "../platform/problem.ts";
import { contractionsIn } from "./expand-only.ts";

interface MigrateOptions {
  /** Whether the person has read the change log and accepts that the code that runs now may fail. */
  acceptsContraction: boolean;
}

/**
 * Applies the migrations that a database lacks, unless the code that runs now could fail on them.
 * @returns what was done, for a line
 * @throws Problem if a migration is not expand-only, or fails
 */
export async function migrateForDeployment(
  givenUrl: string,
  folder: string,
  { acceptsContraction }: MigrateOptions,
): Promise<string> {
  const url = withDatabase(givenUrl, databaseOf(givenUrl));
  await ensureDatabase(url);
  const { applied, pending } = await migrationStatus(url, folder);
  // No code runs on a database without tables.
  if (applied.length > 0 && !acceptsContraction) refuseContraction(folder, pending);
  const done = await migrate(url, folder);
  return done.length === 0 ? "nothing to apply" : `applied ${done.join(", ")}`;
}

/** The migrations that a database lacks; none for a database without tables, on which no code runs yet. Creates the database if there is none. */
export async function pendingForDeployment(givenUrl: string, folder: string): Promise<string[]> {
  const url = withDatabase(givenUrl, databaseOf(givenUrl));
  await ensureDatabase(url);
  const { applied, pending } = await migrationStatus(url, folder);
  return applied.length === 0 ? [] : pending;
}

function refuseContraction(folder: string, pending: string[]): void {
  const found = pending.flatMap((name) =>
    contractionsIn(readFileSync(join(folder, name), "utf8")).map((what) => `  ${name} ${what}`),
  );
  if (found.length === 0) return;
  throw new Problem(
    `Migrations that the code that runs now may not survive:\n${found.join("\n")}\nNothing was changed. CHANGELOG.md says what they need. ` +
      "With --accept-migrations they are applied, and requests may fail until the functions are deployed.",
  );
}
