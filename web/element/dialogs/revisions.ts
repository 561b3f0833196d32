import { html, type TemplateResult } from "lit/html.js";
import { MAX_EDITS } from "../../../functions/src/contract/limits.ts";
import type { Comment, Revision } from "../../src/index.ts";
import { renderText } from "../stream/text.ts";
import { Times } from "../stream/times.ts";
import type { SignedInView } from "../signed-in/view.ts";

/** What a comment said before its edits. */
export class RevisionsDialog {
  readonly #view: SignedInView;
  readonly #comment: Comment;
  #revisions: readonly Revision[] | undefined;

  constructor(view: SignedInView, comment: Comment) {
    this.#view = view;
    this.#comment = comment;
    void this.#read();
  }

  get title(): string {
    return this.#view.texts.revisions;
  }

  render(): TemplateResult {
    const { texts, language } = this.#view;
    const times = new Times(language);
    const { content, version, updated_at } = this.#comment;
    const all = [...(this.#revisions ?? []), { content, version, since: updated_at }];
    return html`<ol class="rows">
        ${all.map(
          (revision) =>
            html`<li>
              <div>
                <small class="muted">${texts.version(revision.version, times.exact(revision.since))}</small>
                ${renderText(revision.content, true)}
              </div>
            </li>`,
        )}
      </ol>
      <p class="muted">${this.#revisions?.length === 0 ? texts.noRevisions : ""}</p>`;
  }

  async #read(): Promise<void> {
    const { room } = this.#view;
    await this.#view.attempt(async () => {
      // All that there can be.
      const parameters = { video_id: room.video.id, comment_id: this.#comment.id, limit: MAX_EDITS };
      this.#revisions = (await room.client.api.listRevisions(parameters)).revisions;
    });
    this.#view.update();
  }
}
