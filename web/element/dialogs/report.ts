import { html, type TemplateResult } from "lit/html.js";
import { MAX_NOTE_LENGTH } from "../../../functions/src/contract/limits.ts";
import { REPORT_REASONS } from "../../../functions/src/contract/moderation.ts";
import type { Comment } from "../../src/index.ts";
import { renderText } from "../stream/text.ts";
import type { SignedInView } from "../signed-in/view.ts";
import { DialogForm, field } from "./form.ts";

export class ReportDialog {
  readonly #view: SignedInView;
  readonly #form: DialogForm;
  readonly #comment: Comment;

  constructor(view: SignedInView, comment: Comment) {
    this.#view = view;
    this.#comment = comment;
    this.#form = new DialogForm(view);
  }

  get title(): string {
    return this.#view.texts.reportTitle;
  }

  render(): TemplateResult {
    const { texts } = this.#view;
    return html`<blockquote>${renderText(this.#comment.content, false)}</blockquote>
      <form class="form" @submit=${this.#form.onSubmit((values) => this.#submit(values))}>
        <fieldset>
          <legend>${texts.reportReason}</legend>
          ${REPORT_REASONS.map(
            (reason) =>
              html`<label class="choice"
                ><input type="radio" name="reason" value=${reason} required />${texts.reportReasons[reason]}</label
              >`,
          )}
        </fieldset>
        ${field({ name: "note", label: texts.note, maxLength: MAX_NOTE_LENGTH, isOptional: true })}
        ${this.#form.message()} ${this.#form.submit(texts.report)}
      </form>`;
  }

  async #submit({ reason, note = "" }: Record<string, string>): Promise<undefined> {
    const chosen = REPORT_REASONS.find((known) => known === reason) ?? "other";
    await this.#view.room.video.report(this.#comment.id, chosen, note);
    this.#view.closeDialog();
    this.#view.toast({ text: this.#view.texts.reported });
  }
}
