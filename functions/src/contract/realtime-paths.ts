/**
 * Where everything is in the Realtime Database. The ids that the API and the import accept are valid keys. A row that was written past them
 * may have an id that is none (`isKey`).
 */
export const paths = {
  comments: (videoId: string) => `comments/${videoId}`,
  comment: (videoId: string, commentId: string) => `comments/${videoId}/${commentId}`,
  changes: (videoId: string) => `changes/${videoId}`,
  change: (videoId: string, seq: number) => `changes/${videoId}/${changeKey(seq)}`,
  video: (videoId: string) => `videos/${videoId}`,
  sync: (videoId: string) => `sync/${videoId}`,
  presence: (videoId: string) => `presence/${videoId}`,
  userPresence: (videoId: string, userId: string) => `presence/${videoId}/${userId}`,
  connection: (videoId: string, userId: string, key: string) => `presence/${videoId}/${userId}/connections/${key}`,
  audience: (videoId: string) => `audience/${videoId}`,
  typing: (videoId: string) => `typing/${videoId}`,
  userTyping: (videoId: string, userId: string) => `typing/${videoId}/${userId}`,
  watching: (userId: string) => `watching/${userId}`,
  online: (userId: string) => `online/${userId}`,
  revokedUser: (userId: string) => `revoked/users/${userId}`,
  revokedSession: (sessionId: string) => `revoked/sessions/${sessionId}`,
};

/** 16 digits hold every safe integer. */
export const CHANGE_KEY = /^\d{16}$/;

/** The key of a change, padded so that keys sort as their numbers do. */
export function changeKey(seq: number): string {
  return String(seq).padStart(16, "0");
}

/** The key of a session's connection on a video; `n` is below `CONNECTIONS_PER_SESSION`. */
export function connectionKey(sessionId: string, n: number): string {
  return `${sessionId}_${n}`;
}

/** Whether the Realtime Database accepts the text as a key. */
export function isKey(text: string): boolean {
  return text !== "" && !/[.$#[\]/\u0000-\u001f\u007f]/.test(text);
}
