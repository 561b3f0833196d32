import { isDeepStrictEqual } from "node:util";
import { CHANGE_KEY, changeKey } from "../../contract/realtime-paths.ts";
import type { CommentRow } from "../../tables/comments/comments.ts";
import { toComment } from "../../tables/comments/to-comment.ts";
import type { MirroredChange } from "../../contract/comment.ts";
import { CHANGES_KEPT } from "../../contract/realtime-nodes.ts";
import { NO_COMMENT, toMirroredChange } from "./update.ts";
import type { SettingsToMirror } from "./video-node.ts";

/** What the Realtime Database holds of a video, read after its fence was at `from`. */
export interface Mirrored {
  from: number;
  comments: unknown;
  changes: unknown;
  settings: unknown;
}

/** What MySQL says of the video, read in one snapshot after that. */
export interface Truth {
  to: number;
  windowSize: number;
  quarantined: ReadonlySet<string>;
  /** The comments that are not deleted, newest first: the window and `to - from` more. */
  newest: CommentRow[];
  /** The rows of the last `CHANGES_KEPT` changes. */
  changes: CommentRow[];
  /** Tombstones up to this change may have been purged. */
  floorSeq: number;
  /** The seqs of other comments that are mirrored, or mirrored as deleted, as far as MySQL knows them. */
  others: ReadonlyMap<string, number>;
  settings: SettingsToMirror;
}

/** Places that differ, by their comment's id or their change's key; `settings` for the video's settings. */
export interface Drift {
  missing: string[];
  extra: string[];
  stale: string[];
  /** Places where only the author's name or role has changed since. This is no fault, but it is repaired too. */
  authorChanged: number;
}

/**
 * Where the two differ. It ignores changes in `(from, to]`, and comments within `to - from` places of the window's end: they may be
 * moving. If nothing moves, the result is exact.
 */
export function findDrift(mirrored: Mirrored, truth: Truth): Drift {
  const drift: Drift = { missing: [], extra: [], stale: [], authorChanged: 0 };
  compareComments(mirrored, truth, drift);
  compareChanges(mirrored, truth, drift);
  compareSettings(mirrored, truth, drift);
  return drift;
}

export function isDrift({ missing, extra, stale }: Drift): boolean {
  return missing.length + extra.length + stale.length > 0;
}

function compareSettings({ from, settings: mirrored }: Mirrored, { settings }: Truth, drift: Drift): void {
  if (settings.seq > from || isDeepStrictEqual(mirrored, settings.node)) return;
  if (mirrored === null) drift.missing.push("settings");
  else if (settings.node === null) drift.extra.push("settings");
  else drift.stale.push("settings");
}

function compareComments({ from, comments }: Mirrored, truth: Truth, drift: Drift): void {
  const { to, windowSize, quarantined, newest, others } = truth;
  const mirrored = childrenOf(comments, drift);
  for (const [place, row] of newest.entries()) {
    const value = mirrored.get(row.id);
    mirrored.delete(row.id);
    if (row.seq > from) continue;
    if (quarantined.has(row.id)) {
      if (value !== undefined) drift.extra.push(row.id);
    } else if (value === undefined) {
      if (place < windowSize - (to - from)) drift.missing.push(row.id);
    } else compareValues(row.id, value, toComment(row), drift);
  }
  for (const id of mirrored.keys()) {
    if ((others.get(id) ?? 0) <= from) drift.extra.push(id);
  }
}

