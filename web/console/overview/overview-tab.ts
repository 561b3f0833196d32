import type { Overview, QuarantinedComment } from "../../src/index.ts";
import type { Console } from "../console.ts";
import { sentenceOf } from "../sentences.ts";
import { type Sample, remember } from "./history.ts";
import { Repair } from "./repair.ts";

const REFRESH_MS = 10_000;

/** The overview, read again every 10 s while it is shown and the browser's tab is visible. */
export class OverviewTab {
  readonly store: Console;
  readonly repair: Repair;
  data: Overview | undefined;
  quarantined: readonly QuarantinedComment[] = [];
  /** What was shown since the page was opened, for the small charts. */
  samples: readonly Sample[] = [];
  /** Why the last reading failed. What was read before stays. */
  problem = "";
  #timer: ReturnType<typeof setInterval> | undefined;
  /** How many readings began. */
  #begun = 0;
  /** The number of the latest one that ended. */
  #ended = 0;

  constructor(store: Console) {
    this.store = store;
    this.repair = new Repair(store, () => this.load());
    document.addEventListener("visibilitychange", () => {
      if (this.#timer !== undefined && document.visibilityState === "visible") void this.load();
    });
  }

  setShown(isShown: boolean): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    if (!isShown) return;
    void this.load();
    this.#timer = setInterval(() => {
      if (document.visibilityState === "visible") void this.load();
    }, REFRESH_MS);
  }

  async load(): Promise<void> {
    const { api } = this.store.client;
    const number = (this.#begun += 1);
    try {
      const [data, { quarantined }] = await Promise.all([api.getOverview(), api.listQuarantinedComments()]);
      // A later one has overtaken it.
      if (number < this.#ended) return;
      this.#ended = number;
      this.data = data;
      this.quarantined = quarantined;
      this.samples = remember(this.samples, data);
      this.problem = "";
    } catch (error) {
      if (number < this.#ended) return;
      this.#ended = number;
      this.problem = sentenceOf(error);
    }
    this.store.draw();
  }
}
