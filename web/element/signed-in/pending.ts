import { html, nothing, type TemplateResult } from "lit/html.js";
import type { OutboxItem } from "../../src/index.ts";
import { avatar, hueOf } from "../parts/avatar.ts";
import { onFirstClick } from "../parts/first-click.ts";
import { statusOf } from "./problems.ts";
import type { SignedInView } from "./view.ts";
import { roleBadge } from "../stream/comment.ts";
import { renderText } from "../stream/text.ts";

/** The reader's own message that is not among the comments, and what becomes of it. */
export function pendingArticle(item: OutboxItem, view: SignedInView): TemplateResult {
  const { texts, room } = view;
  const { key, user, content, state } = item;
  const isOver = state === "held" || state === "deleted";
  const retry = onFirstClick(() => void view.attempt(() => room.video.retry(key)));
  const discard = onFirstClick(() => void view.attempt(() => room.video.discard(key)));
  return html`<article class="comment own pending" part="pending" data-state=${state} aria-labelledby="pending-${key}">
    ${avatar(user.id, user.username)}
    <div class="body">
      <div class="byline">
        <h3 class="name" id="pending-${key}" data-hue=${hueOf(user.id)}><bdi>${user.username}</bdi></h3>
        ${roleBadge(room.user?.role, texts)} <span class="badge">${texts.you}</span>
      </div>
      ${renderText(content, true)}
      <div class="foot">
        <span class="status">${statusOf(item, texts, Date.now())}</span>
        <span class="choices">
          ${
            state === "failed"
              ? html`<button type="button" class="link" @click=${retry}>${texts.retry}</button>`
              : nothing
          }
          ${
            state === "sending" || state === "sent"
              ? nothing
              : html`<button type="button" class="link" @click=${discard}>
                  ${isOver ? texts.hide : texts.discard}
                </button>`
          }
        </span>
      </div>
    </div>
  </article>`;
}
