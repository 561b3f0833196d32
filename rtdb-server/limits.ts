/** Limits of the product, from the page "Realtime Database limits" of Firebase's documentation, and our own where it has none. */
export const MAX_KEY_BYTES = 768;
export const MAX_DEPTH = 32;
export const MAX_STRING_BYTES = 10 * 1024 * 1024;

/** The real service takes 256 MB in one write over REST and 16 MB from the SDKs, whose JSON may be longer than its data. */
export const MAX_BODY_BYTES = 256 * 1024 * 1024;
export const MAX_MESSAGE_LENGTH = 64 * 1024 * 1024;

/** A client cuts at 16384 units (48 KB of UTF-8 at most); other clients may send larger frames. */
export const MAX_FRAME_BYTES = 16 * 1024 * 1024;

/** A reader that does not read is cut off before its unsent data takes the server's memory. */
export const MAX_UNSENT_BYTES = 256 * 1024 * 1024;

/** Namespaces appear on first use; a client that makes up names must not fill the memory. */
export const MAX_NAMESPACES = 1000;
