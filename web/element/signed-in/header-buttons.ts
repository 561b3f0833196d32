import { html, nothing, type TemplateResult } from "lit/html.js";
import { avatar } from "../parts/avatar.ts";
import { SHIELD } from "../parts/icons.ts";
import type { SignedInView } from "./view.ts";

/** The ways to moderation and to the account. */
export function headerButtons(view: SignedInView): TemplateResult {
  const { texts, room, openDialog } = view;
  const { user, isModerator } = room;
  return html`${isModerator ? moderationButton(view) : nothing}
  ${
    user
      ? html`<button
          type="button"
          class="icon-button"
          aria-label="${texts.account}: ${user.username}"
          title=${user.username}
          @click=${() => openDialog({ name: "profile" })}
        >
          ${avatar(user.id, user.username)}
        </button>`
      : nothing
  }`;
}

function moderationButton({ texts, queues, openDialog }: SignedInView): TemplateResult {
  const count = queues.held.comments.length + queues.reported.length;
  return html`<button
    type="button"
    class="icon-button"
    aria-label=${count === 0 ? texts.moderation : `${texts.moderation}, ${texts.waiting(count)}`}
    title=${texts.moderation}
    @click=${() => openDialog({ name: "moderation" })}
  >
    ${SHIELD}${count === 0 ? nothing : html`<span class="count" aria-hidden="true">${count}</span>`}
  </button>`;
}
