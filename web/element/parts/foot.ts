import { html, type TemplateResult } from "lit/html.js";
import type { Content, View } from "../view.ts";

/** Where people post; for everybody else, why they can't. */
export function foot(view: View, hasFailedToLoad: boolean): Content {
  const { room, texts } = view;
  if (room.settings.current?.comments_open === false) return notice(texts.closed, texts.closedHint);
  if (hasFailedToLoad) return notice(texts.unreachable, reloadButton(texts.reload));
  // While the code of the field is loaded, its place is kept.
  if (room.user) return view.signedIn?.composer() ?? html`<div class="composer awaited" part="composer"></div>`;
  const note = room.client.session.state.hasEnded ? texts.sessionEnded : "";
  return html`<div class="composer signed-out" part="composer">
    <p class="composer-note" role="status">${note}</p>
    <button type="button" class="wide" @click=${() => view.openDialog({ name: "account" })}>
      ${texts.signInToComment}
    </button>
  </div>`;
}

/** The site may have other files by now than those that this page names. */
function reloadButton(label: string): TemplateResult {
  return html`<button type="button" class="link" @click=${() => location.reload()}>${label}</button>`;
}

export function notice(text: string, hint?: Content): TemplateResult {
  return html`<div class="composer closed" part="composer">
    <p role="status"><strong>${text}</strong> ${hint}</p>
  </div>`;
}
