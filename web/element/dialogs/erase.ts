import { html, type TemplateResult } from "lit/html.js";
import type { Comment } from "../../src/index.ts";
import type { SignedInView } from "../signed-in/view.ts";
import { DialogForm } from "./form.ts";

/** To delete everything by the author of a comment. It cannot be undone, so it asks. */
export class EraseDialog {
  readonly #view: SignedInView;
  readonly #form: DialogForm;
  readonly #comment: Comment;

  constructor(view: SignedInView, comment: Comment) {
    this.#view = view;
    this.#comment = comment;
    this.#form = new DialogForm(view);
  }

  get title(): string {
    return this.#view.texts.eraseTitle(this.#comment.user.username);
  }

  render(): TemplateResult {
    const { texts } = this.#view;
    return html`<form class="form" @submit=${this.#form.onSubmit(() => this.#submit())}>
      <p>${texts.eraseWarning}</p>
      ${this.#form.message()} ${this.#form.submit(texts.erase, true)}
      <button type="button" class="quiet" @click=${() => this.#view.closeDialog()}>${texts.cancel}</button>
    </form>`;
  }

  async #submit(): Promise<undefined> {
    const { room, texts } = this.#view;
    const { erased } = await room.client.api.eraseComments({ user_id: this.#comment.user.id });
    this.#view.closeDialog();
    this.#view.toast({ text: texts.erased(erased) });
  }
}
