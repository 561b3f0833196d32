import { ApiError } from "../http/errors.ts";
import { backOffMs, type pause } from "../http/pause.ts";

export interface PollerOptions {
  catchUp: () => Promise<void>;
  onChange: () => void;
  signal: AbortSignal;
  wait: typeof pause;
}

/** After losing the mirror, or without getting it, the API is asked after this time. */
const FALLBACK_MS = 4_000;
/** With 1,200 reads a minute for each source, and the settings once a minute, 140 readers behind one address can poll. */
const INTERVAL_MS = 8_000;

/** Asks the API again and again while it is needed. */
export class Poller {
  readonly #options: PollerOptions;
  #isNeeded = true;
  #state: "connecting" | "polling" | "offline" = "connecting";
  #wake = new AbortController();

  constructor(options: PollerOptions) {
    this.#options = options;
    options.signal.addEventListener("abort", () => this.hurry());
  }

  get state(): "connecting" | "polling" | "offline" {
    return this.#state;
  }

  setNeeded(isNeeded: boolean): void {
    this.#isNeeded = isNeeded;
    if (isNeeded) this.#state = "connecting";
    this.hurry();
  }

  /** Ends the pause that runs. */
  hurry(): void {
    this.#wake.abort();
    this.#wake = new AbortController();
  }

  async run(): Promise<void> {
    const { signal, wait } = this.#options;
    let pauseMs = FALLBACK_MS;
    let failures = 0;
    while (!signal.aborted) {
      if (!this.#isNeeded) {
        await whenAborted(this.#wake.signal);
        pauseMs = FALLBACK_MS;
        failures = 0;
        continue;
      }
      const { signal: woken } = this.#wake;
      await wait(pauseMs, woken);
      if (!this.#isNeeded || signal.aborted) continue;
      try {
        await this.#options.catchUp();
        failures = 0;
        pauseMs = INTERVAL_MS * (0.75 + Math.random() / 2);
        this.#tell("polling");
      } catch (error) {
        failures += 1;
        pauseMs = Math.max(backOffMs(failures), retryAfterMs(error));
        this.#tell("offline");
      }
    }
  }

  #tell(state: "polling" | "offline"): void {
    if (this.#state === state || this.#options.signal.aborted) return;
    this.#state = state;
    this.#options.onChange();
  }
}

async function whenAborted(signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve());
  });
}

function retryAfterMs(error: unknown): number {
  return error instanceof ApiError ? (error.retryAfter ?? 0) * 1_000 : 0;
}
