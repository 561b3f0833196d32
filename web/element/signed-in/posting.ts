import type { VideoState } from "../../src/index.ts";
import type { Room } from "../room/room.ts";
import { findBan, type KnownBan, rememberBan } from "./ban.ts";

/** Whether the user can post, as far as is known before they try. */
export class Posting {
  readonly #room: Room;
  readonly #readFor = new Set<string>();
  /** When the user posted last, in milliseconds since 1970. */
  #postedAt = 0;

  constructor(room: Room) {
    this.#room = room;
  }

  get ban(): KnownBan | undefined {
    const { user, video } = this.#room;
    return user && findBan(user.id, video.id);
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
    const userId = this.#room.user?.id;
    for (const item of pending) {
      rememberBan(item);
      if (item.answeredAt !== undefined) this.#postedAt = Math.max(this.#postedAt, item.answeredAt);
      const refusal = item.problem?.code;
      if (refusal === "comments_closed" || item.reason === "slow_mode") void this.#readSettingsOnce(item.key);
    }
    const newest = comments.findLast(({ user }) => user.id === userId);
    if (newest) this.#postedAt = Math.max(this.#postedAt, Math.min(Date.now(), Date.parse(newest.created_at)));
  }

  /** A refusal tells that the settings are not what is shown. */
  async #readSettingsOnce(key: string): Promise<void> {
    if (this.#readFor.has(key)) return;
    this.#readFor.add(key);
    await this.#room.settings.read();
  }
}
