import type { OwnBan, VideoState } from "../../src/index.ts";
import type { Room } from "../room/room.ts";
import { OwnBanState } from "./own-ban.ts";

/** Whether the user can post, as far as is known before they try. */
export class Posting {
  readonly #room: Room;
  readonly #ban: OwnBanState;
  readonly #askedFor = new Set<string>();
  /** When the user posted last, in milliseconds since 1970. */
  #postedAt = 0;
  #userId: string | undefined;

  constructor(room: Room, onChange: () => void) {
    this.#room = room;
    this.#ban = new OwnBanState(room, onChange);
  }

  get ban(): OwnBan | null {
    return this.#ban.current;
  }

  /** From when on slow mode lets the user post, in milliseconds since 1970. */
  get canPostAt(): number {
    const seconds = this.#room.settings.current?.slow_mode_seconds ?? 0;
    return seconds === 0 || this.#room.isModerator ? 0 : this.#postedAt + seconds * 1_000;
  }

  async post(content: string): Promise<void> {
    await this.#room.video.post(content);
    this.#room.presence.stoppedTyping();
  }

  onState({ comments, pending }: VideoState): void {
    this.#ban.follow();
    const userId = this.#room.user?.id;
    if (userId !== this.#userId) this.#postedAt = 0;
    this.#userId = userId;
    for (const { key, user, answeredAt, problem, reason } of pending) {
      // Just after somebody else has signed in, they may still be the messages of the user before.
      if (answeredAt !== undefined && user.id === userId) this.#postedAt = Math.max(this.#postedAt, answeredAt);
      if (problem?.code === "banned") this.#askOnce(key, () => this.#ban.read());
      if (problem?.code === "comments_closed" || reason === "slow_mode") {
        this.#askOnce(key, () => this.#room.settings.read());
      }
    }
    const newest = comments.findLast(({ user }) => user.id === userId);
    if (newest) this.#postedAt = Math.max(this.#postedAt, Math.min(Date.now(), Date.parse(newest.created_at)));
  }

  close(): void {
    this.#ban.close();
  }

  /** A refusal tells that something is not as it is shown. */
  #askOnce(key: string, ask: () => Promise<void>): void {
    if (this.#askedFor.has(key)) return;
    this.#askedFor.add(key);
    void ask();
  }
}
