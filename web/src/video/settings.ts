import type { Stop } from "../listeners.ts";
import type { LiveSource } from "../live/source.ts";
import type { VideoSettings } from "../wire.ts";
import type { VideoApi } from "./video-api.ts";

/** While nobody tells them, the API is asked for the settings at most this often, and once after each connection. */
const POLL_MS = 60_000;

/** A video's settings: listened to with its changes, or asked for while those are polled. */
export class LiveSettings {
  readonly #videoId: string;
  readonly #api: VideoApi;
  readonly #onChange: () => void;
  #current: VideoSettings | undefined;
  #isListening = false;
  #askAgainAt = 0;

  constructor(videoId: string, api: VideoApi, onChange: () => void) {
    this.#videoId = videoId;
    this.#api = api;
    this.#onChange = onChange;
  }

  /** Undefined until they are known. The same object until one changes. */
  get current(): VideoSettings | undefined {
    return this.#current;
  }

  /** Listens to them at this source until it is stopped. */
  listen(source: LiveSource): Stop {
    const stop = source.listenToSettings(this.#videoId, (settings) => {
      this.#isListening = true;
      this.#set(settings);
    });
    return () => {
      stop();
      this.#isListening = false;
      this.#askAgainAt = 0;
    };
  }

  /** Asks the API, unless they are listened to, or were asked for a moment ago. A failure leaves them as they are. */
  async poll(signal: AbortSignal): Promise<void> {
    if (this.#isListening || Date.now() < this.#askAgainAt) return;
    this.#askAgainAt = Date.now() + POLL_MS;
    const settings = await this.#api.settings(signal).catch(() => undefined);
    if (settings && !this.#isListening && !signal.aborted) this.#set(settings);
  }

  #set({ comments_open, slow_mode_seconds, hold_for_review }: VideoSettings): void {
    const settings: VideoSettings = { comments_open, slow_mode_seconds, hold_for_review };
    if (JSON.stringify(settings) === JSON.stringify(this.#current)) return;
    this.#current = settings;
    this.#onChange();
  }
}
