import assert from "node:assert/strict";
import { type Scheduler, constant, integer, nat, oneof, record } from "fast-check";
import type { Comment } from "../../../functions/src/contract/comment.ts";
import { Follower } from "../../../web/src/video/follow.ts";
import { LiveSettings } from "../../../web/src/video/settings.ts";
import { type NewestComments, Timeline } from "../../../web/src/video/timeline.ts";
import { MIRROR_WINDOW, ModelVideo } from "./model-video.ts";

/** Scheduled steps after which a reader has everything, once nothing fails any more. */
const STEPS_TO_SETTLE = 2_000;

/** What may happen to a video, its servers and its reader. */
export const operation = oneof(
  { weight: 4, arbitrary: record({ kind: constant("post" as const) }) },
  { weight: 2, arbitrary: record({ kind: constant("edit" as const), index: nat() }) },
  { weight: 3, arbitrary: record({ kind: constant("delete" as const), index: nat() }) },
  { weight: 1, arbitrary: record({ kind: constant("hold" as const) }) },
  { weight: 1, arbitrary: record({ kind: constant("approve" as const) }) },
  { weight: 1, arbitrary: record({ kind: constant("numbers" as const), count: integer({ min: 1, max: 90 }) }) },
  { weight: 1, arbitrary: record({ kind: constant("burst" as const), count: integer({ min: 100, max: 500 }) }) },
  { weight: 5, arbitrary: record({ kind: constant("relay" as const) }) },
  { weight: 3, arbitrary: record({ kind: constant("older" as const) }) },
  { weight: 1, arbitrary: record({ kind: constant("cut" as const) }) },
  { weight: 1, arbitrary: record({ kind: constant("reconnect" as const) }) },
  { weight: 2, arbitrary: record({ kind: constant("reload" as const) }) },
  { weight: 1, arbitrary: record({ kind: constant("toggleApi" as const) }) },
  { weight: 1, arbitrary: record({ kind: constant("toggleMirror" as const) }) },
  { weight: 3, arbitrary: record({ kind: constant("mend" as const) }) },
  { weight: 20, arbitrary: record({ kind: constant("step" as const), count: integer({ min: 1, max: 40 }) }) },
);

type Operation = typeof operation extends { generate: (...args: never[]) => { value: infer T } } ? T : never;

