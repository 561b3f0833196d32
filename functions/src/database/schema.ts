import type { ColumnType, Generated, GeneratedAlways, Kysely } from "kysely";
import type { AuditLogTable } from "../tables/operation/audit-log.ts";
import type { BansTable } from "../tables/moderation/bans.ts";
import type { CommentRevisionsTable } from "../tables/comments/comment-revisions.ts";
import type { CommentsTable } from "../tables/comments/comments.ts";
import type { HeldCommentsTable } from "../tables/moderation/held-comments.ts";
import type { ReportsTable } from "../tables/moderation/reports.ts";
import type { UserDevicesTable } from "../tables/accounts/user-devices.ts";
import type { IdempotencyKeysTable } from "../tables/comments/idempotency-keys.ts";
import type { ParkedCommentsTable } from "../tables/sync/parked-comments.ts";
import type { AlertsTable } from "../tables/operation/alerts.ts";
import type { SessionsTable } from "../tables/accounts/sessions.ts";
import type { UserMirrorsTable } from "../tables/sync/user-mirrors.ts";
import type { UserRenamesTable } from "../tables/sync/user-renames.ts";
import type { UsersTable } from "../tables/accounts/users.ts";
import type { VideosTable } from "../tables/comments/videos.ts";

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
