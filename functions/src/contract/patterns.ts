import { USERNAME_CODE_POINTS } from "./limits.ts";

/** A valid key in the Realtime Database, so that a video has one name everywhere. */
export const VIDEO_ID = /^[A-Za-z0-9_-]{1,128}$/;

/** The client's own id of its device. */
export const DEVICE_ID = /^[A-Za-z0-9_-]{1,128}$/;

/** The characters that a username may have: letters, marks and digits of any script, `_`, `.`, `-` and the Catalan `·`. */
export const USERNAME_CHARACTERS = "[\\p{L}\\p{Mn}\\p{Mc}\\p{Nd}\\p{Nl}_.·-]";

/** A name that does not match is refused; one that matches may still be (content/names/rules.ts). */
export const USERNAME = new RegExp(
  `^${USERNAME_CHARACTERS}{${USERNAME_CODE_POINTS.min},${USERNAME_CODE_POINTS.max}}$`,
  "u",
);

/** Visible ASCII characters. */
export const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;
