import type { View } from "../view.ts";

/** Assistive technology hears of new comments at most this often. */
const EVERY_MS = 3_000;

/** Counts others' new comments, and says their number now and then. */
export class Announcer {
  readonly #view: View;
  #newestId: string | undefined;
  #count = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #text = "";

  constructor(view: View) {
    this.#view = view;
  }

  get text(): string {
    return this.#text;
  }

  /** After each change of the comments. */
  look(): void {
    const { room } = this.#view;
    if (!room.state.isLoaded) return;
    const before = this.#newestId;
    this.#newestId = room.comments.at(-1)?.id ?? before ?? "";
    if (before === undefined) return;
    this.#count += room.othersAfter(before);
    if (this.#count > 0) this.#timer ??= setTimeout(() => this.#say(), EVERY_MS);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #say(): void {
    this.#timer = undefined;
    const text = this.#view.texts.newComments(this.#count);
    // Only a change of the text is told. A space at its end, which nobody hears, makes the same text another one.
    this.#text = text === this.#text ? `${text}\u00a0` : text;
    this.#count = 0;
    this.#view.update();
  }
}
