import { sql } from "kysely";
import { byIndex } from "../../database/access-paths.ts";
import type { Db } from "../../database/schema.ts";

/** Whether the caller may send the alert: true for one caller in `minutes`, over all instances. */
export async function claimAlert(db: Db, name: string, minutes: number): Promise<boolean> {
  const never = sql<Date>`'1971-01-01'`;
  await db.insertInto("alerts").ignore().values({ name, sent_at: never }).execute();
  const result = await db
    .updateTable(byIndex("alerts", "PRIMARY"))
    .set({ sent_at: sql<Date>`NOW(3)` })
    .where("name", "=", name)
    .where("sent_at", "<", sql<Date>`NOW(3) - INTERVAL ${minutes} MINUTE`)
    .executeTakeFirstOrThrow();
  return result.numUpdatedRows === 1n;
}
