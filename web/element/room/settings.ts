import type { LiveComments, VideoSettings } from "../../src/index.ts";

/** A video's settings: as the client has them live, or newer ones that the API told this element. */
export class RoomSettings {
  readonly #client: LiveComments;
  readonly #videoId: string;
  readonly #onChange: () => void;
  readonly #ending = new AbortController();
  #live: VideoSettings | undefined;
  /** What the API told since `#live` came. */
  #told: VideoSettings | undefined;
  #changes = 0;

  constructor(client: LiveComments, videoId: string, onChange: () => void) {
    this.#client = client;
    this.#videoId = videoId;
    this.#onChange = onChange;
  }

  /** Undefined until they are known. */
  get current(): VideoSettings | undefined {
    return this.#told ?? this.#live;
  }

  /** @param live what the client has: the same object until one of them changes */
  note(live: VideoSettings | undefined): void {
    if (live === this.#live) return;
    this.#live = live;
    this.#told = undefined;
  }

  /** Asks the API: a refusal tells that what is shown is out of date. */
  async read(): Promise<void> {
    const changes = this.#changes;
    const { signal } = this.#ending;
    const response = await this.#client.api.getVideo({ video_id: this.#videoId }, { signal }).catch(() => undefined);
    // A response from before this page's own change would undo it for a moment.
    if (response && changes === this.#changes) this.#show(response.video);
  }

  /** Shows the change at once, and takes it back if it fails. @throws ApiError, NetworkError */
  async change(changed: Partial<VideoSettings>): Promise<void> {
    const before = this.current;
    this.#changes += 1;
    if (before) this.#show({ ...before, ...changed });
    try {
      this.#show((await this.#client.api.changeVideo({ video_id: this.#videoId, ...changed })).video);
    } catch (error) {
      if (before) this.#show(before);
      throw error;
    }
  }

  close(): void {
    this.#ending.abort();
  }

  #show({ comments_open, slow_mode_seconds, hold_for_review }: VideoSettings): void {
    if (this.#ending.signal.aborted) return;
    this.#told = { comments_open, slow_mode_seconds, hold_for_review };
    this.#onChange();
  }
}
