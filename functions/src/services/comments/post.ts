/** A request to post a comment. */
export interface Post {
  videoId: string;
  content: string;
  idempotencyKey: string;
}
