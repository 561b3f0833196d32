/** The lines of an export of a video's comments, one JSON object each: the header, then the comments. */

/** The first line. An export is whole if as many comments follow as it says. */
export interface ExportHeader {
  type: "video";
  id: string;
  /** The export shows the video as of this change. */
  seq: number;
  /** When that was the last change. */
  exported_at: string;
  /** How many lines follow: comments of every state. */
  comments: number;
}

/** A comment of any state. It has no change number: an import gives it one of its own. */
export interface ExportedComment {
  type: "comment";
  id: string;
  /** Left out of a deleted comment. */
  content?: string | undefined;
  /** The author, under the name at the time of the export. */
  user: { id: string; username: string };
  created_at: string;
  updated_at: string;
  /** The last edit by the author; null if there was none. */
  edited_at: string | null;
  version: number;
  /** Held for review. */
  held?: true | undefined;
  deleted_at?: string | undefined;
  deleted_by?: string | null | undefined;
  /** What it said before its edits, oldest first; left out if there was none. */
  revisions?: ExportedRevision[] | undefined;
}

export interface ExportedRevision {
  version: number;
  content: string;
  /** When this version was written. */
  since: string;
}
