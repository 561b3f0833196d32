import { ApiError, hasCode, NetworkError } from "../http/errors.ts";
import { backOffMs, pause } from "../http/pause.ts";
import { Listeners, type Stop } from "../listeners.ts";
import type { LiveSource } from "../live/source.ts";
import { CatchUp } from "./catch-up.ts";
import { CLIENT_FIRST_COUNT } from "../wire.ts";
import type { Connection, FollowerOptions } from "./follower-options.ts";
import { Poller } from "./poller.ts";
import type { Timeline } from "./timeline.ts";
import { followLiveChanges, type LiveEnd } from "./live-changes.ts";

/** Where the rules do not let the mirror be read, they are asked again after this time. */
const REFUSED_MS = 300_000;
/**
 * How long an edit, a deletion or a page of older comments waits for the live changes before the API is asked. A post waits for nothing: it
 * is pending until the list has it.
 */
const LIVE_DELAY_MS = 1_000;
const MAX_PAGE_TRIES = 3;
const MAX_QUICK_RESTARTS = 3;

/**
 * Keeps a timeline up to date: from the mirror while it can be reached, else from the API. Either goes on where the other one was.
 * Everything ends with `close`.
 */
export class Follower {
  readonly #options: Required<FollowerOptions>;
  readonly #timeline: Timeline;
  readonly #ending = new AbortController();
  readonly #catchUp: CatchUp;
  readonly #poller: Poller;
  readonly #progress = new Listeners<void>();
  /** Aborted to end the connection that is there, or the pause before the next one. */
  #liveEnding = new AbortController();
  #isLive = false;
  /** Connections that began at once since the last progress. */
  #quickRestarts = 0;
  /** Pages of another history since the last page that was added. */
  #foreignPages = 0;

