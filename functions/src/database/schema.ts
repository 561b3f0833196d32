import type { ColumnType, Generated, GeneratedAlways, Kysely } from "kysely";
import type { Role } from "../contract/account.ts";
import type { ReportReason } from "../contract/moderation.ts";

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
  alerts: AlertsTable;
}

/** A connection pool or a transaction. Every function of `tables/` takes either. */
export type Db = Kysely<Schema>;

/** Set by the database. If a caller sets it, then to a time that was read from the database. */
export type Timestamp = Generated<Date>;
/** Set by the database with each update of the row. */
export type UpdatedTimestamp = GeneratedAlways<Date>;
export type NullableTimestamp = ColumnType<Date | null, Date | null | undefined, Date | null>;

export interface UsersTable {
  id: string;
  email: string;
  username: string;
  email_canonical: string;
  username_canonical: string;
  password_hash: string;
  role: Generated<Role>;
  is_active: Generated<boolean>;
  last_login_at: NullableTimestamp;
  /** How often an admin unlocked the account. Each unlock starts the count of its sign-ins again. */
  unlocks: Generated<number>;
  /** When the user, or a moderator, last changed the name. */
  renamed_at: NullableTimestamp;
  /** The version of the rules by which the rows in `username_looks` were computed; 0: they are missing. */
  looks_version: Generated<number>;
  inserted_at: Timestamp;
  updated_at: UpdatedTimestamp;
}

export interface UserDevicesTable {
  id: string;
  user_id: string;
  device_id: string;
  /** JSON text. */
  device_info: string;
  last_seen_at: Timestamp;
  is_active: Generated<boolean>;
  inserted_at: Timestamp;
  updated_at: UpdatedTimestamp;
}

export interface SessionsTable {
  id: string;
  user_id: string;
  user_device_id: string;
  generation: Generated<number>;
  rotated_at: Timestamp;
  /** Idle expiry. */
  expires_at: Date;
  /** Absolute expiry. */
  ends_at: Date;
  revoked_at: NullableTimestamp;
  /** The number of the user's change that revoked it. */
  revoked_seq: number | null;
  inserted_at: Timestamp;
  updated_at: UpdatedTimestamp;
}

export interface UserMirrorsTable {
  user_id: string;
  /** The number of the user's last change. */
  seq: Generated<number>;
  /** A random id of that change, new with each number. */
  change_id: Generated<string>;
  /** The number of the last change that the Realtime Database and Firebase Auth are known to hold. */
  applied_seq: Generated<number>;
  attempted_at: NullableTimestamp;
  /** When the mirror and MySQL were last compared. */
  reconciled_at: NullableTimestamp;
  /** When the first change that the mirror lacks was made; counts only while it is behind. */
  behind_since: Timestamp;
  is_behind: GeneratedAlways<boolean>;
  inserted_at: Timestamp;
  updated_at: UpdatedTimestamp;
}

export interface WatchedVideosTable {
  session_id: string;
  video_id: string;
  user_id: string;
  /** When the session last said so, give or take an hour. */
  watched_at: Timestamp;
}

export interface UserRenamesTable {
  user_id: string;
  /** The last video whose rebuild was requested. */
  after_video_id: Generated<string>;
  /** When the user's last turn ended. */
  moved_at: Timestamp;
}

export interface UsernameLooksTable {
  /** SHA-256 of the name's skeleton. */
  look: Buffer;
  /** Empty for a name that a moderator took away. */
  user_id: string;
  /** When the user gave the name up; null while they have it. */
  released_at: NullableTimestamp;
}

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
  /** The number of the last change of the video's comments. */
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
  /** Goes up with each change of the settings and of the bans on the video. */
  settings_version: Generated<number>;
  is_behind: GeneratedAlways<boolean>;
  /** While `applied_seq` is lower, the relay writes the video's whole live state. */
  rebuild_seq: Generated<number>;
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
  deleted_at: NullableTimestamp;
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

export interface AlertsTable {
  name: string;
  sent_at: Timestamp;
}
