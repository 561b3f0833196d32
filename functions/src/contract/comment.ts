/** A comment as clients see it, over HTTP and in the Realtime Database. Times are ISO 8601, UTC. */
export interface Comment {
  id: string;
  content: string;
  user: { id: string; username: string };
  created_at: string;
  updated_at: string;
  version: number;
  /** The number of the comment's last change among the video's; 0 while it is held. */
  seq: number;
  /** Whether its author has changed it since it was posted. */
  edited: boolean;
  /** It waits for review: only its author and moderators see it, and never in the Realtime Database. */
  held?: true;
}