function compareChanges({ from, changes }: Mirrored, truth: Truth, drift: Drift): void {
  const { to, quarantined, changes: rows } = truth;
  const mirrored = childrenOf(changes, drift);
  for (const row of rows) {
    const key = changeKey(row.seq);
    const value = mirrored.get(key);
    mirrored.delete(key);
    if (row.seq > from) continue;
    if (value === undefined) drift.missing.push(key);
    else compareValues(key, value, toMirroredChange(row, quarantined), drift);
  }
  // The purge deletes the row of a tombstone. The entry says what is still true, and later changes push it out.
  const isPurged = (key: string) => isOfPurged(key, mirrored.get(key), truth);
  const last = changeKey(from);
  if (from === to && from > 0 && rows.every(({ seq }) => seq !== from) && !isPurged(last)) {
    if (mirrored.has(last)) compareValues(last, mirrored.get(last), NO_COMMENT, drift);
    else drift.missing.push(last);
    mirrored.delete(last);
  }
  for (const key of mirrored.keys()) {
    const seq = CHANGE_KEY.test(key) ? Number(key) : 0;
    // While something moves, a later change of the same comment may have overtaken this one.
    if ((from === to && !isPurged(key)) || seq <= from - CHANGES_KEPT) drift.extra.push(key);
  }
}

/**
 * Whether changes that the mirror holds are those of MySQL. A name or role that changed since makes no difference, nor does a change that a later
 * one of the same comment has overtaken in MySQL.
 * @param to the last change that the mirror holds
 * @param findSeqs the numbers at which MySQL has these comments, as far as it knows them
 */
export async function hasChanges(
  mirrored: unknown,
  { to, rows, quarantined }: { to: number; rows: CommentRow[]; quarantined: ReadonlySet<string> },
  findSeqs: (ids: string[]) => Promise<ReadonlyMap<string, number>>,
): Promise<boolean> {
  const drift: Drift = { missing: [], extra: [], stale: [], authorChanged: 0 };
  const rest = childrenOf(mirrored, drift);
  for (const row of rows) {
    const key = changeKey(row.seq);
    compareValues(key, rest.get(key), toMirroredChange(row, quarantined), drift);
    rest.delete(key);
  }
  if (isDeepStrictEqual(rest.get(changeKey(to)), NO_COMMENT)) rest.delete(changeKey(to));
  const seqs = await findSeqs(Array.from(rest.values(), idOf));
  for (const [key, value] of rest) {
    if ((seqs.get(idOf(value)) ?? 0) <= Number(key)) drift.extra.push(key);
  }
  return !isDrift(drift);
}

/** The ids of the tombstones among mirrored changes. */
export function tombstoneIds(changes: unknown): string[] {
  const values = typeof changes === "object" && changes !== null ? Object.values(changes) : [];
  return values.filter(isTombstone).map(idOf);
}

function isTombstone(value: unknown): boolean {
  return isDeepStrictEqual(value, { id: idOf(value), deleted: true });
}

/** Whether the entry is that of a tombstone that MySQL had, and has purged. */
function isOfPurged(key: string, value: unknown, { floorSeq, newest, others }: Truth): boolean {
  if (!CHANGE_KEY.test(key) || Number(key) > floorSeq || !isTombstone(value)) return false;
  const id = idOf(value);
  return !others.has(id) && newest.every((row) => row.id !== id);
}

/** The id of a mirrored change; empty if it has none. */
function idOf(value: unknown): string {
  return typeof value === "object" && value !== null && "id" in value && typeof value.id === "string" ? value.id : "";
}

function compareValues(key: string, value: unknown, expected: MirroredChange, drift: Drift): void {
  if (isDeepStrictEqual(value, expected)) return;
  if ("user" in expected && isDeepStrictEqual(withAuthorsId(value), withAuthorsId(expected))) drift.authorChanged += 1;
  else drift.stale.push(key);
}

/** The name and the role are the user's, and reach the mirror with the walk of `user_renames`. */
function withAuthorsId(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("user" in value)) return value;
  const { user } = value;
  const isAuthor = typeof user === "object" && user !== null && "id" in user;
  return { ...value, user: isAuthor ? { id: user.id } : user };
}

/** The children by key. The value is never an array: our keys are no small numbers. */
function childrenOf(value: unknown, drift: Drift): Map<string, unknown> {
  if (value === null) return new Map();
  if (typeof value === "object") return new Map(Object.entries(value));
  drift.extra.push("*");
  return new Map();
}
