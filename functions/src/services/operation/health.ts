import { sql } from "kysely";
import type { Context } from "../../context.ts";

/** Returns when MySQL answers; throws the driver's error if it does not. */
export async function checkReady(context: Context): Promise<void> {
  await sql`SELECT 1`.execute(context.db);
}
