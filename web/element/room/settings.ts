import type { VideoSettings } from "../../../functions/src/contract/moderation.ts";

/** What is used of the client. */
interface Client {
  api: {
    getVideo: (of: { video_id: string }, options: { signal: AbortSignal }) => Promise<{ video: VideoSettings }>;
    changeVideo: (change: { video_id: string } & Partial<VideoSettings>) => Promise<{ video: VideoSettings }>;
  };
}

/** A video's settings: as the client has them live, or newer ones that the API told this element. */
export class RoomSettings {
  readonly #client: Client;
  readonly #videoId: string;
  readonly #onChange: () => void;
  readonly #ending = new AbortController();
  #live: VideoSettings | undefined;
  /** What the API told since `#live` came. */
  #told: VideoSettings | undefined;
  /** Goes up with everything that is newer than what the API was asked before. */
  #news = 0;

  constructor(client: Client, videoId: string, onChange: () => void) {
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
    this.#news += 1;
  }

  /** Asks the API: a refusal tells that what is shown is out of date. */
  async read(): Promise<void> {
    const news = this.#news;
    const { signal } = this.#ending;
    const response = await this.#client.api.getVideo({ video_id: this.#videoId }, { signal }).catch(() => undefined);
    // A response from before this page's own change, or before another moderator's, would undo it.
    if (response && news === this.#news) this.#show(response.video);
  }

  /**
   * Shows the change at once, and takes it back if it fails.
   * @returns what takes it back later: the changed settings as they were, and no others
   * @throws ApiError, NetworkError
   */
  async change(changed: Partial<VideoSettings>): Promise<Partial<VideoSettings>> {
    const before = this.current;
    const told = this.#told;
    const news = (this.#news += 1);
    if (before) this.#show({ ...before, ...changed });
    try {
      const { video } = await this.#client.api.changeVideo({ video_id: this.#videoId, ...changed });
      if (news === this.#news) this.#show(video);
      // Something newer came meanwhile, or something older: the API knows.
      else void this.read();
    } catch (error) {
      if (news === this.#news) {
        this.#told = told;
        this.#onChange();
      }
      throw error;
    }
    const names = Object.keys(changed);
    return Object.fromEntries(Object.entries(before ?? {}).filter(([name]) => names.includes(name)));
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
