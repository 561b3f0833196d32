/** Relative times move this often. */
const EVERY_MS = 15_000;
/** So many are looked at in one go: a page with thousands of comments must not stop for them. */
const SLICE = 50;

/** Moves the relative times that a shadow root shows, a few at once. */
export class Clock {
  readonly #root: ShadowRoot;
  readonly #textOf: (time: string) => string;
  readonly #timer: ReturnType<typeof setInterval>;
  #isMoving = false;
  #isClosed = false;

  /** @param textOf the relative time for a `datetime` */
  constructor(root: ShadowRoot, textOf: (time: string) => string) {
    this.#root = root;
    this.#textOf = textOf;
    this.#timer = setInterval(() => void this.#move(), EVERY_MS);
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#timer);
  }

  /** The last in the page first: with `live` they are the newest, which are in sight and move most often. */
  async #move(): Promise<void> {
    if (this.#isMoving || document.visibilityState === "hidden") return;
    this.#isMoving = true;
    const elements = [...this.#root.querySelectorAll<HTMLTimeElement>("time[datetime]")].toReversed();
    for (let start = 0; start < elements.length && !this.#isClosed; start += SLICE) {
      for (const element of elements.slice(start, start + SLICE)) this.#show(element);
      await new Promise((resolve) => setTimeout(resolve));
    }
    this.#isMoving = false;
  }

  #show(element: HTMLTimeElement): void {
    const text = this.#textOf(element.dateTime);
    if (element.textContent !== text) element.textContent = text;
  }
}
