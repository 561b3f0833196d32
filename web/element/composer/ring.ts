import { html, type TemplateResult } from "lit/html.js";

/** A ring that empties while the reader waits. @param share what is left of it, from 1 to 0 */
export function ring(share: number, seconds: number): TemplateResult {
  return html`<svg class="ring" viewBox="0 0 36 36" aria-hidden="true">
      <circle class="track" cx="18" cy="18" r="15.9" />
      <circle class="left" cx="18" cy="18" r="15.9" stroke-dasharray="${Math.max(0, share) * 100} 100" />
    </svg>
    <span class="ring-seconds" aria-hidden="true">${seconds}</span>`;
}
