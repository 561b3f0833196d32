import { html, nothing, type TemplateResult } from "lit";
import type { Toast, View } from "../view.ts";
import { CROSS } from "./icons.ts";

/** What is wrong with the connection, and what the reader can expect. */
export function banner({ room, texts }: View): TemplateResult | typeof nothing {
  if (navigator.onLine && room.state.connection !== "offline") return nothing;
  const text = navigator.onLine ? texts.awayBanner : texts.offlineBanner;
  return html`<p class="banner" part="banner" role="status">${text}</p>`;
}

/** Who is typing. Its line is always there, so that nothing moves. */
export function typing({ room, texts }: View): TemplateResult {
  const userIds = room.presence.state.typing;
  const names = userIds.flatMap((userId) => room.nameOf(userId) ?? []);
  return html`<p class="typing" part="typing">
    <bdi>${userIds.length > 0 ? texts.typing(names, userIds.length) : ""}</bdi>
  </p>`;
}

/** What was just done, and its undoing. */
export function toastLine(toast: Toast | undefined, { texts }: View, close: () => void): TemplateResult {
  const undo = () => {
    toast?.undo?.();
    close();
  };
  return html`<div class="toasts" role=${toast?.isError ? "alert" : "status"}>
    ${
      toast === undefined
        ? nothing
        : html`<div class="toast ${toast.isError ? "bad" : ""}" part="toast">
            <span>${toast.text}</span>
            ${toast.undo ? html`<button type="button" class="link" @click=${undo}>${texts.undo}</button>` : nothing}
            <button type="button" class="icon-button" aria-label=${texts.close} @click=${close}>${CROSS}</button>
          </div>`
    }
  </div>`;
}