/** A reader of a model. Every state that the reader sees is checked. */
export class Reader {
  readonly video: ModelVideo;
  timeline = new Timeline();
  follower: Follower;
  /** How long it wanted to wait each time, in milliseconds. */
  readonly pauses: number[] = [];
  readonly #scheduler: Scheduler;
  /** The change that the last state was of. */
  #shownSeq = 0;
  #shownEpoch: number | undefined;
  #loading = 0;

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
    this.video = new ModelVideo(scheduler);
    this.follower = this.#follow();
  }

  /** What the browser keeps of what is shown, if it can be kept. */
  get copy(): NewestComments | undefined {
    const { comments, seq, epoch, hasOlder, isExact, hasBase } = this.timeline;
    return hasBase && isExact ? { comments, seq, epoch, hasOlder } : undefined;
  }

  /** The page is loaded again. */
  reload(copy = this.copy): void {
    this.follower.close();
    this.timeline = new Timeline();
    if (copy) this.timeline.restore(copy);
    this.#shownSeq = copy?.seq ?? 0;
    this.follower = this.#follow();
  }

  #follow(): Follower {
    const { timeline, video } = this;
    const scheduler = this.#scheduler;
    const follower = new Follower({
      videoId: "v",
      timeline,
      api: video.api,
      sources: { current: () => Promise.resolve(video.source), failed: () => {} },
      settings: new LiveSettings("v", video.api, () => {}),
      onChange: () => timeline === this.timeline && this.check(),
      firstCount: MIRROR_WINDOW,
      wait: async (ms, signal) => {
        this.pauses.push(ms);
        await Promise.race([
          scheduler.schedule(Promise.resolve(), "pause"),
          new Promise<void>((resolve) => {
            if (signal?.aborted) resolve();
            signal?.addEventListener("abort", () => resolve());
          }),
        ]);
      },
    });
    follower.start();
    return follower;
  }

  /**
   * What is shown is what the server had at one change, from some place on; and it is never older than what was shown before. Names may
   * be older: no change tells of them.
   */
  check(): void {
    const { timeline, video } = this;
    if (!timeline.hasBase) return;
    const { comments, seq, epoch, hasOlder, isExact } = timeline;
    if (epoch !== this.#shownEpoch) this.#shownSeq = 0;
    this.#shownEpoch = epoch;
    // What replaces a copy would drop them.
    assert.ok(!timeline.isCopy || !timeline.hasPages, "older comments joined a copy");
    const first = comments[0]?.id ?? "";
    const isAt = (change: number) => {
      const there = video.at(change, epoch).filter(({ id }) => !hasOlder || id >= first);
      return there.length === comments.length && there.every((comment, n) => isSame(comment, comments[n]));
    };
    if (isExact) {
      const there = video.at(seq, epoch).filter(({ id }) => !hasOlder || id >= first);
      assert.deepEqual(comments.map(withoutName), there.map(withoutName));
      assert.ok(seq >= this.#shownSeq, `change ${seq} is shown after ${this.#shownSeq}`);
      this.#shownSeq = seq;
    } else {
      let change = Math.max(seq, this.#shownSeq);
      while (change <= video.seq && !isAt(change)) change += 1;
      assert.ok(change <= video.seq, `what is shown from change ${seq} on was never so`);
      this.#shownSeq = change;
    }
  }

  async run(operation: Operation): Promise<void> {
    const { video } = this;
    switch (operation.kind) {
      case "post":
        return video.post();
      case "burst":
        return video.post(operation.count);
      case "edit":
        return video.edit(operation.index);
      case "delete":
        return video.delete(operation.index);
      case "hold":
        return video.hold();
      case "approve":
        return video.approve();
      case "numbers":
        return video.takeNumbers(operation.count);
      case "relay":
        return video.relay();
      case "older":
        return this.loadOlder();
      case "cut":
        return video.cut();
      case "reconnect":
        return this.follower.reconnect();
      case "reload":
        return this.reload();
      case "toggleApi":
        video.isApiUp = !video.isApiUp;
        return undefined;
      case "toggleMirror":
        video.isMirrorUp = !video.isMirrorUp;
        return video.cut();
      case "mend":
        video.isApiUp = true;
        video.isMirrorUp = true;
        return undefined;
      case "step":
        return this.step(operation.count);
    }
  }

  loadOlder(): void {
    this.#loading += 1;
    void this.follower
      .loadOlder()
      .catch(() => {})
      .finally(() => {
        this.#loading -= 1;
      });
  }

  async step(count: number): Promise<void> {
    for (let done = 0; done < count; done += 1) {
      if (this.#scheduler.count() > 0) await this.#scheduler.waitOne();
      // What the step resolved goes on, up to its next wait.
      for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
      this.check();
    }
  }

  /** Steps until it is live, and nothing of the time before is on its way. */
  async becomeLive(): Promise<void> {
    await this.settle();
    for (let steps = 0; steps < STEPS_TO_SETTLE && this.follower.connection !== "live"; steps += 1) await this.step(1);
    await this.step(50);
    assert.equal(this.follower.connection, "live");
  }

  /** Ends all faults and changes, and waits until the reader has everything. */
  async settle(): Promise<void> {
    const { video } = this;
    video.isApiUp = true;
    video.isMirrorUp = true;
    video.relay();
    const isSettled = () => this.timeline.isExact && this.timeline.seq === video.seq && this.#loading === 0;
    for (let steps = 0; steps < STEPS_TO_SETTLE && !isSettled(); steps += 1) await this.step(1);
    assert.equal(this.timeline.seq, video.seq);
    this.check();
  }
}

function withoutName({ user, ...comment }: Comment): object {
  return { ...comment, userId: user.id };
}

function isSame(a: Comment, b: Comment | undefined): boolean {
  return a.id === b?.id && a.version === b.version && a.seq === b.seq;
}
