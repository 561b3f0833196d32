import type { OwnBan } from "../../src/index.ts";
import type { Room } from "../room/room.ts";

/** A ban may be lifted: while one is known, the API is asked again after this. */
const ASK_AGAIN_MS = 60_000;

/** Whether the signed-in user is banned from the video, as the API says. */
export class OwnBanState {
  readonly #room: Room;
  readonly #onChange: () => void;
  readonly #ending = new AbortController();
  readonly #timer: ReturnType<typeof setInterval>;
  #userId: string | undefined;
  #ban: OwnBan | null = null;
  /** Goes up with each read. An answer to an earlier one is dropped. */
  #reads = 0;

  constructor(room: Room, onChange: () => void) {
    this.#room = room;
    this.#onChange = onChange;
    this.#timer = setInterval(() => {
      if (this.#ban && document.visibilityState === "visible") void this.read();
    }, ASK_AGAIN_MS);
  }

  /** The ban that is in force; null if none is known. */
  get current(): OwnBan | null {
    const endsAt = this.#ban?.ends_at ?? null;
    return endsAt !== null && Date.parse(endsAt) <= Date.now() ? null : this.#ban;
  }

  /** Asks for the user who is signed in now, if that is another than before. */
  follow(): void {
    const userId = this.#room.user?.id;
    if (userId === this.#userId) return;
    this.#userId = userId;
    this.#ban = null;
    if (userId !== undefined) void this.read();
  }

  /** A failure leaves what is known. */
  async read(): Promise<void> {
    const { client, video, user } = this.#room;
    if (!user) return;
    const options = { as: user.id, signal: this.#ending.signal };
    const read = (this.#reads += 1);
    const response = await client.api.getOwnBan({ video_id: video.id }, options).catch(() => undefined);
    if (!response || this.#userId !== user.id || read !== this.#reads) return;
    this.#ban = response.ban;
    this.#onChange();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#ending.abort();
  }
}
