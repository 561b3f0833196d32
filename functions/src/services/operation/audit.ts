import type { Context } from "../../context.ts";
import type { AuditAction, AuditEntry, AuditPage } from "../../contract/operation.ts";
import type { AuditFilter, AuditLogRow } from "../../tables/operation/audit-log.ts";
import { insertAuditEntry, listAuditEntries } from "../../tables/operation/audit-log.ts";
import type { Db } from "../../database/schema.ts";

/** Who acts, and from where: a principal is one. Without a user: nobody who is signed in, or an operator at the command line. */
export interface Actor {
  user_id: string | null;
  address: string | null;
}

/** The operator at the command line. */
export const OPERATOR: Actor = { user_id: null, address: null };

export interface AuditEvent {
  action: AuditAction;
  actor: Actor;
  target: { type: "user" | "session" | "device" | "video" | "comment"; id: string | null };
  /** Facts, in ids, names of states and numbers: never a password, a token, an address or what somebody wrote. */
  details?: Record<string, string | number | boolean | null>;
}

/** Writes to the audit log; given the transaction of what it speaks of, both happen or neither. */
export async function audit(context: Pick<Context, "newId">, db: Db, event: AuditEvent): Promise<void> {
  const { action, actor, target, details = {} } = event;
  await insertAuditEntry(db, {
    id: context.newId(),
    action,
    actor_id: actor.user_id,
    target_type: target.type,
    target_id: target.id,
    address: actor.address,
    details,
  });
}

/** A page of the audit log, newest first; a cursor is a place, so that pages stay whole while entries come. */
export async function listAudit(
  context: Context,
  { limit, cursor, ...filter }: AuditFilter & { limit: number; cursor?: string | undefined },
): Promise<AuditPage> {
  const rows = await listAuditEntries(context.db, filter, { before: cursor, limit: limit + 1 });
  const entries = rows.slice(0, limit).map(toEntry);
  return { entries, next_cursor: rows.length > limit ? (entries.at(-1)?.id ?? null) : null };
}

function toEntry(row: AuditLogRow): AuditEntry {
  const { id, action, actor_id, target_type, target_id, address } = row;
  const details: Record<string, unknown> = JSON.parse(row.details);
  return {
    id,
    action,
    actor_id,
    target: { type: target_type, id: target_id },
    address,
    details,
    at: row.inserted_at.toISOString(),
  };
}
