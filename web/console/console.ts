import type { LiveComments } from "../src/index.ts";
import type { Confirmation } from "./parts/confirm.ts";
import type { Place } from "./router.ts";

/** What the tabs need of the console. */
export interface Console {
  readonly client: LiveComments;
  readonly place: Place;
  readonly confirmation: Confirmation;
  /** Draws the page again. */
  draw(): void;
  /** Runs what somebody asked for. What it returns becomes the notice, and an error a sentence on the page. */
  run(work: () => Promise<string | void>): Promise<void>;
  /** Shows another place, with an address of its own. */
  go(place: Place): void;
}
