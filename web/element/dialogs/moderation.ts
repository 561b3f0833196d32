import { html, type TemplateResult } from "lit/html.js";
import { live } from "lit/directives/live.js";
import { repeat } from "lit/directives/repeat.js";
import type { ReportedComment, VideoSettings } from "../../src/index.ts";
import { onFirstClick } from "../parts/first-click.ts";
import { remove } from "../signed-in/act.ts";
import { renderText } from "../stream/text.ts";
import type { SignedInView } from "../signed-in/view.ts";

const SLOW_MODES = [0, 5, 10, 30, 60, 300];

/** For moderators: this video's settings, and the reports of every video. */
export class ModerationDialog {
  readonly #view: SignedInView;

  constructor(view: SignedInView) {
    this.#view = view;
    void view.queues.read();
    void view.room.settings.read();
  }

  get title(): string {
    return this.#view.texts.moderation;
  }

  render(): TemplateResult {
    return html`${this.#renderSettings()} ${this.#renderReports()}`;
  }

  #renderSettings(): TemplateResult {
    const { texts, room } = this.#view;
    const settings = room.settings.current;
    const slow = settings?.slow_mode_seconds ?? 0;
    const choices = SLOW_MODES.includes(slow) ? SLOW_MODES : [...SLOW_MODES, slow];
    const onSlow = ({ target }: Event) => {
      if (target instanceof HTMLSelectElement) this.#change({ slow_mode_seconds: Number(target.value) });
    };
    return html`<section aria-label=${texts.videoSettings}>
      <h3>${texts.videoSettings}</h3>
      ${this.#box(texts.commentsOpen, "comments_open")} ${this.#box(texts.holdForReview, "hold_for_review")}
      <label class="choice"
        ><span>${texts.slowModeLabel}</span>
        <select @change=${onSlow} ?disabled=${!settings} .value=${live(String(slow))}>
          ${choices.map(
            (seconds) =>
              html`<option value=${seconds} ?selected=${seconds === slow}>
                ${seconds === 0 ? texts.slowModeOff : texts.seconds(seconds)}
              </option>`,
          )}
        </select></label
      >
    </section>`;
  }

  #box(label: string, name: "comments_open" | "hold_for_review"): TemplateResult {
    const isOn = this.#view.room.settings.current?.[name] ?? false;
    return html`<label class="choice"
      ><input
        type="checkbox"
        ?disabled=${!this.#view.room.settings.current}
        .checked=${live(isOn)}
        @change=${() => this.#change({ [name]: !isOn })}
      />${label}</label
    >`;
  }

  /** Shown at once, and taken back if it fails. */
  #change(changed: Partial<VideoSettings>): void {
    const { room, texts } = this.#view;
    void this.#view.attempt(async () => {
      const before = await room.settings.change(changed);
      const undo = () => void this.#view.attempt(() => room.settings.change(before));
      this.#view.toast({ text: texts.settingsChanged, undo });
    });
  }

  #renderReports(): TemplateResult {
    const { texts, queues } = this.#view;
    const { reported } = queues;
    return html`<section aria-label=${texts.reports}>
      <h3>${texts.reports}</h3>
      ${reported.length === 0 ? html`<p class="muted">${texts.noReports}</p>` : ""}
      <ul class="rows reports">
        ${repeat(
          reported,
          ({ comment }) => comment.id,
          (entry) => this.#renderReport(entry),
        )}
      </ul>
    </section>`;
  }

  #renderReport({ video_id, comment, report_count, reports }: ReportedComment): TemplateResult {
    const { texts, room } = this.#view;
    const reasons = new Set(reports.map(({ reason }) => texts.reportReasons[reason]));
    const notes = reports.map(({ note }) => note).filter(Boolean);
    const parameters = { video_id, comment_id: comment.id };
    const dismiss = onFirstClick(() => this.#decide(comment.id, () => room.client.api.dismissReports(parameters)));
    const onRemove = onFirstClick(() => remove(this.#view, comment, { text: texts.removed, videoId: video_id }));
    return html`<li>
      <div>
        <small class="muted"
          ><bdi>${comment.user.username}</bdi> ${video_id === room.video.id ? "" : texts.onVideo(video_id)} ·
          ${texts.reportCount(report_count)}: ${[...reasons].join(", ")}</small
        >
        ${renderText(comment.content, false)} ${notes.map((note) => html`<p class="muted" dir="auto">${note}</p>`)}
        <span class="row">
          <button type="button" class="danger" @click=${onRemove}>${texts.remove}</button>
          <button type="button" class="quiet" @click=${() => this.#view.openDialog({ name: "ban", comment })}>
            ${texts.ban} …
          </button>
          <button type="button" class="quiet" @click=${dismiss}>${texts.dismiss}</button>
        </span>
      </div>
    </li>`;
  }

  /** Gone from the list at once; it comes back if it fails. */
  #decide(commentId: string, work: () => Promise<unknown>): void {
    const { queues } = this.#view;
    queues.hide(commentId);
    void this.#view.attempt(work).then(() => queues.read());
  }
}
