import type { VideoSettings } from "./moderation.ts";

/** Newest comments that `comments/{video_id}` holds, unless the deployment sets another number. */
export const DEFAULT_WINDOW = 500;
/** How many of the newest comments the browser client begins with. It takes fewer for the whole video. */
export const CLIENT_FIRST_COUNT = 50;
/** Newest comments that the mirror must hold: twice as many, since quarantined comments take places and are not mirrored. */
export const MIN_WINDOW = 2 * CLIENT_FIRST_COUNT;
/** Changes that `changes/{video_id}` keeps. */
export const CHANGES_KEPT = 200;

/** The `auth.uid` that the security rules let write comments, changes, settings, fences, audiences and the state of users. */
export const RELAY_UID = "relay";

/** The fence at `sync/{video_id}`. The last update brought the video's comments and changes from change `from` to change `to`. */
export interface FenceNode {
  epoch: number;
  from: number;
  to: number;
  /** Milliseconds since 1970. */
  at: number;
}

/** What a reader has to know of a video's settings, at `videos/{video_id}`. Missing while all of them are the defaults. */
export type VideoNode = VideoSettings;

/** `away`: the tab is hidden, or nobody touched it for some minutes. */
export const CONNECTION_STATES = ["active", "away"] as const;
export type ConnectionState = (typeof CONNECTION_STATES)[number];
/** Connections that a session can have on a video at once: one for each of its tabs. */
export const CONNECTIONS_PER_SESSION = 8;

/**
 * A user's presence on a video, at `presence/{video_id}/{user_id}`. The user's own clients write it. The relay removes what ended sessions
 * left, and whoever is not there.
 */
export interface PresenceNode {
  online?: boolean;
  /** Milliseconds since 1970. */
  last_seen?: number;
  /** By `connectionKey`. */
  connections?: Record<string, { at: number; state: ConnectionState }>;
}

/** Whether a user is signed in anywhere, at `online/{user_id}`. */
export interface OnlineNode {
  online: boolean;
  /** Milliseconds since 1970. Missing for a user who was erased or deactivated. */
  last_seen?: number;
  /** The user's change number at which this was read. */
  seq: number;
  /** The random id of that change. An equal number with another id is of another history: MySQL was restored in between. */
  change_id: string;
}

/** The videos that a user's sessions watch, at `watching/{user_id}`: by the video's id, then by the session's. */
export type WatchingNode = Record<string, Record<string, true>>;

/** How many users are present on a video, at `audience/{video_id}`. The relay writes it when it changed. */
export interface AudienceNode {
  viewers: number;
  /** When they were counted: milliseconds since 1970. */
  at: number;
}

/** When each user last typed on a video, at `typing/{video_id}`: milliseconds since 1970, by the user's id. */
export type TypingNode = Record<string, number>;
