import type { ColumnType, Generated, GeneratedAlways, Kysely } from "kysely";
import type { AuditLogTable } from "./audit-log.ts";
import type { BansTable } from "./bans.ts";
import type { CommentRevisionsTable } from "./comment-revisions.ts";
import type { CommentsTable } from "./comments.ts";
import type { HeldCommentsTable } from "./held-comments.ts";
import type { ReportsTable } from "./reports.ts";
import type { UserDevicesTable } from "./user-devices.ts";
import type { IdempotencyKeysTable } from "./idempotency-keys.ts";
import type { ParkedCommentsTable } from "./parked-comments.ts";
import type { AlertsTable } from "./alerts.ts";
import type { SessionsTable } from "./sessions.ts";
import type { UserMirrorsTable } from "./user-mirrors.ts";
import type { UserRenamesTable } from "./user-renames.ts";
import type { UsersTable } from "./users.ts";
import type { VideosTable } from "./videos.ts";

export interface Schema {
  users: UsersTable;
  user_devices: UserDevicesTable;
  sessions: SessionsTable;
  user_mirrors: UserMirrorsTable;
  user_renames: UserRenamesTable;
  audit_log: AuditLogTable;
  videos: VideosTable;
  comments: CommentsTable;
  held_comments: HeldCommentsTable;
  comment_revisions: CommentRevisionsTable;
  bans: BansTable;
  reports: ReportsTable;
  idempotency_keys: IdempotencyKeysTable;
  parked_comments: ParkedCommentsTable;
  alerts: AlertsTable;
}

/** The pool or a transaction: a table function works in and out of one. */
export type Db = Kysely<Schema>;

/** A time that the database sets by itself and that a caller may set only with a time read from the database. */
export type Timestamp = Generated<Date>;
/** A time kept up by `ON UPDATE`. */
export type UpdatedTimestamp = GeneratedAlways<Date>;
export type NullableTimestamp = ColumnType<Date | null, Date | null | undefined, Date | null>;
