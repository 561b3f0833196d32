/** Sizes, counts and times that clients can rely on. Lengths of text are in Unicode code points, as MySQL counts them. */

export const MAX_BODY_BYTES = 16 * 1024;
/** A task names what to relay, and nothing else. */
export const MAX_TASK_BYTES = 4 * 1024;

export const MAX_CONTENT_LENGTH = 2_000;
/** Line breaks in a comment, and in every other text that people write. */
export const MAX_LINE_BREAKS = 20;
/** A report's note, a ban's reason. */
export const MAX_NOTE_LENGTH = 500;

export const MAX_EMAIL_LENGTH = 254;
/** In user-perceived characters (grapheme clusters), of which one may be several code points. */
export const USERNAME_LENGTH = { min: 2, max: 32 } as const;
/** What the columns hold, in the stored form and in the canonical one. */
export const USERNAME_CODE_POINTS = { min: 2, max: 64 } as const;
export const DAYS_BETWEEN_RENAMES = 7;
/** How long nobody else can have a name that somebody gave up. */
export const FORMER_NAME_DAYS = 30;
export const PASSWORD_LENGTH = { min: 8, max: 128 } as const;
/** What a client may tell about its device: short texts by name. */
export const DEVICE_INFO = { maxEntries: 10, maxNameLength: 32, maxValueLength: 100 } as const;

/** Of a user at one time. A sign-in beyond ends the session that began first, and the device that was seen longest ago. */
export const MAX_SESSIONS = 50;
export const MAX_DEVICES = 50;
/** Each keeps the content before it for moderators. */
export const MAX_EDITS = 100;
/** Open reports that are shown with a reported comment. */
export const MAX_REPORTS_SHOWN = 20;

/** How many `device_token`s a sign-in may show, and how long each may be. */
export const DEVICE_TOKENS = { maxCount: 8, maxLength: 128 } as const;

export const MAX_SLOW_MODE_SECONDS = 86_400;

/** Items on one page. */
export const PAGE_LIMIT = { max: 100, default: 50 } as const;

/**
 * Videos that the sessions of a user watch together; a video that two sessions watch counts twice. Beyond that, the one that was named
 * longest ago ends, give or take an hour.
 */
export const MAX_WATCHED_VIDEOS = 100;

export const IDEMPOTENCY_KEY_HOURS = 24;
/** Deployments can change it; a deleted comment's content is gone at once in any case. */
export const DEFAULT_TOMBSTONE_DAYS = 30;
export const AUDIT_RETENTION_DAYS = 180;

/** A refresh token that is used again within this time gets the same successor: from a second tab, or after a lost response. */
export const REFRESH_GRACE_SECONDS = 10;

/** How long the counts of a minute are kept, for the console. */
export const MINUTE_COUNT_HOURS = 24;
