import type { Generated, GeneratedAlways } from "kysely";
import type { Role } from "../contract/account.ts";
import type { NullableTimestamp, Timestamp, UpdatedTimestamp } from "./column-types.ts";

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
  /** When the first change that the mirror lacks was made, or a little later; counts only while it is behind. */
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
