import { html, type TemplateResult } from "lit/html.js";
import { MAX_NOTE_LENGTH } from "../../../functions/src/contract/limits.ts";
import type { Comment } from "../../src/index.ts";
import type { SignedInView } from "../signed-in/view.ts";
import { banUser } from "./ban-user.ts";
import { DialogForm, field } from "./form.ts";

const HOURS = [1, 24, 168, 720];
const HOUR_MS = 3_600_000;

/** To ban the author of a comment, with an end or without, here or everywhere. */
export class BanDialog {
  readonly #view: SignedInView;
  readonly #form: DialogForm;
  readonly #comment: Comment;

  constructor(view: SignedInView, comment: Comment) {
    this.#view = view;
    this.#comment = comment;
    this.#form = new DialogForm(view);
  }

  get title(): string {
    return this.#view.texts.banTitle(this.#comment.user.username);
  }

  render(): TemplateResult {
    const { texts } = this.#view;
    return html`<form class="form" @submit=${this.#form.onSubmit((values) => this.#submit(values))}>
      <label for="ban-where">${texts.banWhere}</label>
      <select id="ban-where" name="where">
        <option value="here">${texts.banHere}</option>
        <option value="everywhere">${texts.banEverywhere}</option>
      </select>
      <label for="ban-hours">${texts.banUntil}</label>
      <select id="ban-hours" name="hours">
        ${HOURS.map((hours) => html`<option value=${hours} ?selected=${hours === 24}>${texts.banHours(hours)}</option>`)}
        <option value="">${texts.banForGood}</option>
      </select>
      ${field({ name: "reason", label: texts.banReason, maxLength: MAX_NOTE_LENGTH, isOptional: true })}
      ${this.#form.message()} ${this.#form.submit(texts.ban, true)}
    </form>`;
  }

  async #submit({ where, hours = "", reason = "" }: Record<string, string>): Promise<undefined> {
    const { room, texts } = this.#view;
    const { id, username } = this.#comment.user;
    const video = where === "everywhere" ? null : room.video.id;
    const endsAt = hours === "" ? null : new Date(Date.now() + Number(hours) * HOUR_MS).toISOString();
    const lift = await banUser(room.client.api, { user_id: id, video_id: video, ends_at: endsAt, reason });
    this.#view.closeDialog();
    this.#view.toast({ text: texts.banned(username), ...(lift && { undo: () => void this.#view.attempt(lift) }) });
  }
}
