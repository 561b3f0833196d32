import type { LiveComments, VideoSettings } from "../../src/index.ts";

/** Somebody may have changed them; nothing tells the element. */
const POLL_MS = 20_000;

/** A video's public settings, read again while the page is visible. */
export class SettingsWatch {
  readonly #client: LiveComments;
  readonly #videoId: string;
  readonly #onChange: () => void;
  readonly #ending = new AbortController();
  readonly #timer: ReturnType<typeof setInterval>;
  #current: VideoSettings | undefined;
  #changes = 0;

  constructor(client: LiveComments, videoId: string, onChange: () => void) {
    this.#client = client;
    this.#videoId = videoId;
    this.#onChange = onChange;
    const readIfVisible = () => {
      if (document.visibilityState === "visible") void this.read();
    };
    const { signal } = this.#ending;
    this.#timer = setInterval(readIfVisible, POLL_MS);
    document.addEventListener("visibilitychange", readIfVisible, { signal });
    addEventListener("online", readIfVisible, { signal });
    void this.read();
  }

  /** Undefined until they are known. */
  get current(): VideoSettings | undefined {
    return this.#current;
  }

  async read(): Promise<void> {
    const changes = this.#changes;
    const { signal } = this.#ending;
    const response = await this.#client.api.getVideo({ video_id: this.#videoId }, { signal }).catch(() => undefined);
    // A response from before this page's own change would undo it for a moment.
    if (response && changes === this.#changes) this.#show(response.video);
  }

  /** Shows the change at once, and takes it back if it fails. @throws ApiError, NetworkError */
  async change(changed: Partial<VideoSettings>): Promise<void> {
    const before = this.#current;
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
    clearInterval(this.#timer);
    this.#ending.abort();
  }

  #show({ comments_open, slow_mode_seconds, hold_for_review }: VideoSettings): void {
    if (this.#ending.signal.aborted) return;
    this.#current = { comments_open, slow_mode_seconds, hold_for_review };
    this.#onChange();
  }
}
