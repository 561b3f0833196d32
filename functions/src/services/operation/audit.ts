import type { Context } from "../../context.ts";
import type { AuditAction, AuditEntry, AuditPage } from "../../contract/operation.ts";
import type { Db } from "../../database/schema.ts";
import {
  type AuditFilter,
  type AuditLogRow,
  insertAuditEntries,
  listAuditEntries,
} from "../../tables/operation/audit-log.ts";
import { pageOf } from "../paging.ts";

/** Who acts, and from where. A principal is one. `userId` is null for somebody who is not signed in, and for an operator. */
export interface Actor {
  userId: string | null;
  address: string | null;
}

/** The operator at the command line. */
export const OPERATOR: Actor = { userId: null, address: null };

export interface AuditEvent {
  action: AuditAction;
  actor: Actor;
  target: { type: "user" | "session" | "device" | "video" | "comment"; id: string | null };
  /** Ids, states and numbers. Never a password, a token, an address or what somebody wrote. */
  details?: Record<string, string | number | boolean | null>;
}

/** Writes an entry. In the transaction of the action itself, both happen or neither. */
export function audit(context: Pick<Context, "newId">, db: Db, event: AuditEvent): Promise<void> {
  return auditAll(context, db, [event]);
}

/** Writes the entries in one statement. */
export async function auditAll(context: Pick<Context, "newId">, db: Db, events: AuditEvent[]): Promise<void> {
  if (events.length === 0) return;
  const entries = events.map(({ action, actor, target, details = {} }) => ({
    id: context.newId(),
    action,
    actor_id: actor.userId,
    target_type: target.type,
    target_id: target.id,
    address: actor.address,
    details,
  }));
  await insertAuditEntries(db, entries);
}

/** A page of the audit log, newest first. */
export async function listAudit(
  context: Context,
  { limit, cursor, ...filter }: AuditFilter & { limit: number; cursor?: string | undefined },
): Promise<AuditPage> {
  const rows = await listAuditEntries(context.db, filter, { before: cursor, limit: limit + 1 });
  const page = pageOf(rows, limit, { toItem: toEntry, cursorOf: ({ id }) => id });
  return { entries: page.items, next_cursor: page.nextCursor };
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
