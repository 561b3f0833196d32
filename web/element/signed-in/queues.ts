import type { Comment, ReportedComment } from "../../src/index.ts";
import type { Room } from "../room/room.ts";

/** Nothing tells moderators of a held or reported comment. */
const POLL_MS = 15_000;
/** So many are read of each. Of the other held ones it is known whether there are any, of the other reported ones nothing. */
const PAGE = 20;

export interface Held {
  comments: readonly Comment[];
  hasMore: boolean;
}

/** What waits for moderators: held comments of this video, reported ones of every video. Read while a moderator looks at it. */
export class Queues {
  readonly #room: Room;
  readonly #onChange: () => void;
  readonly #ending = new AbortController();
  readonly #timer: ReturnType<typeof setInterval>;
  #isOn = false;
  /** Goes up with each read and decision. An answer from before is dropped. */
  #reads = 0;
  #held: Held = { comments: [], hasMore: false };
  #reported: readonly ReportedComment[] = [];

  constructor(room: Room, onChange: () => void) {
    this.#room = room;
    this.#onChange = onChange;
    const readIfVisible = () => {
      if (document.visibilityState === "visible") void this.read();
    };
    document.addEventListener("visibilitychange", readIfVisible, { signal: this.#ending.signal });
    this.#timer = setInterval(readIfVisible, POLL_MS);
  }

  get held(): Held {
    const { comments, hasMore } = this.#held;
    return { comments: comments.filter(({ id }) => !this.#room.isHidden(id)), hasMore };
  }

  get reported(): readonly ReportedComment[] {
    return this.#reported.filter(({ comment }) => !this.#room.isHidden(comment.id));
  }

  /** @param isOn whether the reader is a moderator */
  turn(isOn: boolean): void {
    if (isOn === this.#isOn) return;
    this.#isOn = isOn;
    this.#held = { comments: [], hasMore: false };
    this.#reported = [];
    void this.read();
  }

  async read(): Promise<void> {
    if (!this.#isOn) return;
    const { signal } = this.#ending;
    const { client, video } = this.#room;
    const read = (this.#reads += 1);
    const [held, reported] = await Promise.all([
      client.api.listHeldComments({ video_id: video.id, limit: PAGE }, { signal }).catch(() => undefined),
      client.api.listReportedComments({ limit: PAGE }, { signal }).catch(() => undefined),
    ]);
    if (!this.#isOn || signal.aborted || read !== this.#reads) return;
    if (held) this.#held = { comments: held.comments, hasMore: held.next_cursor !== null };
    if (reported) this.#reported = reported.reported;
    this.#onChange();
  }

  /** Hides a comment that was decided, until the next read. */
  hide(commentId: string): void {
    this.#reads += 1;
    this.#held = { ...this.#held, comments: this.#held.comments.filter(({ id }) => id !== commentId) };
    this.#reported = this.#reported.filter(({ comment }) => comment.id !== commentId);
    this.#onChange();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#ending.abort();
    this.#isOn = false;
  }
}
