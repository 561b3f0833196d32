import type { Context } from "../../context.ts";
import { ping } from "../../database/open-database.ts";

/** Returns when MySQL answers; throws the driver's error if it does not. */
export async function checkReady(context: Context): Promise<void> {
  await ping(context.db);
}
