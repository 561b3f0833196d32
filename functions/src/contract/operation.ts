/** Every action that the audit log records. */
export const AUDIT_ACTIONS = [
  "user.register",
  "user.sign_in",
  "user.sign_in_failed",
  "user.username",
  "user.password",
  "user.password_failed",
  "user.password_reset",
  "user.email_release",
  "user.sign_out",
  "user.role",
  "user.activity",
  "user.unlock",
  "user.erase",
  "session.end",
  "session.reuse",
  "session.expire",
  "device.revoke",
  "comment.approve",
  "comment.delete",
  "comments.erase",
  "reports.close",
  "user.ban",
  "user.unban",
  "video.register",
  "video.settings",
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

export interface AuditEntry {
  id: string;
  action: string;
  /** Null when nobody was signed in, or an operator acted on the command line. */
  actor_id: string | null;
  target: { type: string; id: string | null };
  address: string | null;
  details: Record<string, unknown>;
  at: string;
}

export interface AuditPage {
  /** Newest first. */
  entries: AuditEntry[];
  next_cursor: string | null;
}

/** What the mirrors of one kind of subject lack. */
export interface Backlog {
  /** Subjects that are behind. */
  count: number;
  /** All changes that their mirrors lack. */
  changes: number;
  /** For how many seconds the mirror that has waited longest is behind; 0 if none is. */
  oldest_seconds: number;
}

/** How far the Realtime Database is behind MySQL. */
export interface SyncStatus {
  backlog: { videos: Backlog; users: Backlog };
  quarantined: number;
  /** The videos that have been behind for longest. */
  behind: { id: string; seq: number; applied_seq: number; seconds: number }[];
}

/** Changes of videos and users that reached the Realtime Database, and how long they took. */
export interface LatencySummary {
  count: number;
  /** Null where there were none. */
  p50_ms: number | null;
  p95_ms: number | null;
}

export interface LatencyMinute extends LatencySummary {
  /** When the minute began. */
  at: string;
}

export interface CountedLabel {
  label: string;
  count: number;
}

/** What the person on call looks at first, over all instances. The counts are of the last hour, and may be 15 s old. */
export interface Overview {
  at: string;
  sync: SyncStatus;
  /** `minutes`: oldest first, without those in which nothing came. */
  latency: LatencySummary & { minutes: LatencyMinute[] };
  /** As counted last. `largest`: the 10 videos with most viewers. */
  audience: { videos: number; viewers: number; largest: { video_id: string; viewers: number }[] };
  /** By subject and kind: `videos missing`. The largest first, as all that follow. */
  drift: CountedLabel[];
  limits_hit: CountedLabel[];
  /** By operation and kind. */
  failures: CountedLabel[];
  /** Alerts that were sent. */
  alerts: CountedLabel[];
  /** As the instance that answers reaches them now. */
  dependencies: DependencyStates;
}

/** How far one video's mirror is. */
export interface VideoSync {
  id: string;
  seq: number;
  applied_seq: number;
  epoch: number;
  is_behind: boolean;
  /** Whether its whole live state is to be written. */
  is_rebuilding: boolean;
  /** When the mirror was last compared with MySQL. */
  reconciled_at: string | null;
}

export interface ComparedSubject {
  id: string;
  outcome: string;
  missing: number;
  extra: number;
  stale: number;
}

/** A page of a comparison of all mirrors with MySQL, and of the repair. */
export interface ReconcilePage {
  compared: number;
  /** Those that differed. */
  drifted: ComparedSubject[];
  /** Those that could not be compared or repaired. */
  failed: number;
  /** How many there are in all, counted to 100,000; null after the first page. */
  total: number | null;
  /** Null at the end. */
  next_cursor: string | null;
}

export interface RetriedVideos {
  /** Whose comments are tried again. */
  video_ids: string[];
}

/** A comment that the Realtime Database does not accept. */
export interface QuarantinedComment {
  video_id: string;
  comment_id: string;
  seq: number;
  reason: string;
  quarantined_at: string;
}

export interface QuarantineList {
  /** Oldest first. */
  quarantined: QuarantinedComment[];
}

export interface Health {
  status: "ok";
}

export type DependencyState = "ok" | "away";

/** What a request may need, and whether it answers. */
export interface DependencyStates {
  mysql: DependencyState;
  /** While it is away, live updates and presence stop; comments are kept and arrive later. */
  realtime_database: DependencyState;
  /** While it is away, each instance counts the limits by itself. Missing where no Redis is used. */
  redis?: DependencyState;
  /** In the order of `MYSQL_REPLICA_URLS`; `away`: left out. Missing where there are none. */
  mysql_replicas?: DependencyState[];
}

/** The process can serve requests now. */
export interface Readiness {
  /** `degraded`: a dependency other than MySQL is away. */
  status: "ok" | "degraded";
  dependencies: DependencyStates;
}
