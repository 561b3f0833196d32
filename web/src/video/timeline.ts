import type { Change, Comment, CommentPage } from "../wire.ts";

/** The newest comments of a video, as one place had them at one moment. */
export interface NewestComments {
  /** In any order. */
  comments: readonly Comment[];
  /** They are at least as new as this change. */
  seq: number;
  /** Of the video's history: a restore of the database begins another one, with numbers of its own. Undefined: not known. */
  epoch: number | undefined;
  hasOlder: boolean;
}

/** What `addPage` needs to know of a page that was requested. */
export interface PageRequest {
  /** The page begins below this comment. */
  cursor: string;
  /** The page must not be older than this change. */
  minSeq: number;
}

/** Comments that are kept besides the older pages that the reader loaded, so that a tab left open all day stays small. */
const MAX_LIVE = 1_000;

/**
 * The comments that a reader sees: every comment of the video from some place on (`lowestId`) to the newest. Two invariants hold.
 * - No comment is missing between two that are shown.
 * - They are what the server has at change `seq`; until the first changes have arrived, perhaps a little newer. Within an epoch, `seq` never goes back.
 *
 * It moves on only by all changes up to a number (`advance`), and grows downwards only by a page that is brought to its number
 * (`addPage`).
 */
export class Timeline {
  #comments: readonly Comment[] = [];
  /** The lowest place that is covered: a comment's id; empty from the video's first comment on. Undefined: nothing is known. */
  #lowestId: string | undefined;
  #seq = 0;
  #epoch: number | undefined;
  /** Whether `seq` is the number of what is shown, and not only a lower bound of it. */
  #isExact = false;
  #isCopy = false;
  #limit = MAX_LIVE;
  /** Goes up when everything is forgotten. What was requested before is of another history then. */
  #forgetCount = 0;
  /** The request whose page can still be added; undefined once it was, did not come, or the comments were replaced. */
  #request: PageRequest | undefined;
  /** While a page is requested or waits: the changes since its `minSeq`. */
  #log: Change[] | undefined;
  /** A page that is newer than what is shown. */
  #waiting: { request: PageRequest; page: CommentPage } | undefined;

  /** Oldest first. The array is replaced, never changed. */
  get comments(): readonly Comment[] {
    return this.#comments;
  }

  get hasBase(): boolean {
    return this.#lowestId !== undefined;
  }

  get hasOlder(): boolean {
    return this.#lowestId !== undefined && this.#lowestId !== "";
  }

  get seq(): number {
    return this.#seq;
  }

  get epoch(): number | undefined {
    return this.#epoch;
  }

  get isExact(): boolean {
    return this.#isExact;
  }

  /**
   * Whether it began with a copy of an earlier visit. No change tells what a copy has wrong: new names and roles of authors. So newest
   * comments replace it as soon as they can be had.
   */
  get isCopy(): boolean {
    return this.#isCopy;
  }

  get forgetCount(): number {
    return this.#forgetCount;
  }

  /** Whether older pages were loaded, which `restart` would drop. */
  get hasPages(): boolean {
    return this.#limit > MAX_LIVE;
  }

  /** The change that a page waits for; 0 if none does. */
  get neededSeq(): number {
    return this.#waiting?.page.seq ?? 0;
  }

  /**
   * Replaces everything with newest comments that are not older than what is shown, or of another epoch. Their `seq` may be lower all the
   * same: the highest number may be that of a deletion.
   * @param isExact whether `seq` is their number, and not only a lower bound
   */
  restart({ comments, seq, epoch, hasOlder }: NewestComments, isExact: boolean): void {
    this.#seq = this.acceptEpoch(epoch) ? Math.max(seq, this.#seq) : seq;
    this.#comments = [...comments].sort(byId);
    this.#lowestId = hasOlder ? (this.#comments[0]?.id ?? "") : "";
    this.#epoch = epoch ?? this.#epoch;
    this.#isExact = isExact;
    this.#isCopy = false;
    this.#limit = MAX_LIVE;
    this.#dropPage();
  }

  /** Begins with a copy: what was shown at the end of an earlier visit. */
  restore(copy: NewestComments): void {
    this.restart(copy, true);
    this.#isCopy = true;
  }

