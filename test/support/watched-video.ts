import type { CommentList } from "../../web/src/comment-list.ts";
import type { Comment, CommentPage, MirroredChange } from "../../functions/src/contract/comment.ts";
import { CHANGES_KEPT } from "../../functions/src/contract/realtime-nodes.ts";

interface Row extends Comment {
  isDeleted: boolean;
}

/**
 * A video as the database has it, its copy as the Realtime Database has it (behind by what is not relayed yet), and what a reader
 * on a connection that comes and goes is told of it. The naive model: everything is computed anew each time.
 */
export class WatchedVideo {
  readonly #rows: Row[] = [];
  readonly #list: CommentList;
  readonly #windowSize: number;
  #seq = 0;
  #live: Comment[] = [];
  #changes = new Map<number, MirroredChange>();
  #relayed = 0;
  #isConnected = true;
  #following: number | undefined;

  constructor(list: CommentList, windowSize: number) {
    this.#list = list;
    this.#windowSize = windowSize;
  }

  get comments(): Comment[] {
    return this.#rows.filter((row) => !row.isDeleted).map(toComment);
  }

  /** Those that the Realtime Database knows to be deleted. */
  get gone(): string[] {
    return this.#rows.filter((row) => row.isDeleted && row.seq <= this.#relayed).map(({ id }) => id);
  }

  post(): Comment {
    const id = String(this.#rows.length).padStart(6, "0");
    const user = { id: "ada", username: "ada" };
    this.#seq += 1;
    const comment = {
      id,
      content: id,
      user,
      created_at: "",
      updated_at: "",
      version: 1,
      seq: this.#seq,
      edited: false,
    };
    const row = { ...comment, isDeleted: false };
    this.#rows.push(row);
    return toComment(row);
  }

  edit(index: number): void {
    this.#change(index, (row) => Object.assign(row, { version: row.version + 1, edited: true }));
  }

  delete(index: number): void {
    this.#change(index, (row) => (row.isDeleted = true));
  }

  page(cursor: string | undefined, limit: number): CommentPage {
    const below = this.comments.filter(({ id }) => cursor === undefined || id < cursor).toReversed();
    const comments = below.slice(0, limit);
    return { comments, next_cursor: below.length > limit ? (comments.at(-1)?.id ?? null) : null, seq: this.#seq };
  }

  /** Brings the Realtime Database up to the database, in one update; the reader hears of it in either order. */
  relay(isChangesFirst: boolean): void {
    for (const row of this.#rows.filter(({ seq }) => seq > this.#relayed).toSorted((a, b) => a.seq - b.seq)) {
      this.#changes.set(row.seq, row.isDeleted ? { id: row.id, deleted: true } : toComment(row));
    }
    this.#changes = new Map([...this.#changes].filter(([seq]) => seq > this.#seq - CHANGES_KEPT));
    this.#live = this.comments;
    this.#relayed = this.#seq;
    this.tell(isChangesFirst);
  }

  connect(isConnected: boolean): void {
    this.#isConnected = isConnected;
    this.tell(false);
  }

  /** What the reader's listens are told, now. */
  tell(isChangesFirst: boolean): void {
    if (!this.#isConnected) return;
    const window = () => this.#list.setWindow(this.#live.slice(-this.#windowSize));
    const changes = () => {
      // A listen that has just begun is told of what stands there; one that has ended, of nothing.
      this.#following = this.#list.followFrom;
      const from = this.#following;
      if (from !== undefined) this.#list.setChanges(new Map([...this.#changes].filter(([seq]) => seq > from)));
    };
    for (const tell of isChangesFirst ? [changes, window, changes] : [window, changes]) tell();
  }

  #change(index: number, change: (row: Row) => unknown): void {
    const there = this.#rows.filter((row) => !row.isDeleted);
    const row = there[index % there.length];
    if (!row) return;
    change(row);
    this.#seq += 1;
    row.seq = this.#seq;
  }
}

function toComment({ id, content, user, created_at, updated_at, version, seq, edited }: Row): Comment {
  return { id, content, user, created_at, updated_at, version, seq, edited };
}
