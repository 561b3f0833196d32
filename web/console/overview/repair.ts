import { ApiError, type LiveComments } from "../../src/index.ts";
import { inNumbers, plural } from "../format.ts";
import type { Console } from "../console.ts";

const WAIT_MS = 1_000;
/** A rebuild takes a second, or a minute if its task is lost. */
const MOST_WAITS = 90;
/** The API counts no further. */
const MOST_COUNTED = 100_000;

/** Rebuilds and comparisons, with their progress. One at a time. */
export class Repair {
  readonly #store: Console;
  readonly #reload: () => Promise<void>;
  /** What goes on, in words; empty while nothing does. */
  progress = "";
  #stopping = new AbortController();

  /** @param reload reads the overview again, after something was done */
  constructor(store: Console, reload: () => Promise<void>) {
    this.#store = store;
    this.#reload = reload;
  }

  get isRunning(): boolean {
    return this.progress !== "";
  }

  stop(): void {
    this.#stopping.abort();
  }

  async retry(videoId?: string): Promise<void> {
    await this.#run("Trying again …", async ({ api }) => {
      const { video_ids } = await api.retryQuarantined(videoId === undefined ? {} : { video_id: videoId });
      return `Quarantined comments of ${plural(video_ids.length, "video")} are tried again.`;
    });
  }

  async compareVideo(id: string): Promise<void> {
    await this.#run(`Comparing ${id} …`, async ({ api }) => {
      const { outcome, missing, extra, stale } = await api.reconcileVideo({ video_id: id, repair: true });
      if (outcome === "equal") return `${id}: equal.`;
      if (outcome === "ahead") return `${id}: the mirror is ahead of MySQL. See the runbook for a restored MySQL.`;
      if (outcome === "busy") return `${id}: too busy to compare. Try again in a moment.`;
      return `${id}: ${missing} missing, ${extra} extra, ${stale} stale; repaired.`;
    });
  }

  /** Asks for the rebuild, and follows it until the mirror has it. */
  async rebuild(id: string): Promise<void> {
    await this.#run(`Rebuilding ${id} …`, async ({ api }, signal) => {
      await api.rebuildVideo({ video_id: id });
      for (let waits = 0; waits < MOST_WAITS && !signal.aborted; waits += 1) {
        const { is_behind, is_rebuilding, applied_seq, seq } = await api.getVideoSync({ video_id: id });
        if (!is_rebuilding && !is_behind) return `${id} is rebuilt, at change ${seq}.`;
        this.#tell(`Rebuilding ${id}: change ${applied_seq} of ${seq} …`);
        await pause(WAIT_MS, signal);
      }
      return `The rebuild of ${id} goes on by itself.`;
    });
  }

  /** Compares page by page, until the end or until it is stopped. */
  async compareAll(subject: "videos" | "users"): Promise<void> {
    await this.#run(`Comparing ${subject} …`, async ({ api }, signal) => {
      let compared = 0;
      let total = 0;
      let drifted = 0;
      let ahead = 0;
      let failed = 0;
      let cursor: string | null | undefined;
      do {
        const request = { subject, repair: true, ...(cursor ? { cursor } : {}) };
        const page = await unlessStopped(signal, () =>
          patiently(() => api.reconcileMirrors(request, { signal }), signal),
        );
        if (!page) break;
        compared += page.compared;
        drifted += page.drifted.length;
        // A comparison repairs no video whose mirror is ahead, but a user's.
        if (subject === "videos") ahead += page.drifted.filter(({ outcome }) => outcome === "ahead").length;
        failed += page.failed;
        total = page.total ?? total;
        cursor = page.next_cursor;
        this.#tell(`Compared ${share(compared, total)} ${subject}, ${drifted} differed …`);
      } while (cursor !== null && !signal.aborted);
      const end = signal.aborted ? "Stopped" : "Done";
      const left = ahead === 0 ? "" : ` ${ahead} are ahead of MySQL: see the runbook for a restored MySQL.`;
      const repaired = `${drifted - ahead} differed and were repaired`;
      return `${end}: ${share(compared, total)} ${subject} compared, ${repaired}, ${failed} failed.${left}`;
    });
  }

  async #run(progress: string, work: (client: LiveComments, signal: AbortSignal) => Promise<string>): Promise<void> {
    if (this.isRunning) return;
    this.#stopping = new AbortController();
    this.progress = progress;
    await this.#store.run(async () => {
      try {
        return await work(this.#store.client, this.#stopping.signal);
      } finally {
        this.progress = "";
      }
    });
    await this.#reload();
  }

  #tell(progress: string): void {
    this.progress = progress;
    this.#store.draw();
  }
}

/** @param total as the API counted it before; some may have been added since */
function share(compared: number, total: number): string {
  if (total >= MOST_COUNTED) return `${inNumbers(compared)} of more than ${inNumbers(MOST_COUNTED)}`;
  return `${inNumbers(compared)} of ${inNumbers(Math.max(total, compared))}`;
}

/** Undefined once it is stopped: the request under way is broken off, and fails. */
async function unlessStopped<T>(signal: AbortSignal, request: () => Promise<T>): Promise<T | undefined> {
  try {
    return await request();
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

/** A limit lets 30 pages a minute through; a longer comparison waits. */
async function patiently<T>(request: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await request();
    } catch (error) {
      const seconds = error instanceof ApiError && error.code === "rate_limited" ? error.retryAfter : undefined;
      if (seconds === undefined || signal.aborted) throw error;
      await pause(seconds * 1_000, signal);
    }
  }
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