  constructor(options: FollowerOptions) {
    this.#options = { wait: pause, firstCount: CLIENT_FIRST_COUNT, ...options };
    this.#timeline = options.timeline;
    this.#catchUp = new CatchUp(options.timeline, options.api, this.#ending.signal);
    const { wait } = this.#options;
    this.#poller = new Poller({
      catchUp: () => this.#readApi(),
      onChange: () => this.#onProgress(),
      signal: this.#ending.signal,
      wait,
    });
  }

  get connection(): Connection {
    if (this.#isLive) return "live";
    return this.#poller.state;
  }

  start(): void {
    void this.#follow();
    void this.#poller.run();
  }

  /** Connects again at once: the device is back from sleep, or a better source is there. */
  reconnect(): void {
    this.#liveEnding.abort();
    this.#liveEnding = new AbortController();
    this.#poller.hurry();
  }

  close(): void {
    this.#ending.abort();
    this.#liveEnding.abort();
    this.#progress.clear();
  }

  /** Resolves when the timeline has come to a change that the API has told of, or if that cannot be had now. */
  async reach(seq: number): Promise<void> {
    if (this.#timeline.seq < seq && this.#isLive) await this.#untilProgress(() => this.#timeline.seq >= seq);
    if (this.#timeline.seq < seq) await this.#readApi().catch(() => undefined);
  }

  /** Adds a page of older comments. @throws ApiError, NetworkError; NetworkError also if none could be added */
  async loadOlder(): Promise<void> {
    const timeline = this.#timeline;
    for (let tries = 0; tries < MAX_PAGE_TRIES; tries += 1) {
      if (!timeline.isExact && this.#isLive) await this.#untilProgress(() => timeline.isExact);
      // Pages join what is current, not a copy.
      if (timeline.isCopy || !timeline.isExact) await this.#readApi();
      const lowestBefore = timeline.comments[0]?.id;
      const request = timeline.beginPage();
      if (!request) return;
      const { cursor, minSeq } = request;
      const { api, wait } = this.#options;
      const { signal } = this.#ending;
      const fetched = await api.list({ cursor, minSeq }, signal).catch((error: unknown) => {
        if (hasCode(error, "must_refetch")) return;
        timeline.endPage(request);
        throw error;
      });
      if (fetched && timeline.acceptEpoch(fetched.epoch)) {
        this.#foreignPages = 0;
        timeline.addPage(request, fetched.page);
      } else {
        timeline.endPage(request);
        // While the mirror is of the earlier history, each page may be of the other one.
        await wait(backOffMs((this.#foreignPages += 1), 30_000), signal);
        await this.#readApi();
      }
      await this.reach(timeline.neededSeq);
      this.#onProgress();
      if (!timeline.hasOlder || timeline.comments[0]?.id !== lowestBefore) return;
    }
    throw new NetworkError("No page of older comments could be added");
  }

  async #follow(): Promise<void> {
    const { signal } = this.#ending;
    let failures = 0;
    while (!signal.aborted) {
      const { wait } = this.#options;
      const end = await this.#connectOnce();
      // A new connection that begins at once is the same one for the reader.
      if (end === "again" && (this.#quickRestarts += 1) <= MAX_QUICK_RESTARTS) continue;
      // A connection that was live begins a new count.
      failures = this.#isLive ? 1 : failures + 1;
      this.#setLive(false);
      if (!this.#timeline.hasBase) this.#poller.hurry();
      await wait(end === "refused" ? REFUSED_MS : backOffMs(failures, 30_000), this.#liveEnding.signal);
    }
  }

  async #connectOnce(): Promise<LiveEnd> {
    const { videoId, sources, settings } = this.#options;
    const timeline = this.#timeline;
    let source: LiveSource | undefined;
    try {
      source = await sources.current();
      await this.#prepare(source);
    } catch (error) {
      const isRefused = error instanceof ApiError && (error.status === 401 || error.status === 403);
      return isRefused ? "refused" : "lost";
    }
    let wasLive = false;
    const live = source;
    const stopSettings = settings.listen(source);
    const end = await followLiveChanges({
      videoId,
      source: live,
      timeline,
      signal: this.#liveEnding.signal,
      onProgress: () => {
        wasLive = true;
        this.#quickRestarts = 0;
        this.#setLive(true);
        this.#onProgress();
      },
      repair: (last, isNewConnection) => this.#repair(live, last, isNewConnection),
    });
    stopSettings();
    if (end === "lost" && !wasLive) sources.failed(live);
    return end;
  }

  /** Makes sure that the numbers are of the mirror's epoch, and that there is something to go on from. */
  async #prepare(source: LiveSource): Promise<void> {
    const timeline = this.#timeline;
    const { videoId, firstCount } = this.#options;
    const { signal } = this.#ending;
    // As much as the reader sees of a copy, so that they keep their place.
    const count = Math.max(firstCount, timeline.isCopy ? timeline.comments.length : 0);
    const readNewest = () => source.readNewest(videoId, count, signal);
    const [fence, early] = await Promise.all([
      source.readFence(videoId, signal),
      timeline.hasBase ? undefined : readNewest(),
    ]);
    const { epoch, to = 0 } = fence ?? {};
    if (!timeline.acceptEpoch(epoch)) {
      // The API has told of a history to which the mirror has not come yet. Epochs only rise.
      if ((epoch ?? 0) < (timeline.epoch ?? 0)) throw new NetworkError("The mirror is of an earlier history");
      timeline.forget(epoch);
    }
    // A mirror that is behind a copy does not replace it: the numbers never go back.
    const isNeeded = () => !timeline.hasBase || (timeline.isCopy && timeline.seq <= to);
    if (!isNeeded()) return;
    const comments = early && !timeline.isCopy ? early : await readNewest();
    // The API may have been quicker.
    if (!isNeeded()) return;
    // The mirror may hold fewer than `count`, but as many as `firstCount` if there are so many (`MIN_WINDOW`).
    timeline.restart({ comments, seq: highestSeq(comments), epoch, hasOlder: comments.length >= firstCount }, false);
    this.#onProgress();
  }

  /**
   * Fills a gap. A reader who comes back, or has loaded older pages, reads from the API what they missed. Another who was there and cannot
   * keep up, because the video is too busy, gets the newest comments from the mirror: nobody else can keep up either, and all of them
   * would ask the API. The connection after that counts as one of a reader who comes back.
   */
  async #repair(source: LiveSource, last: number, isNewConnection: boolean): Promise<void> {
    const timeline = this.#timeline;
    const { videoId, firstCount } = this.#options;
    const { signal } = this.#ending;
    const readNewest = async () => {
      const { forgetCount, epoch } = timeline;
      const comments = await source.readNewest(videoId, firstCount, signal);
      if (timeline.forgetCount !== forgetCount || timeline.seq >= last) return;
      const seq = Math.max(highestSeq(comments), last);
      timeline.restart({ comments, seq, epoch, hasOlder: comments.length >= firstCount }, false);
    };
    if (isNewConnection || timeline.hasPages) await this.#catchUp.run().catch(readNewest);
    else await readNewest();
    this.#onProgress();
  }

  async #readApi(): Promise<void> {
    void this.#options.settings.poll(this.#ending.signal);
    await this.#catchUp.run();
    this.#onProgress();
  }

  /** Waits for progress, but not for long. */
  async #untilProgress(isReached: () => boolean): Promise<void> {
    const enough = new AbortController();
    const check = () => {
      if (isReached()) enough.abort();
    };
    const stop: Stop = this.#progress.add(check);
    check();
    await this.#options.wait(LIVE_DELAY_MS, enough.signal);
    stop();
  }

  #setLive(isLive: boolean): void {
    if (this.#isLive === isLive) return;
    this.#isLive = isLive;
    this.#poller.setNeeded(!isLive);
    this.#options.onChange();
  }

  #onProgress(): void {
    if (this.#ending.signal.aborted) return;
    this.#progress.notify();
    this.#options.onChange();
  }
}

function highestSeq(comments: readonly { seq: number }[]): number {
  return Math.max(0, ...comments.map(({ seq }) => seq));
}
