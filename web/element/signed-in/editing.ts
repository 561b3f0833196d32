import { html, type TemplateResult } from "lit/html.js";
import { type Comment, EditConflict } from "../../src/index.ts";
import { submitsOn } from "../composer/keys.ts";
import type { SignedInView } from "./view.ts";
import { renderText } from "../stream/text.ts";

/** One comment that its author is editing in place. */
export class Editing {
  readonly #view: SignedInView;
  #base: Comment | undefined;
  #text = "";
  #conflict: EditConflict | undefined;

  constructor(view: SignedInView) {
    this.#view = view;
  }

  /** A value that changes with everything that `render` shows. */
  get state(): unknown {
    return this.#conflict ?? this.#base;
  }

  stateOf(comment: Comment): unknown {
    return this.#base?.id === comment.id ? this.state : undefined;
  }

  begin(comment: Comment): void {
    this.#base = comment;
    this.#text = comment.content;
    this.#conflict = undefined;
    this.#focusField();
  }

  render(texts: SignedInView["texts"]): TemplateResult {
    const conflict = this.#conflict;
    if (conflict) return this.#renderConflict(conflict, texts);
    const onKey = (event: KeyboardEvent) => {
      event.stopPropagation();
      if (event.key === "Escape") this.#end();
      if (!submitsOn(event)) return;
      event.preventDefault();
      void this.#save();
    };
    const onInput = (event: Event) => {
      if (event.target instanceof HTMLTextAreaElement) this.#text = event.target.value;
    };
    return html`<form class="editing" @submit=${(event: Event) => this.#onSubmit(event)} @keydown=${onKey}>
      <textarea aria-label=${texts.yourComment} dir="auto" .value=${this.#text} @input=${onInput}></textarea>
      <span class="row">
        <button type="button" class="quiet" @click=${() => this.#end()}>${texts.cancel}</button>
        <button type="submit">${texts.save}</button>
      </span>
    </form>`;
  }

  #renderConflict(conflict: EditConflict, texts: SignedInView["texts"]): TemplateResult {
    const { mine, theirs } = conflict;
    const keep = () => this.#write(() => conflict.overwrite());
    const again = () => {
      this.#base = theirs;
      this.#conflict = undefined;
      this.#focusField();
    };
    return html`<div class="conflict" role="group" aria-label=${texts.conflict}>
      <p role="alert">${texts.conflict}</p>
      <h4>${texts.conflictMine}</h4>
      ${renderText(mine, true)}
      <h4>${texts.conflictTheirs}</h4>
      ${renderText(theirs.content, true)}
      <span class="row">
        <button type="button" class="quiet" @click=${again}>${texts.editAgain}</button>
        <button type="button" class="quiet" @click=${() => this.#end()}>${texts.takeTheirs}</button>
        <button type="button" @click=${keep}>${texts.keepMine}</button>
      </span>
    </div>`;
  }

  #onSubmit(event: Event): void {
    event.preventDefault();
    void this.#save();
  }

  async #save(): Promise<void> {
    const base = this.#base;
    const text = this.#text.trim();
    if (!base || text === "") return;
    if (text === base.content) return this.#end();
    await this.#write(() => this.#view.room.video.edit(base, text));
  }

  async #write(work: () => Promise<unknown>): Promise<void> {
    let conflict: EditConflict | undefined;
    const isDone = await this.#view.attempt(async () => {
      try {
        await work();
      } catch (error) {
        if (!(error instanceof EditConflict)) throw error;
        conflict = error;
      }
    });
    if (!isDone) return;
    if (!conflict) return this.#end();
    this.#conflict = conflict;
    this.#view.update();
  }

  #end(): void {
    const id = this.#base?.id;
    this.#base = undefined;
    this.#conflict = undefined;
    this.#view.update();
    if (id !== undefined) this.#view.root.getElementById(`comment-${id}`)?.focus();
  }

  #focusField(): void {
    this.#view.update();
    requestAnimationFrame(() => this.#view.root.querySelector<HTMLElement>(".editing textarea")?.focus());
  }
}
