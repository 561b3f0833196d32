import { toComment } from "../../tables/comments/to-comment.ts";
import { isDeepStrictEqual } from "node:util";
import type { MirroredChange } from "../../contract/comment.ts";
import { CHANGES_KEPT } from "../../contract/realtime-nodes.ts";
import { CHANGE_KEY, changeKey } from "../../contract/realtime-paths.ts";
import type { CommentRow } from "../../tables/comments/comments.ts";
import { toChange } from "./batch.ts";

/** What the Realtime Database holds of a video, read at some time after its fence stood at `from`. */
export interface Held {
  from: number;
  comments: unknown;
  changes: unknown;
}

/** What MySQL says of the video, in one snapshot taken after that. */
export interface Truth {
  to: number;
  window: number;
  parked: ReadonlySet<string>;
  /** The comments that are not deleted, newest first: the window and `to - from` more. */
  newest: CommentRow[];
  /** The rows of the last `CHANGES_KEPT` changes. */
  changes: CommentRow[];
  /** Of the other comments that the Realtime Database holds: the seqs of those that MySQL knows. */
  others: ReadonlyMap<string, number>;
}

/** Places that differ, by their comment's id or their change's key. */
export interface Drift {
  missing: string[];
  extra: string[];
  stale: string[];
  /** Only the author's name has changed since: no fault, but to be brought up as well. */
  renamed: number;
}

/**
 * Where the two differ. What changed in `(from, to]` is in motion, and so is who stands within as many places of the window's end:
 * of those nothing is said. Exact where nothing moves.
 */
export function findDrift(held: Held, truth: Truth): Drift {
  const drift: Drift = { missing: [], extra: [], stale: [], renamed: 0 };
  compareComments(held, truth, drift);
  compareChanges(held, truth, drift);
  return drift;
}

export function isDrift({ missing, extra, stale }: Drift): boolean {
  return missing.length + extra.length + stale.length > 0;
}

function compareComments({ from, comments }: Held, truth: Truth, drift: Drift): void {
  const { to, window, parked, newest, others } = truth;
  const held = children(comments, drift);
  for (const [place, row] of newest.entries()) {
    const value = held.get(row.id);
    held.delete(row.id);
    if (row.seq > from) continue;
    if (parked.has(row.id)) {
      if (value !== undefined) drift.extra.push(row.id);
    } else if (value === undefined) {
      if (place < window - (to - from)) drift.missing.push(row.id);
    } else compare(value, toComment(row), row.id, drift);
  }
  for (const id of held.keys()) {
    if ((others.get(id) ?? 0) <= from) drift.extra.push(id);
  }
}

function compareChanges({ from, changes }: Held, { to, parked, changes: rows }: Truth, drift: Drift): void {
  const held = children(changes, drift);
  for (const row of rows) {
    const key = changeKey(row.seq);
    const value = held.get(key);
    held.delete(key);
    const expected = toChange(row, parked);
    if (row.seq > from) continue;
    if (value === undefined) {
      if (expected) drift.missing.push(key);
    } else if (expected) compare(value, expected, key, drift);
    else drift.extra.push(key);
  }
  for (const key of held.keys()) {
    const seq = CHANGE_KEY.test(key) ? Number(key) : 0;
    // Where something moves, a change may have been overtaken by a later one of the same comment.
    if (from === to || seq <= from - CHANGES_KEPT) drift.extra.push(key);
  }
}

function compare(value: unknown, expected: MirroredChange, key: string, drift: Drift): void {
  if (isDeepStrictEqual(value, expected)) return;
  if ("user" in expected && isDeepStrictEqual(withoutName(value), withoutName(expected))) drift.renamed += 1;
  else drift.stale.push(key);
}

function withoutName(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("user" in value)) return value;
  const { user } = value;
  return { ...value, user: typeof user === "object" ? { ...user, username: "" } : user };
}

/** The children by key. JSON arrays do not come: our keys are no small numbers. */
function children(value: unknown, drift: Drift): Map<string, unknown> {
  if (value === null) return new Map();
  if (typeof value === "object") return new Map(Object.entries(value));
  drift.extra.push("*");
  return new Map();
}
