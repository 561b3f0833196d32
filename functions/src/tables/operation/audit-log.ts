import { type Selectable, sql } from "kysely";
import { byIndex, deleteByIndex, namingRow } from "../../database/access-paths.ts";
import type { AuditLogTable, Db } from "../../database/schema.ts";

export type AuditLogRow = Selectable<AuditLogTable>;

export interface NewAuditEntry {
  id: string;
  action: string;
  actor_id: string | null;
  target_type: string;
  target_id: string | null;
  address: string | null;
  details: Record<string, string | number | boolean | null>;
}

export async function insertAuditEntries(db: Db, entries: NewAuditEntry[]): Promise<void> {
  const rows = entries.map((entry) => ({ ...entry, details: JSON.stringify(entry.details) }));
  await db.insertInto("audit_log").values(rows).execute();
}

export interface AuditFilter {
  action?: string | undefined;
  actor_id?: string | undefined;
  target_id?: string | undefined;
  /** At this time or later. */
  from?: Date | undefined;
  /** Before this time. */
  to?: Date | undefined;
}

/** Entries that match every given filter, newest first: those older than `before`, if given. */
export async function listAuditEntries(
  db: Db,
  filter: AuditFilter,
  page: { before?: string | undefined; limit: number },
): Promise<AuditLogRow[]> {
  const path = byIndex("audit_log", indexFor(filter));
  let query = db.selectFrom(path).selectAll().orderBy("id", "desc").limit(page.limit);
  if (filter.action !== undefined) query = query.where("action", "=", filter.action);
  if (filter.actor_id !== undefined) query = query.where("actor_id", "=", filter.actor_id);
  if (filter.target_id !== undefined) query = query.where("target_id", "=", filter.target_id);
  // The id as well: every index has the entries by their ids, which begin with the time.
  if (filter.from !== undefined)
    query = query.where("inserted_at", ">=", filter.from).where("id", ">=", idPrefixAt(filter.from, -MAX_SKEW_MS));
  if (filter.to !== undefined)
    query = query.where("inserted_at", "<", filter.to).where("id", "<", idPrefixAt(filter.to, MAX_SKEW_MS));
  if (page.before !== undefined) query = query.where("id", "<", page.before);
  return query.execute();
}

/** How far the clock of an instance, which makes the ids, may be from that of MySQL. */
const MAX_SKEW_MS = 3_600_000;

/** What a UUIDv7 of this time begins with. */
function idPrefixAt(time: Date, offsetMs: number): string {
  const hex = Math.max(0, time.getTime() + offsetMs)
    .toString(16)
    .padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
}

/** Each has the entries in the order of their ids. The first names the fewest; what else is given is checked row by row. */
function indexFor({ target_id, actor_id, action }: AuditFilter): string {
  if (target_id !== undefined) return "audit_log_target";
  if (actor_id !== undefined) return "audit_log_actor";
  return action === undefined ? "PRIMARY" : "audit_log_action";
}

/** Deletes at most `limit` entries older than `days`; returns how many. */
export async function deleteOldAuditEntries(db: Db, days: number, limit: number): Promise<number> {
  return deleteByIndex(db, {
    table: "audit_log",
    key: ["id"],
    index: "audit_log_age",
    where: sql`inserted_at < NOW(3) - INTERVAL ${days} DAY AND ${namingRow("action")}`,
    orderBy: "inserted_at",
    limit,
  });
}
