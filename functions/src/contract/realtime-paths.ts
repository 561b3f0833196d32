/** Every place of ours in the Realtime Database. A video id and a comment id are valid keys: `^[A-Za-z0-9_-]{1,128}$`. */
export const paths = {
  comments: (videoId: string) => `comments/${videoId}`,
  comment: (videoId: string, commentId: string) => `comments/${videoId}/${commentId}`,
  changes: (videoId: string) => `changes/${videoId}`,
  change: (videoId: string, seq: number) => `changes/${videoId}/${changeKey(seq)}`,
  sync: (videoId: string) => `sync/${videoId}`,
  online: (userId: string) => `online/${userId}`,
  revokedUser: (userId: string) => `revoked/users/${userId}`,
  revokedSession: (sessionId: string) => `revoked/sessions/${sessionId}`,
};

/** 16 digits hold every safe integer; padded, so that the order of the keys is the order of the numbers. */
export function changeKey(seq: number): string {
  return String(seq).padStart(16, "0");
}

/** Whether the Realtime Database takes the text as a key. */
export function isKey(text: string): boolean {
  return text !== "" && !/[.$#[\]/\u0000-\u001f\u007f]/.test(text);
}
