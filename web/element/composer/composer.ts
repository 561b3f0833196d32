import { html, type TemplateResult } from "lit/html.js";
import { MAX_CONTENT_LENGTH } from "../../../functions/src/contract/limits.ts";
import { SEND } from "../parts/icons.ts";
import { notice } from "../parts/foot.ts";
import type { Room } from "../room/room.ts";
import type { SignedInView } from "../signed-in/view.ts";
import { submitsOn } from "./keys.ts";
import { ring } from "./ring.ts";

/** The characters that are left are shown from here on. */
const COUNTED_FROM = 100;

/** The field that posts. It is free at once; the stream shows what becomes of the message. */
export class Composer {
  readonly #view: SignedInView;
  #length = 0;
  #isBlank = true;
  #author: string | undefined;
  #room: Room | undefined;
  #ticking: ReturnType<typeof setTimeout> | undefined;

  constructor(view: SignedInView) {
    this.#view = view;
  }

  render(): TemplateResult {
    const { room, texts, posting } = this.#view;
    const { ban } = posting;
    if (ban) return notice(ban.ends_at ? texts.bannedUntil(this.#exact(ban.ends_at)) : texts.bannedForGood);
    const left = MAX_CONTENT_LENGTH - this.#length;
    const seconds = Math.ceil((posting.canPostAt - Date.now()) / 1_000);
    return html`<form class="composer" part="composer" @submit=${(event: Event) => this.#onSubmit(event)}>
      <div class="field">
        <textarea
          id="composer-text"
          part="input"
          rows="1"
          dir="auto"
          enterkeyhint="enter"
          autocomplete="off"
          aria-label=${texts.yourComment}
          aria-describedby="composer-note"
          aria-invalid=${left < 0}
          placeholder=${texts.placeholder}
          @input=${() => this.#onInput()}
          @blur=${() => room.presence.stoppedTyping()}
          @keydown=${(event: KeyboardEvent) => this.#onKey(event)}
        ></textarea>
        ${this.#sendButton(seconds, left)}
      </div>
      <p class="composer-note" id="composer-note">${this.#note(left, seconds)}</p>
    </form>`;
  }

  /** After the element was drawn: what one user wrote is not shown to the next. It comes back with its author. */
  after(): void {
    const { room } = this.#view;
    const field = this.#field;
    if (!field) {
      this.#author = undefined;
      return;
    }
    if (room.user?.id !== this.#author || room !== this.#room) {
      this.#author = room.user?.id;
      this.#room = room;
      field.value = room.video.draft;
      this.#measure();
    }
    this.#tick();
  }

  focus(): void {
    this.#field?.focus();
  }

  close(): void {
    clearTimeout(this.#ticking);
    this.#author = undefined;
  }

  get #field(): HTMLTextAreaElement | null {
    return this.#view.root.querySelector<HTMLTextAreaElement>("#composer-text");
  }

  #sendButton(seconds: number, left: number): TemplateResult {
    const { room, texts } = this.#view;
    const waits = seconds > 0;
    const all = room.settings.current?.slow_mode_seconds ?? 1;
    const label = waits ? `${texts.post}. ${texts.canPostIn(seconds)}` : texts.post;
    return html`<button
      type="submit"
      class="send"
      part="send"
      aria-label=${label}
      title=${label}
      aria-disabled=${this.#isBlank || left < 0}
    >
      ${waits ? ring(seconds / all, seconds) : SEND}
    </button>`;
  }

  #note(left: number, seconds: number): TemplateResult | string {
    const { room, texts } = this.#view;
    if (left < 0) return html`<strong class="bad">${texts.charactersOver(-left)}</strong>`;
    if (left <= COUNTED_FROM) return texts.charactersLeft(left);
    if (seconds > 0) return texts.canPostIn(seconds);
    const { slow_mode_seconds = 0, hold_for_review = false } = room.settings.current ?? {};
    if (room.isModerator) return "";
    if (hold_for_review) return texts.reviewNote;
    return slow_mode_seconds > 0 ? texts.slowMode(slow_mode_seconds) : "";
  }

  #onInput(): void {
    const { room } = this.#view;
    room.video.draft = this.#field?.value ?? "";
    if (this.#field?.value) room.presence.typed();
    else room.presence.stoppedTyping();
    this.#measure();
  }

  /** In code points, as the API counts. */
  #measure(): void {
    const text = this.#field?.value ?? "";
    const length = Array.from(text).length;
    const isBlank = text.trim() === "";
    const isShown = Math.max(length, this.#length) >= MAX_CONTENT_LENGTH - COUNTED_FROM;
    const isChanged = isBlank !== this.#isBlank || (isShown && length !== this.#length);
    this.#length = length;
    this.#isBlank = isBlank;
    if (isChanged) this.#view.update();
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key === "Escape") this.#view.root.querySelector<HTMLElement>(".stream")?.focus();
    if (!submitsOn(event)) return;
    event.preventDefault();
    void this.#post();
  }

  #onSubmit(event: Event): void {
    event.preventDefault();
    void this.#post();
  }

  async #post(): Promise<void> {
    const field = this.#field;
    const text = field?.value ?? "";
    if (!field || text.trim() === "" || this.#length > MAX_CONTENT_LENGTH) return;
    field.value = "";
    this.#measure();
    field.focus();
    const isTaken = await this.#view.attempt(() => this.#view.posting.post(text));
    if (isTaken) this.#view.toNewest();
    // Unless the reader has gone on writing.
    else if (field.value === "") field.value = text;
    this.#measure();
  }

  #exact(time: string): string {
    const format = new Intl.DateTimeFormat(this.#view.language, { dateStyle: "medium", timeStyle: "short" });
    return format.format(Date.parse(time));
  }

  /** Draws the countdown, once a second while there is one. */
  #tick(): void {
    const { room, posting } = this.#view;
    const isWaiting = posting.canPostAt > Date.now() || room.state.pending.some(({ retryAt }) => retryAt !== undefined);
    if (!isWaiting || this.#ticking !== undefined) return;
    this.#ticking = setTimeout(() => {
      this.#ticking = undefined;
      this.#view.update();
    }, 1_000);
  }
}
