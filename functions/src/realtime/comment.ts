/** A comment as clients see it, over HTTP and in the Realtime Database. Times are ISO 8601, UTC. */
export interface Comment {
  id: string;
  content: string;
  user: { id: string; username: string };
  created_at: string;
  updated_at: string;
  version: number;
  seq: number;
}
