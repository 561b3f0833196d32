import type { Comment } from "../../src/index.ts";
import type { Arrangement, View } from "../view.ts";

/** So many comments are drawn while the reader is at the newest. */
const DRAWN = 150;
/** Older ones that are drawn when the reader comes near: few at once, so that a slow phone goes on scrolling. */
const MORE = 25;
/** Pixels from the end that still count as the end. */
const END_PX = 24;
/** Pixels from the oldest drawn comment from which on older ones are drawn or loaded. */
const NEAR_PX = 600;

/** Where the reader is in the stream: at the newest, which it follows, or at a comment, which stays where it is. */
export class StreamScroll {
  readonly #view: View;
  readonly #resizes: ResizeObserver;
  #observed: Element | undefined;
  #isAtEnd = true;
  /** The newest comment that the reader has seen. */
  #seenId = "";
  #firstId: string | undefined;
  /** What stays where it is, until the reader scrolls on. */
  #anchor: { id: string; top: number } | undefined;
  /** Where the stream was scrolled to, by us or the reader. */
  #lastTop = 0;
  #hasFailed = false;

  constructor(view: View) {
    this.#view = view;
    this.#resizes = new ResizeObserver(() => (this.#isAtEnd ? this.#follow() : this.#stay()));
  }

  get isAtEnd(): boolean {
    return this.#isAtEnd;
  }

  /** Whether the last page of older comments could not be loaded. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** The comments to draw, oldest first. */
  drawn(comments: readonly Comment[]): readonly Comment[] {
    const atLeast = Math.max(0, comments.length - DRAWN);
    if (this.#isAtEnd) return comments.slice(atLeast);
    const first = this.#firstId;
    const from = first === undefined ? atLeast : comments.findIndex(({ id }) => id >= first);
    return comments.slice(from < 0 ? atLeast : from);
  }

  /** How many comments of others came below what the reader has seen. */
  get unread(): number {
    return this.#view.room.othersAfter(this.#seenId);
  }

  toEnd(): void {
    this.#isAtEnd = true;
    this.#view.update();
  }

  /** Before the element is drawn again. */
  before(): void {
    this.#anchor = this.#isAtEnd ? undefined : this.#findAnchor();
  }

  /** After the element was drawn. */
  after(): void {
    const log = this.#log;
    if (!log) return;
    if (this.#observed !== log) {
      this.#resizes.disconnect();
      this.#resizes.observe(log);
      if (log.firstElementChild) this.#resizes.observe(log.firstElementChild);
      this.#observed = log;
    }
    const { comments } = this.#view.room;
    if (this.#isAtEnd) {
      this.#follow();
      this.#seenId = comments.at(-1)?.id ?? "";
      this.#firstId = this.drawn(comments)[0]?.id;
    } else {
      this.#stay();
    }
    this.#loadIfNear();
  }

  onScroll(): void {
    const log = this.#log;
    if (!log) return;
    const distance = isLive(this.#view.arrangement)
      ? log.scrollHeight - log.clientHeight - log.scrollTop
      : log.scrollTop;
    // What came into sight may be higher than was thought: then the end moves, and not the reader.
    const hasGrown = this.#isAtEnd && isLive(this.#view.arrangement) && log.scrollTop >= this.#lastTop;
    if (log.scrollTop !== this.#lastTop) this.#anchor = undefined;
    this.#lastTop = log.scrollTop;
    if (hasGrown) this.#follow();
    const isAtEnd = hasGrown || distance < END_PX;
    if (isAtEnd !== this.#isAtEnd) {
      this.#isAtEnd = isAtEnd;
      this.#view.update();
    }
    this.#loadIfNear();
  }

  async loadOlder(): Promise<void> {
    this.#hasFailed = false;
    try {
      await this.#view.room.video.loadOlder();
      this.#revealMore();
    } catch {
      this.#hasFailed = true;
    }
    this.#view.update();
  }

  close(): void {
    this.#resizes.disconnect();
    this.#observed = undefined;
  }

  get #log(): HTMLElement | null {
    return this.#view.root.querySelector<HTMLElement>(".stream");
  }

  #follow(): void {
    const log = this.#log;
    if (!log || !this.#isAtEnd) return;
    log.scrollTop = isLive(this.#view.arrangement) ? log.scrollHeight : 0;
    this.#lastTop = log.scrollTop;
  }

  /** Some browsers do so by themselves. A block that comes into sight may be lower than was thought, so it is done again then. */
  #stay(): void {
    const log = this.#log;
    const top = this.#anchor && this.#topOf(this.#anchor.id);
    if (!log || !this.#anchor || top === undefined) return;
    log.scrollTop += top - this.#anchor.top;
    this.#lastTop = log.scrollTop;
  }

  /** A stream that is not shown, as in a closed tab of the site, loads nothing. */
  #loadIfNear(): void {
    const log = this.#log;
    const { state, comments } = this.#view.room;
    if (!log || log.clientHeight === 0 || !state.isLoaded || state.isLoadingOlder || this.#hasFailed) return;
    const below = log.scrollHeight - log.clientHeight - log.scrollTop;
    const distance = isLive(this.#view.arrangement) ? log.scrollTop : below;
    if (distance > NEAR_PX) return;
    if (this.drawn(comments).length < comments.length) {
      if (this.#isAtEnd) return;
      this.#revealMore();
      this.#view.update();
    } else if (state.hasOlder) {
      void this.loadOlder();
    }
  }

  #revealMore(): void {
    const { comments } = this.#view.room;
    const first = this.drawn(comments)[0];
    const from = first ? comments.indexOf(first) : comments.length;
    this.#firstId = comments[Math.max(0, from - MORE)]?.id;
  }

  /** The first comment in sight. Within a block that is out of sight nothing is laid out, so the block is found first. */
  #findAnchor(): { id: string; top: number } | undefined {
    const log = this.#log;
    if (!log) return undefined;
    const edge = log.getBoundingClientRect().top;
    const block = firstBelow(edge, log.querySelectorAll<HTMLElement>(".block"));
    const article = block && firstBelow(edge, block.querySelectorAll<HTMLElement>("article[data-id]"));
    const id = article?.dataset["id"];
    const top = id === undefined ? undefined : this.#topOf(id);
    return id === undefined || top === undefined ? undefined : { id, top };
  }

  #topOf(id: string): number | undefined {
    return this.#view.root.getElementById(`comment-${id}`)?.getBoundingClientRect().top;
  }
}

function isLive(arrangement: Arrangement): boolean {
  return arrangement === "live";
}

/** The first of these elements, which are below each other, that ends below an edge. Found by halves. */
function firstBelow(edge: number, elements: NodeListOf<HTMLElement>): HTMLElement | undefined {
  let low = 0;
  let high = elements.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const bottom = elements[middle]?.getBoundingClientRect().bottom ?? 0;
    if (bottom <= edge) low = middle + 1;
    else high = middle;
  }
  return elements[low];
}
