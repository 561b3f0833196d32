import { pause } from "../http/pause.ts";
import { type Locks, runLocked } from "../locks.ts";
import { randomId } from "../session/random-id.ts";

/** A text that all tabs share. */
export interface SharedText {
  text: (name: string) => string;
  setText: (name: string, text: string) => void;
}

export interface TabLockOptions {
  name: string;
  /** `navigator.locks`; undefined on plain http. */
  locks: Locks | undefined;
  shared: SharedText;
  signal: AbortSignal;
}

/** Then the work is done without the lock: two tabs at once do no harm, since keys make it safe. */
const MAX_WAIT_MS = 60_000;
/** Longer than one request takes. A message may need several; keys make it safe if the lease ends. */
const LEASE_MS = 30_000;
const LEASE_PAUSE_MS = 250;

/** Runs work in one tab of the browser at a time, with Web Locks or, without them, a lease in the shared storage. */
export class TabLock {
  readonly #options: TabLockOptions;
  readonly #tab = randomId();

  constructor(options: TabLockOptions) {
    this.#options = options;
  }

  async run(work: () => Promise<void>): Promise<void> {
    const { name, locks, signal } = this.#options;
    if (!locks) return this.#runWithLease(work);
    const workUnlessOver = async () => {
      if (!signal.aborted) await work();
    };
    await runLocked({ name, locks, maxWaitMs: MAX_WAIT_MS, signal }, workUnlessOver);
  }

  /** Extends the lease of work that goes on. */
  renew(): void {
    const { name, locks, shared } = this.#options;
    if (!locks) shared.setText(name, `${this.#tab} ${Date.now() + LEASE_MS}`);
  }

  async #runWithLease(work: () => Promise<void>): Promise<void> {
    const { name, shared, signal } = this.#options;
    const holder = () => shared.text(name).split(" ");
    while (!signal.aborted) {
      const [tab = "", until = "0"] = holder();
      if (tab === this.#tab || Number(until) < Date.now()) {
        this.renew();
        await pause(LEASE_PAUSE_MS / 2, signal);
        // Of two tabs that wrote at once, the later one has it.
        if (holder()[0] === this.#tab) break;
      }
      await pause(LEASE_PAUSE_MS, signal);
    }
    if (signal.aborted) return;
    try {
      await work();
    } finally {
      if (holder()[0] === this.#tab) shared.setText(name, "");
    }
  }
}
