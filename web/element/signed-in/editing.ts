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
  /** What the edit began from that is being saved. */
  #saving: Comment | undefined;

  constructor(view: SignedInView) {
    this.#view = view;
  }

  /**
   * A value that changes with everything that `render` shows. What one user was writing is not shown to the next; it comes back with its
   * author.
   */
  get state(): unknown {
    const base = this.#base;
    return base && base.user.id === this.#view.room.user?.id ? (this.#conflict ?? base) : undefined;
  }

  stateOf(comment: Comment): unknown {
    return this.#base?.id === comment.id ? this.state : undefined;
  }

  begin(comment: Comment): void {
    this.#text = comment.content;
    // A copy, so that no other editing of the comment has the same one.
    this.#goOn({ ...comment });
  }

  render(texts: SignedInView["texts"]): TemplateResult {
    const conflict = this.#conflict;
    if (conflict) return this.#renderConflict(conflict, texts);
    const save = (event: Event) => {
      event.preventDefault();
      void this.#save();
    };
    const onKey = (event: KeyboardEvent) => {
      event.stopPropagation();
      if (event.key === "Escape") this.#end();
      if (submitsOn(event)) save(event);
    };
    const onInput = (event: Event) => {
      if (event.target instanceof HTMLTextAreaElement) this.#text = event.target.value;
    };
    return html`<form class="editing" @submit=${save} @keydown=${onKey}>
      <textarea aria-label=${texts.yourComment} dir="auto" .value=${this.#text} @input=${onInput}></textarea>
      <span class="row">
        <button type="button" class="quiet" @click=${() => this.#end()}>${texts.cancel}</button>
        <button type="submit">${texts.save}</button>
      </span>
    </form>`;
  }

  #renderConflict(conflict: EditConflict, texts: SignedInView["texts"]): TemplateResult {
    const { mine, theirs } = conflict;
    const keep = () => this.#write(mine, () => conflict.overwrite());
    return html`<div class="conflict" role="group" aria-label=${texts.conflict}>
      <p role="alert">${texts.conflict}</p>
      <h4>${texts.conflictMine}</h4>
      ${renderText(mine, true)}
      <h4>${texts.conflictTheirs}</h4>
      ${renderText(theirs.content, true)}
      <span class="row">
        <button type="button" class="quiet" @click=${() => this.#goOn(theirs)}>${texts.editAgain}</button>
        <button type="button" class="quiet" @click=${() => this.#end()}>${texts.takeTheirs}</button>
        <button type="button" @click=${keep}>${texts.keepMine}</button>
      </span>
    </div>`;
  }

  async #save(): Promise<void> {
    const base = this.#base;
    const text = this.#text.trim();
    // A second edit from the same version would meet the first one as a conflict.
    if (!base || text === "" || base === this.#saving) return;
    if (text === base.content) return this.#end();
    this.#saving = base;
    await this.#write(text, () => this.#view.room.video.edit(base, text));
    // The reader may have cancelled, and be saving another edit.
    if (this.#saving === base) this.#saving = undefined;
  }

  /** @param mine what the comment says when the work is done */
  async #write(mine: string, work: () => Promise<Comment>): Promise<void> {
    const base = this.#base;
    await this.#view.attempt(async () => {
      const result = await work().catch((error: unknown) => {
        if (error instanceof EditConflict) return error;
        throw error;
      });
      // The reader has cancelled, or edits another comment.
      if (this.#base !== base) return;
      if (result instanceof EditConflict) {
        this.#conflict = result;
        return this.#view.update();
      }
      // Else the reader has gone on writing.
      return this.#text.trim() === mine ? this.#end() : this.#goOn(result);
    });
  }

  #end(): void {
    const id = this.#base?.id;
    this.#base = undefined;
    this.#conflict = undefined;
    this.#view.update();
    if (id !== undefined) this.#view.root.getElementById(`comment-${id}`)?.focus();
  }

  /** What is in the field is now an edit of this version. */
  #goOn(base: Comment): void {
    this.#base = base;
    this.#conflict = undefined;
    this.#view.update();
    requestAnimationFrame(() => this.#view.root.querySelector<HTMLElement>(".editing textarea")?.focus());
  }
}
