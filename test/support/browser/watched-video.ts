import type { CommentList } from "../../../web/src/comment-list.ts";
import type { Comment, CommentPage, MirroredChange } from "../../../functions/src/contract/comment.ts";
import { CHANGES_KEPT } from "../../../functions/src/contract/realtime-nodes.ts";

interface Row extends Comment {
  isDeleted: boolean;
}

/**
 * A naive model that the client's list is tested against: a video in MySQL, its mirror in the Realtime Database, and the events that
 * a reader gets on a connection that comes and goes. The mirror is behind by what is not relayed yet.
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

  /** The ids of comments whose delete has reached the mirror. */
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

  /** Brings the mirror up to MySQL in one update. The reader gets its two events in either order. */
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

  /** Sends the reader the current state, as both of its listeners get it. */
  tell(isChangesFirst: boolean): void {
    if (!this.#isConnected) return;
    const window = () => this.#list.setWindow(this.#live.slice(-this.#windowSize));
    const changes = () => {
      // A listener that has just started gets the current changes; one that has stopped gets nothing.
      this.#following = this.#list.followFrom;
      const from = this.#following;
      if (from !== undefined) this.#list.setChanges(new Map([...this.#changes].filter(([seq]) => seq > from)));
    };
    for (const send of isChangesFirst ? [changes, window, changes] : [window, changes]) send();
  }

  #change(index: number, change: (row: Row) => unknown): void {
    const live = this.#rows.filter((row) => !row.isDeleted);
    const row = live[index % live.length];
    if (!row) return;
    change(row);
    this.#seq += 1;
    row.seq = this.#seq;
  }
}

function toComment({ id, content, user, created_at, updated_at, version, seq, edited }: Row): Comment {
  return { id, content, user, created_at, updated_at, version, seq, edited };
}
