import type { Role } from "./account.ts";

/** Who wrote a comment. */
export interface Author {
  id: string;
  username: string;
  /** Of moderators and admins. */
  role?: Exclude<Role, "user">;
}

/** A comment, over HTTP and in the Realtime Database. Times are ISO 8601 in UTC. */
export interface Comment {
  /** A UUIDv7: ids sort in the order of posting. */
  id: string;
  content: string;
  user: Author;
  created_at: string;
  updated_at: string;
  /** Goes up with each change of the comment; its ETag is this number in quotes. */
  version: number;
  /** The number of the comment's last change among the changes of its video; 0 while it is held. */
  seq: number;
  /** Whether the author has changed it since it was posted. */
  edited: boolean;
  /** Held for review: only its author and moderators see it, and only over HTTP. */
  held?: true;
}

/** What is left of a deleted comment, over HTTP. */
export interface DeletedComment {
  id: string;
  /** The number of the deletion among the changes of the video. */
  seq: number;
  deleted: true;
}

/** An entry of the changes feed, over HTTP. */
export type Change = Comment | DeletedComment;

/**
 * An entry of `changes/{video_id}` in the Realtime Database; the entry's key is its `seq`. The last change always has an entry. So the
 * last key tells how far the mirror is, and only the 200 numbers up to it can be there. `no_comment` stands for a last change that shows no
 * comment, such as one of the settings.
 */
export type MirroredChange = Comment | { id: string; deleted: true } | { no_comment: true };

export interface CommentResponse {
  comment: Comment;
}

export interface CommentPage {
  /** Newest first. */
  comments: Comment[];
  /** The cursor of the next page, the id of this page's last comment; null on the last page. */
  next_cursor: string | null;
  /** The page shows the video as of this change. */
  seq: number;
}

export interface ChangePage {
  /** In the order of their `seq`; each comment once, as it is now. */
  changes: Change[];
  /** The last change that the page covers: the next `after`. */
  seq: number;
  /** Whether there is no later change. */
  up_to_date: boolean;
}

/** What a comment said before an edit. */
export interface Revision {
  version: number;
  content: string;
  /** When this version was written. */
  since: string;
}

export interface RevisionPage {
  /** Oldest first. */
  revisions: Revision[];
  next_cursor: string | null;
}
