import { type Comment, type CommentPage, type MirroredChange, CHANGES_KEPT } from "./wire.ts";

/** Comments kept beyond the window, so that a page left open all day stays small. */
const MAX_OLDER = 1_000;

/**
 * The comments of a video that a reader sees: the live window (the newest, as the Realtime Database has them) and, below it, older
 * ones from the HTTP API.
 *
 * Until older comments are requested, the list is the window. From then on, comments that fall out of the window are kept, and the
 * video's changes keep them up to date. Two invariants hold: every older comment is older than the whole window, and no comment
 * is missing between two that are shown. Where that cannot be known, the older comments are dropped; the reader can load them
 * again.
 */
export class CommentList {
  readonly #windowSize: number;
  #window = new Map<string, Comment>();
  readonly #older = new Map<string, Comment>();
  /** The reader's own comments that the API has accepted and the window does not show yet. */
  readonly #posted = new Map<string, Comment>();
  readonly #deleted = new Set<string>();
  /** Whether comments that fall out of the window are kept. */
  #keepsOlder = false;
  #mayHaveOlder = true;
  /** Goes up each time the older comments are dropped. A page requested before is of no use after. */
  #generation = 0;
  /** The changes that are followed: those after `from`. `to` is the last one seen. */
  #followed: { from: number; to: number | undefined; seen: MirroredChange[] } | undefined;

  constructor(windowSize: number) {
    this.#windowSize = windowSize;
  }

  /** Every comment to show, oldest first. */
  get comments(): Comment[] {
    const shown = new Map([...this.#older, ...this.#posted, ...this.#window]);
    return [...shown.values()].filter(({ id }) => !this.#deleted.has(id)).sort(byId);
  }

  /** Whether there may be comments older than the first. */
  get hasOlder(): boolean {
    return this.#keepsOlder ? this.#mayHaveOlder : this.#window.size >= this.#windowSize;
  }

  /** `setChanges` needs the changes after this number; undefined while the window alone is enough. */
  get followFrom(): number | undefined {
    return this.#followed?.from;
  }

  /** Replaces the window. */
  setWindow(comments: Comment[]): void {
    const previous = [...this.#window.values(), ...this.#posted.values()];
    const known = [...this.#window.keys(), ...this.#older.keys()];
    const [oldestKnown, newestKnown] = [minId(known), maxId(known)];
    this.#window = new Map(comments.map((comment) => [comment.id, comment]));
    const seq = this.#windowSeq();
    for (const comment of this.#posted.values()) if (isCovered(comment, seq)) this.#posted.delete(comment.id);

    // A window that is not full has every comment of the video.
    const bottom = comments.length < this.#windowSize ? undefined : minId([...this.#window.keys()]);
    const isJoined = bottom !== undefined && newestKnown !== undefined && bottom <= newestKnown;
    // The window has every comment, or comments that were never seen may lie between it and the older ones.
    if (!isJoined) this.#dropOlder();
    if (bottom !== undefined) {
      for (const id of this.#older.keys()) if (id >= bottom) this.#older.delete(id);
      for (const comment of previous) {
        if (comment.id >= bottom) continue;
        this.#posted.delete(comment.id);
        const isKept = this.#keepsOlder && oldestKnown !== undefined && comment.id >= oldestKnown;
        if (isKept) this.#older.set(comment.id, comment);
      }
    }
    this.#update();
  }

  /** Keeps older comments from now on. Call it before requesting a page: it returns the page's cursor and what `addPage` needs. */
  keepOlder(): { cursor: string | undefined; generation: number } {
    if (!this.#keepsOlder) this.#mayHaveOlder = true;
    this.#keepsOlder = true;
    this.#update();
    return { cursor: minId([...this.#window.keys(), ...this.#older.keys()]), generation: this.#generation };
  }

  /** Adds a page of older comments, unless the list has been dropped since it was requested. */
  addPage(page: CommentPage, generation: number): void {
    if (generation !== this.#generation) return;
    for (const comment of page.comments) if (!this.#window.has(comment.id)) this.#older.set(comment.id, comment);
    this.#mayHaveOlder = page.next_cursor !== null;
    this.#update();
  }

  /** Adds the reader's own comment as soon as the API has accepted it. */
  addPosted(comment: Comment): void {
    if (isCovered(comment, this.#windowSeq())) return;
    this.#posted.set(comment.id, comment);
    this.#update();
  }

  /** Hides a comment as soon as the API has accepted its deletion. A deleted comment never comes back. */
  addDeleted(id: string): void {
    this.#deleted.add(id);
  }

  /** @param changes all changes after `followFrom` that the Realtime Database keeps, by number and in order */
  setChanges(changes: Map<number, MirroredChange>): void {
    if (!this.#followed) return;
    const { from, to = from, seen } = this.#followed;
    const last = Math.max(to, ...changes.keys());
    const added = [...changes].filter(([seq]) => seq > to).map(([, change]) => change);
    // Changes were removed before they were seen. The first time a jump is no loss: `from` is only a lower bound, since deletions and changes
    // outside the window raise the video's number, but not the highest number in the window.
    if (this.#followed.to !== undefined && last - to > CHANGES_KEPT) {
      this.#dropOlder();
      this.#posted.clear();
    }
    this.#followed = { from, to: last, seen: [...seen, ...added].slice(-CHANGES_KEPT) };
    this.#update();
  }

  #apply(change: MirroredChange): void {
    if ("deleted" in change) {
      this.#deleted.add(change.id);
      this.#older.delete(change.id);
      this.#posted.delete(change.id);
      return;
    }
    for (const comments of [this.#older, this.#posted]) {
      const known = comments.get(change.id);
      if (known && known.version < change.version) comments.set(change.id, change);
    }
  }

  #dropOlder(): void {
    this.#older.clear();
    this.#keepsOlder = false;
    this.#generation += 1;
  }

  /** Restores the invariants after any event. */
  #update(): void {
    // A change may arrive before its comment does: on a page under way, or out of the window in the same update.
    this.#followed?.seen.forEach((change) => this.#apply(change));

    const excess = [...this.#older.keys()].sort().slice(0, Math.max(0, this.#older.size - MAX_OLDER));
    for (const id of excess) this.#older.delete(id);
    if (excess.length > 0) this.#mayHaveOlder = true;

    // The window is at least as new as its newest change, so following from there misses nothing later.
    if (!this.#keepsOlder && this.#posted.size === 0) this.#followed = undefined;
    else this.#followed ??= { from: this.#windowSeq(), to: undefined, seen: [] };
  }

  /** The window's newest change. */
  #windowSeq(): number {
    return Math.max(0, ...[...this.#window.values()].map(({ seq }) => seq));
  }
}

/** Whether a window at this change reflects the comment: it shows it, or the comment was deleted or pushed out since. */
function isCovered(comment: Comment, windowSeq: number): boolean {
  return windowSeq >= comment.seq;
}

function byId(a: { id: string }, b: { id: string }): number {
  if (a.id === b.id) return 0;
  return a.id < b.id ? -1 : 1;
}

function minId(ids: string[]): string | undefined {
  return ids.length === 0 ? undefined : ids.reduce((least, id) => (id < least ? id : least));
}

function maxId(ids: string[]): string | undefined {
  return ids.length === 0 ? undefined : ids.reduce((greatest, id) => (id > greatest ? id : greatest));
}
