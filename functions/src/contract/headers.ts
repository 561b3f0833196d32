/** Headers of our own, and the standard ones that clients have to set. */
export const HEADERS = {
  /** A POST that is sent again with the same key is carried out once. */
  idempotencyKey: "idempotency-key",
  ifMatch: "if-match",
  ifNoneMatch: "if-none-match",
  /** Response: it is at least as new as this change of the video. */
  videoSeq: "video-seq",
  /** Request: the highest `video-seq` that the client has seen of the video. The response must not be older. */
  minVideoSeq: "min-video-seq",
} as const;
