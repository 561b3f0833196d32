import { html, nothing, type TemplateResult } from "lit/html.js";
import type { View } from "../view.ts";

/** What is wrong with the connection, and what the reader can expect. */
export function banner({ room, texts }: View): TemplateResult | typeof nothing {
  if (navigator.onLine && room.state.connection !== "offline") return nothing;
  const text = navigator.onLine ? texts.awayBanner : texts.offlineBanner;
  return html`<p class="banner" part="banner" role="status">${text}</p>`;
}

/** Who is typing. Its line is always there, so that nothing moves. */
export function typing({ signedIn }: View): TemplateResult {
  return html`<p class="typing" part="typing"><bdi>${signedIn?.typing()}</bdi></p>`;
}
