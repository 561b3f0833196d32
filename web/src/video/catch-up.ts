import { hasCode } from "../http/errors.ts";
import type { Change } from "../wire.ts";
import type { VideoApi } from "./video-api.ts";
import type { Timeline } from "./timeline.ts";

/** A reader who missed more changes than these pages hold gets the newest comments instead. */
const MAX_PAGES = 10;
/** How many lists are read at most, where something newer arrived meanwhile or the history is another. */
const MAX_LISTS = 3;

/** Brings a timeline to the server's state over HTTP, one run at a time. */
export class CatchUp {
  readonly #timeline: Timeline;
  readonly #api: VideoApi;
  readonly #signal: AbortSignal;
  #running: Promise<void> | undefined;

  constructor(timeline: Timeline, api: VideoApi, signal: AbortSignal) {
    this.#timeline = timeline;
    this.#api = api;
    this.#signal = signal;
  }

  /** @throws ApiError, NetworkError; the timeline is then as it was, or empty if its history has ended */
  async run(): Promise<void> {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #run(): Promise<void> {
    if (!this.#timeline.hasBase || this.#timeline.isCopy) return this.#restart();
    try {
      if (await this.#readChanges()) return;
    } catch (error) {
      if (!hasCode(error, "must_refetch")) throw error;
    }
    await this.#restart();
  }

  /**
   * Applies all changes at once. Half of them would show a state that never was: a comment that changed twice comes once, at the later
   * place. Returns false if they are too many, or of another history.
   */
  async #readChanges(): Promise<boolean> {
    const timeline = this.#timeline;
    const { forgetCount } = timeline;
    const changes: Change[] = [];
    let after = timeline.seq;
    for (let pages = 0; pages < MAX_PAGES; pages += 1) {
      const { page, epoch } = await this.#api.changes(after, this.#signal);
      if (timeline.forgetCount !== forgetCount) return true;
      if (!timeline.acceptEpoch(epoch)) {
        timeline.forget(epoch);
        return false;
      }
      changes.push(...page.changes);
      after = page.seq;
      if (page.up_to_date) {
        timeline.advance(changes, after);
        return true;
      }
    }
    return false;
  }

  /** Replaces what is shown with the newest comments. */
  async #restart(): Promise<void> {
    const timeline = this.#timeline;
    for (let lists = 0; lists < MAX_LISTS; lists += 1) {
      const { forgetCount, seq: minSeq } = timeline;
      const fetched = await this.#api.list({ minSeq }, this.#signal).catch((error: unknown) => {
        // The server's numbers are lower than ours: its database was restored.
        if (!hasCode(error, "must_refetch")) throw error;
      });
      if (timeline.forgetCount !== forgetCount) return;
      if (!fetched || !timeline.acceptEpoch(fetched.epoch)) {
        timeline.forget(fetched?.epoch);
        continue;
      }
      const { page, epoch } = fetched;
      if (page.seq < timeline.seq) continue;
      timeline.restart({ comments: page.comments, seq: page.seq, epoch, hasOlder: page.next_cursor !== null }, true);
      return;
    }
  }
}
