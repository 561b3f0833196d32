/**
 * The bounds on everything that one client can make the server keep in memory. Lengths are in UTF-16 units.
 * Only the data has no bound: it grows with what clients write, as in any database. Sockets are bounded by the operating system's
 * limit of open files.
 */

// Limits of the product: https://firebase.google.com/docs/database/usage/limits
export const MAX_KEY_BYTES = 768;
export const MAX_DEPTH = 32;
export const MAX_STRING_BYTES = 10 * 1024 * 1024;
/** The data of one write from an SDK. */
export const MAX_SDK_WRITE_BYTES = 16 * 1024 * 1024;
/** One write over REST. */
export const MAX_BODY_BYTES = 256 * 1024 * 1024;
/** How long a read over REST may take, and without the parameter `timeout` does. */
export const MAX_READ_TIMEOUT_MS = 15 * 60_000;
/** How long a write over REST may be estimated to take, by its parameter `writeSizeLimit`. */
export const MAX_WRITE_SECONDS = { tiny: 1, small: 10, medium: 30, large: 60, unlimited: Infinity } as const;
/** The product does not publish how it estimates. With this rate, `tiny` is 10 MB and `small` is 100 MB. */
export const ESTIMATED_WRITE_BYTES_PER_SECOND = 10 * 1024 * 1024;
/** Simultaneous connections. */
export const MAX_SESSIONS = 200_000;

// One message of the realtime protocol.
/** More than MAX_SDK_WRITE_BYTES, since JSON can be longer than the data in it. Of longer messages only the first piece is kept. */
export const MAX_MESSAGE_LENGTH = 64 * 1024 * 1024;
/** The SDKs cut messages into pieces of 16384 units, which are 48 KB of UTF-8 at most. Other clients may send larger frames. */
export const MAX_FRAME_BYTES = 16 * 1024 * 1024;
/** Pieces of one message: the largest count that a frame can announce. */
export const MAX_PIECES = 999_999;
/** How far a segment of a polling client may be ahead of the next expected one. Browsers have two requests under way. */
export const MAX_SEGMENTS_AHEAD = 1000;

// One session.
/** Listens of one session. A listen with a limit also keeps references to the children that it selects. */
export const MAX_LISTENS = 10_000;
/** The index and the bounds of one query, as text. A listen keeps it as the client sent it. */
export const MAX_QUERY_LENGTH = 64 * 1024;
/** Locations that one session can register for onDisconnect writes. */
export const MAX_ON_DISCONNECT_CHANGES = 1000;
/** The JSON of all onDisconnect writes of one session. */
export const MAX_ON_DISCONNECT_LENGTH = 64 * 1024 * 1024;
/** Messages that wait while a session moves from long polling to a WebSocket. Their total length is at most MAX_MESSAGE_LENGTH. */
export const MAX_EARLY_MESSAGES = 10_000;
/** Data that waits for a slow reader. The connection is cut beyond it. Polling sessions count UTF-16 units instead of bytes. */
export const MAX_UNSENT_BYTES = 256 * 1024 * 1024;

// The whole server.
/** Indexes by which the children of one location are kept sorted. Queries by further indexes sort on every change. */
export const MAX_SORTED_INDEXES = 100;
/** A namespace appears on first use, so a client can create as many as it likes. */
export const MAX_NAMESPACES = 1000;
/** One rules file. */
export const MAX_RULES_LENGTH = 1024 * 1024;
/** Objects and lists inside each other in a rules file. */
export const MAX_RULES_NESTING = 64;
