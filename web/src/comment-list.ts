import type { Change, Comment, CommentPage } from "./wire.ts";

/** Changes that the Realtime Database keeps for a video. */
const CHANGES_KEPT = 200;
/** Comments held beyond the window, so that a page left open all day stays light. */
const OLDER_MAX = 1_000;

/**
 * What a reader sees of a video's comments: the live window (the newest, as the Realtime Database has them) and, below it, older
 * ones that came over HTTP.
 *
 * Until older ones are asked for, the list is the window. From then on what falls out of the window is kept, and the video's
 * changes keep true what the window no longer tells. Invariants: every older comment lies below the whole window, and between two
 * comments shown none is missing; where that cannot be known, the older ones are dropped and can be asked for again.
 */
export class CommentList {
  readonly #windowSize: number;
  #window = new Map<string, Comment>();
  readonly #older = new Map<string, Comment>();
  /** One's own comments that the API has accepted and the window does not show yet. */
  readonly #posted = new Map<string, Comment>();
  readonly #deleted = new Set<string>();
  /** Whether what falls out of the window is kept. */
  #isHolding = false;
  #mayHaveOlder = true;
  /** Counts how often the older comments were dropped: a page that was asked for before is of no use after. */
  #epoch = 0;
  #follow: { from: number; to: number | undefined; seen: Change[] } | undefined;

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
    return this.#isHolding ? this.#mayHaveOlder : this.#window.size >= this.#windowSize;
  }

  /** The change after which changes have to be given to `setChanges`; undefined while the window alone tells everything. */
  get followFrom(): number | undefined {
    return this.#follow?.from;
  }

  /** The window as it stands now. */
  setWindow(comments: Comment[]): void {
    const before = [...this.#window.values(), ...this.#posted.values()];
    const covered = [...this.#window.keys(), ...this.#older.keys()];
    const [least, top] = [minId(covered), maxId(covered)];
    this.#window = new Map(comments.map((comment) => [comment.id, comment]));
    const seq = this.#windowSeq();
    for (const comment of this.#posted.values()) if (isKnownTo(seq, comment)) this.#posted.delete(comment.id);

    const bottom = comments.length < this.#windowSize ? undefined : minId([...this.#window.keys()]);
    // A window that is not full holds everything there is; below one that joins nothing known there may be some never seen.
    if (bottom === undefined || top === undefined || bottom > top) this.#dropOlder();
    if (bottom !== undefined) {
      for (const id of this.#older.keys()) if (id >= bottom) this.#older.delete(id);
      for (const comment of before) {
        if (comment.id >= bottom) continue;
        this.#posted.delete(comment.id);
        if (this.#isHolding && least !== undefined && comment.id >= least) this.#older.set(comment.id, comment);
      }
    }
    this.#settle();
  }

  /** To be called before a page of older comments is asked for: gives its cursor, and the epoch that `addPage` wants. */
  holdOlder(): { cursor: string | undefined; epoch: number } {
    if (!this.#isHolding) this.#mayHaveOlder = true;
    this.#isHolding = true;
    this.#settle();
    return { cursor: minId([...this.#window.keys(), ...this.#older.keys()]), epoch: this.#epoch };
  }

  addPage(page: CommentPage, epoch: number): void {
    if (epoch !== this.#epoch) return;
    for (const comment of page.comments) if (!this.#window.has(comment.id)) this.#older.set(comment.id, comment);
    this.#mayHaveOlder = page.next_cursor !== null;
    this.#settle();
  }

  /** One's own comment, as soon as the API has accepted it. */
  addPosted(comment: Comment): void {
    if (isKnownTo(this.#windowSeq(), comment)) return;
    this.#posted.set(comment.id, comment);
    this.#settle();
  }

  /** One's own deletion, as soon as the API has accepted it. A deleted comment never comes back. */
  addDeleted(id: string): void {
    this.#deleted.add(id);
  }

  /** @param changes those of the changes after `followFrom` that the Realtime Database keeps, each under its number, in order */
  setChanges(changes: Map<number, Change>): void {
    if (!this.#follow) return;
    const { from, to = from, seen } = this.#follow;
    const last = Math.max(to, ...changes.keys());
    const fresh = [...changes].filter(([seq]) => seq > to).map(([, change]) => change);
    // Some have gone before they were seen. Not so at first: the window was newer than its newest comment.
    if (this.#follow.to !== undefined && last - to > CHANGES_KEPT) {
      this.#dropOlder();
      this.#posted.clear();
    }
    this.#follow = { from, to: last, seen: [...seen, ...fresh].slice(-CHANGES_KEPT) };
    this.#settle();
  }

  #apply(change: Change): void {
    if ("deleted" in change) {
      this.#deleted.add(change.id);
      this.#older.delete(change.id);
      this.#posted.delete(change.id);
      return;
    }
    for (const held of [this.#older, this.#posted]) {
      const known = held.get(change.id);
      if (known && known.version < change.version) held.set(change.id, change);
    }
  }

  #dropOlder(): void {
    this.#older.clear();
    this.#isHolding = false;
    this.#epoch += 1;
  }

  #settle(): void {
    // Changes may come before what they change: a page under way, a comment that falls out of the window in the same update.
    this.#follow?.seen.forEach((change) => this.#apply(change));

    const excess = [...this.#older.keys()].sort().slice(0, Math.max(0, this.#older.size - OLDER_MAX));
    for (const id of excess) this.#older.delete(id);
    if (excess.length > 0) this.#mayHaveOlder = true;

    // The window is at least as new as its newest change, so following from there misses nothing that came after it.
    if (!this.#isHolding && this.#posted.size === 0) this.#follow = undefined;
    else this.#follow ??= { from: this.#windowSeq(), to: undefined, seen: [] };
  }

  #windowSeq(): number {
    return Math.max(0, ...[...this.#window.values()].map(({ seq }) => seq));
  }
}

/** A window at a later change than the comment's has it, or it has been deleted or pushed out since. */
function isKnownTo(windowSeq: number, comment: Comment): boolean {
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
