import { pause } from "../http/pause.ts";
import type { Copies } from "../storage/copies.ts";
import type { Timeline } from "./timeline.ts";

const SAVE_MS = 5_000;
/** A database that is slow to open holds up nothing. */
const MAX_WAIT_MS = 500;

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

  /**
   * Shows the last copy, unless something is shown already. Resolves after half a second at the latest.
   * @param onLate called when a copy that came after that is shown
   */
  async restore(onLate: () => void): Promise<void> {
    let isLate = false;
    const show = async () => {
      const timeline = this.#timeline;
      const copy = await (await this.#load()).read(this.#videoId);
      // A copy of a history that has ended meanwhile is of no use.
      if (!copy || timeline.hasBase || timeline.forgetCount > 0 || !timeline.acceptEpoch(copy.epoch)) return;
      timeline.restore(copy);
      if (isLate) onLate();
    };
    await Promise.race([show().catch(() => undefined), pause(MAX_WAIT_MS)]);
    isLate = true;
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
