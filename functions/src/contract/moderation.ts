import type { Comment } from "./comment.ts";

export interface VideoSettings {
  /** Whether anyone may post and edit. */
  comments_open: boolean;
  /** Seconds that a user waits between two comments; 0 for none. Moderators do not wait. */
  slow_mode_seconds: number;
  /** Whether users' comments are held until a moderator approves them. */
  hold_for_review: boolean;
}

/** Every video begins with these. */
export const DEFAULT_VIDEO_SETTINGS: VideoSettings = {
  comments_open: true,
  slow_mode_seconds: 0,
  hold_for_review: false,
};

export interface Video extends VideoSettings {
  id: string;
  /** The last change number that was given out: to a comment, the settings, a rebuild or an epoch. 0 for a video without any. */
  seq: number;
}

export interface VideoResponse {
  video: Video;
}

export interface HeldPage {
  /** Oldest first. */
  comments: Comment[];
  next_cursor: string | null;
}

export interface Ban {
  user_id: string;
  /** Null: on every video. */
  video_id: string | null;
  /** Null: until it is lifted. */
  ends_at: string | null;
  reason: string;
  banned_by: string;
  created_at: string;
}

export interface BanPage {
  bans: Ban[];
  next_cursor: string | null;
}

/** A ban, as the banned user sees it. The reason is for moderators. */
export interface OwnBan {
  /** Null: on every video. */
  video_id: string | null;
  /** Null: until it is lifted. */
  ends_at: string | null;
}

export interface OwnBanResponse {
  /** Null: no ban is in force. */
  ban: OwnBan | null;
}

export const REPORT_REASONS = ["spam", "abuse", "illegal", "other"] as const;
export type ReportReason = (typeof REPORT_REASONS)[number];

export interface Report {
  user_id: string;
  reason: ReportReason;
  note: string;
  created_at: string;
}

export interface ReportedComment {
  video_id: string;
  comment: Comment;
  /** How many are open. */
  report_count: number;
  /** The first ones, oldest first. */
  reports: Report[];
}

export interface ReportedPage {
  /** Oldest comment first. */
  reported: ReportedComment[];
  next_cursor: string | null;
}

export interface ErasedComments {
  /** How many. */
  erased: number;
}