  /** Forgets everything: the numbers are of a history that has ended. @param epoch of the one that has begun, if it is known */
  forget(epoch?: number): void {
    this.#forgetCount += 1;
    this.#comments = [];
    this.#lowestId = undefined;
    this.#seq = 0;
    this.#epoch = epoch;
    this.#isExact = false;
    this.#isCopy = false;
    this.#dropPage();
  }

  /** Whether numbers of this epoch go on from those shown. The first epoch that becomes known does, and is noted. */
  acceptEpoch(epoch: number | undefined): boolean {
    if (epoch === undefined) return true;
    this.#epoch ??= epoch;
    return this.#epoch === epoch;
  }

  /** @param changes every comment that changed after `seq` up to `to`, as it was at that change or is at `to` */
  advance(changes: readonly Change[], to: number): void {
    const added = changes.filter(({ seq }) => seq > this.#seq).sort((a, b) => a.seq - b.seq);
    this.#log?.push(...added);
    const lowestId = this.#lowestId ?? "";
    if (added.length > 0) this.#comments = applied(this.#comments, added, (id) => id >= lowestId);
    this.#seq = Math.max(this.#seq, to);
    this.#isExact = true;
    if (this.#waiting && this.#waiting.page.seq <= this.#seq) this.#merge(this.#waiting);
    this.#trim();
  }

  /** Call it before requesting a page. Undefined without older comments. Only while `isExact`. */
  beginPage(): PageRequest | undefined {
    if (!this.hasOlder || this.#lowestId === undefined) return undefined;
    this.#dropPage();
    this.#log = [];
    this.#request = { cursor: this.#lowestId, minSeq: this.#seq };
    return this.#request;
  }

  /** Adds a page. One that is newer than what is shown waits until `advance` has come to its number. */
  addPage(request: PageRequest, page: CommentPage): void {
    if (request !== this.#request || page.seq < request.minSeq) return;
    this.#waiting = { request, page };
    if (page.seq <= this.#seq) this.#merge(this.#waiting);
  }

  /** A page that was begun does not come. */
  endPage(request: PageRequest): void {
    if (request === this.#request) this.#dropPage();
  }

  #merge({ request, page }: { request: PageRequest; page: CommentPage }): void {
    const lowestId = page.next_cursor ?? "";
    const later = (this.#log ?? []).filter(({ seq }) => seq > page.seq);
    const own = [...page.comments].sort(byId);
    const brought = applied(own, later, (id) => id >= lowestId && id < request.cursor);
    this.#comments = [...brought, ...this.#comments];
    this.#lowestId = lowestId;
    this.#limit += page.comments.length;
    this.#dropPage();
  }

  #dropPage(): void {
    this.#request = undefined;
    this.#log = undefined;
    this.#waiting = undefined;
  }

  /** Not while a page is requested: it joins at the lowest comment. */
  #trim(): void {
    if (this.#log || this.#comments.length <= this.#limit) return;
    this.#comments = this.#comments.slice(-this.#limit);
    this.#lowestId = this.#comments[0]?.id ?? "";
  }
}

/** The comments after these changes, in order. A change of a comment outside the range adds none. */
function applied(
  comments: readonly Comment[],
  changes: readonly Change[],
  isInRange: (id: string) => boolean,
): readonly Comment[] {
  const result = [...comments];
  for (const change of changes) {
    const place = placeOf(result, change.id);
    const isThere = result[place]?.id === change.id;
    if ("deleted" in change) {
      if (isThere) result.splice(place, 1);
    } else if (isThere) {
      result[place] = change;
    } else if (isInRange(change.id)) {
      result.splice(place, 0, change);
    }
  }
  return result;
}

/** The index of the comment with this id, or where it belongs. Nearly every change is at the end. */
function placeOf(comments: readonly Comment[], id: string): number {
  let low = 0;
  let high = comments.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((comments[middle]?.id ?? "") < id) low = middle + 1;
    else high = middle;
  }
  return low;
}

function byId(a: Comment, b: Comment): number {
  if (a.id === b.id) return 0;
  return a.id < b.id ? -1 : 1;
}
