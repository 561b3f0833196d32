import { USERNAME_LENGTH } from "./limits.ts";

/** A valid key in the Realtime Database, so that a video has one name everywhere. */
export const VIDEO_ID = /^[A-Za-z0-9_-]{1,128}$/;

/** The client's own id of its device. */
export const DEVICE_ID = /^[A-Za-z0-9_-]{1,128}$/;

/** Letters and digits of any script. */
export const USERNAME = new RegExp(String.raw`^[\p{L}\p{N}_.-]{${USERNAME_LENGTH.min},${USERNAME_LENGTH.max}}$`, "u");

/** Visible ASCII characters. */
export const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;
