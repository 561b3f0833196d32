import { html, nothing, type TemplateResult } from "lit/html.js";
import { DOWN } from "../parts/icons.ts";
import type { View } from "../view.ts";
import type { StreamScroll } from "./scroll.ts";

/** While nothing is known of the video, and where it has no comments. */
export function placeholder({ room, texts }: View): TemplateResult {
  const { isLoaded } = room.state;
  if (isLoaded) {
    return html`<div class="empty">
      <p>${texts.empty}</p>
      <p class="muted">${room.settings.current?.comments_open === false ? nothing : texts.emptyHint}</p>
    </div>`;
  }
  return html`<div class="skeleton" aria-label=${texts.loading} role="img">
    ${[0, 1, 2].map(() => html`<div class="skeleton-line"><i></i><b></b></div>`)}
  </div>`;
}

/** At the end of the oldest. */
export function olderNote({ room, texts }: View, scroll: StreamScroll): TemplateResult | typeof nothing {
  if (scroll.hasFailed) {
    return html`<p class="note" role="status">
      ${texts.olderFailed}
      <button type="button" class="link" @click=${() => void scroll.loadOlder()}>${texts.retry}</button>
    </p>`;
  }
  return room.state.isLoadingOlder ? html`<p class="note">${texts.loadingOlder}</p>` : nothing;
}

export function jumpButton({ texts }: View, scroll: StreamScroll): TemplateResult {
  const { unread } = scroll;
  return html`<button type="button" class="jump" part="jump" @click=${() => scroll.toEnd()}>
    ${DOWN} ${unread > 0 ? texts.newComments(unread) : texts.toNewest}
  </button>`;
}
