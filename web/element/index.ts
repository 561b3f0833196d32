import { LiveCommentsElement } from "./live-comments.ts";

export type { Arrangement } from "./view.ts";
export type { Texts } from "./texts/en-signed-in.ts";
export { LiveCommentsElement };

if (!customElements.get("live-comments")) customElements.define("live-comments", LiveCommentsElement);

declare global {
  interface HTMLElementTagNameMap {
    "live-comments": LiveCommentsElement;
  }
}
