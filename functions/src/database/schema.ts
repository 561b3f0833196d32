import type { ColumnType, Generated, GeneratedAlways, Kysely, RawBuilder } from "kysely";
import type { ReportReason } from "../contract/moderation.ts";
import type {
  SessionsTable,
  UserDevicesTable,
  UserMirrorsTable,
  UsernameLooksTable,
  UserRenamesTable,
  UsersTable,
  WatchedVideosTable,
} from "./account-tables.ts";
import type { NullableTimestamp, Timestamp, UpdatedTimestamp } from "./column-types.ts";

export interface Schema {
  users: UsersTable;
  user_devices: UserDevicesTable;
  sessions: SessionsTable;
  user_mirrors: UserMirrorsTable;
  watched_videos: WatchedVideosTable;
  user_renames: UserRenamesTable;
  username_looks: UsernameLooksTable;
  audit_log: AuditLogTable;
  videos: VideosTable;
  comments: CommentsTable;
  held_comments: HeldCommentsTable;
  comment_revisions: CommentRevisionsTable;
  slow_mode_turns: SlowModeTurnsTable;
  bans: BansTable;
  reports: ReportsTable;
  idempotency_keys: IdempotencyKeysTable;
  quarantined_comments: QuarantinedCommentsTable;
  audiences: AudiencesTable;
  alerts: AlertsTable;
  heartbeats: HeartbeatsTable;
  minute_counts: MinuteCountsTable;
}

/** A connection pool or a transaction. The functions of `tables/` take either, unless they say otherwise. */
export type Db = Kysely<Schema>;

export interface AuditLogTable {
  /** UUIDv7, so entries sort by time. */
  id: string;
  action: string;
  actor_id: string | null;
  target_type: string;
  target_id: string | null;
  address: string | null;
  /** JSON text. */
  details: string;
  inserted_at: Timestamp;
}

export interface VideosTable {
  id: string;
  /** The last change number that was given out: to a comment, the settings, a rebuild or an epoch. */
  seq: Generated<number>;
  /** The number of the last change that the Realtime Database is known to hold. */
  applied_seq: Generated<number>;
  epoch: Generated<number>;
  enqueued_seq: Generated<number>;
  enqueued_at: NullableTimestamp;
  attempted_at: NullableTimestamp;
  /** Changes up to this one may be missing from the feed, since old tombstones are purged. */
  floor_seq: Generated<number>;
  comments_open: Generated<boolean>;
  /** How long a user waits between two comments; 0 turns slow mode off. */
  slow_mode_seconds: Generated<number>;
  /** Whether users' comments wait for a moderator. */
  hold_for_review: Generated<boolean>;
  /** Goes up with each change of the settings and each new ban on this video. A post checked under an earlier version is checked again. */
  settings_version: Generated<number>;
  /** The `seq` of the last change of the settings, bans apart; 0 if nobody changed them. The relay mirrors the settings by it. */
  settings_seq: Generated<number>;
  is_behind: GeneratedAlways<boolean>;
  /** While `applied_seq` is lower, the relay writes the video's whole live state. */
  rebuild_seq: Generated<number>;
  /** When the first change that the mirror lacks was made, or somewhat earlier. It counts only while `is_behind`. */
  behind_since: Timestamp;
  reconciled_at: NullableTimestamp;
  inserted_at: Timestamp;
  updated_at: UpdatedTimestamp;
}

export interface CommentsTable {
  /** UUIDv7, so comments sort by time. */
  id: string;
  video_id: string;
  user_id: string;
  /** Empty in a tombstone. */
  content: string;
  version: Generated<number>;
  /** The number of the comment's last change. */
  seq: number;
  /** The change number of its posting; 0 if it was held for review first. */
  first_seq: Generated<number>;
  edited_at: NullableTimestamp;
  inserted_at: Timestamp;
  updated_at: Timestamp;
  /** Since when the row is a tombstone here. */
  deleted_at: NullableTimestamp;
  /** When an imported tombstone was deleted where it comes from. */
  deleted_elsewhere_at: NullableTimestamp;
  deleted_by: string | null;
}

export interface HeldCommentsTable {
  /** UUIDv7. An approved comment keeps it, so it sorts by the time of its posting. */
  id: string;
  video_id: string;
  user_id: string;
  content: string;
  version: Generated<number>;
  edited_at: NullableTimestamp;
  inserted_at: Date;
  updated_at: Date;
}

export interface CommentRevisionsTable {
  comment_id: string;
  version: number;
  content: string;
  /** When the comment got this content. */
  inserted_at: Date;
}

export interface SlowModeTurnsTable {
  user_id: string;
  video_id: string;
  /** When the user last wrote on the video under slow mode. */
  taken_at: Timestamp;
}

export interface BansTable {
  user_id: string;
  /** Empty for a ban everywhere. */
  video_id: string;
  /** Null for a ban without an end. */
  ends_at: NullableTimestamp;
  reason: string;
  banned_by: string;
  inserted_at: Timestamp;
}

export interface ReportsTable {
  comment_id: string;
  user_id: string;
  reason: ReportReason;
  note: string;
  is_open: Generated<boolean>;
  inserted_at: Timestamp;
}

export interface IdempotencyKeysTable {
  user_id: string;
  idempotency_key: string;
  /** SHA-256 of the request. */
  fingerprint: Buffer;
  /** JSON text. A JSON column would reorder it. */
  response: string;
  comment_id: string;
  inserted_at: Timestamp;
}

export interface QuarantinedCommentsTable {
  comment_id: string;
  video_id: string;
  /** The change that was refused. A later change of the comment is tried again. */
  seq: number;
  reason: string;
  quarantined_at: Timestamp;
}

export interface AudiencesTable {
  video_id: string;
  /** Users who are present, as counted last. */
  viewers: Generated<number>;
  /** When a viewer last called, give or take 20 seconds. */
  watched_at: Timestamp;
  /** When the next count is due. */
  due_at: Timestamp;
}

export interface AlertsTable {
  name: string;
  sent_at: Timestamp;
}

export interface HeartbeatsTable {
  /** Always 1: the table has one row. */
  id: number;
  database_id: string;
  beaten_at: Date;
}

export interface MinuteCountsTable {
  /** When the minute began, by the primary's clock. */
  minute: ColumnType<Date, RawBuilder<Date>, never>;
  metric: string;
  label: string;
  count: number;
}
