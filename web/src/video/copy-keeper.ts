import { pause } from "../http/pause.ts";
import type { Copies } from "../storage/copies.ts";
import type { Timeline } from "./timeline.ts";

const SAVE_MS = 5_000;
/** A database that does not open holds up nothing. */
const PATIENCE_MS = 500;

/** Keeps a copy of what a timeline shows, and begins with the last one, so that a page has content while it is offline. */
export class CopyKeeper {
  readonly #videoId: string;
  readonly #timeline: Timeline;
  readonly #load: () => Promise<Copies>;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(videoId: string, timeline: Timeline, load: () => Promise<Copies>) {
    this.#videoId = videoId;
    this.#timeline = timeline;
    this.#load = load;
  }

  /** Shows the last copy, unless something is shown already. */
  async restore(): Promise<void> {
    const read = async () => (await this.#load()).read(this.#videoId);
    const copy = await Promise.race([read().catch(() => undefined), pause(PATIENCE_MS)]);
    if (copy && !this.#timeline.hasBase) this.#timeline.restart(copy, true);
  }

  /** Saves soon. */
  keep(): void {
    this.#timer ??= setTimeout(() => this.#save(), SAVE_MS);
  }

  close(): void {
    if (this.#timer !== undefined) this.#save();
  }

  #save(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { comments, seq, epoch, hasOlder, isExact, hasBase } = this.#timeline;
    if (!hasBase || !isExact) return;
    const copy = { videoId: this.#videoId, comments: [...comments], seq, epoch, hasOlder, savedAt: Date.now() };
    void this.#load()
      .then((copies) => copies.save(copy))
      .catch(() => undefined);
  }
}
