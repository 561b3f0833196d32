import { html, type TemplateResult } from "lit/html.js";
import { folded, isLong, type TextPart, textParts } from "./text-parts.ts";

const REL = "nofollow ugc noopener noreferrer";

/** A person's text, with its links. It may be of any script. */
export function renderText(text: string, isUnfolded: boolean): TemplateResult {
  const parts = textParts(text);
  const isFolded = !isUnfolded && isLong(text);
  const shown = isFolded ? folded(parts) : parts;
  return html`<p class="text" dir="auto" part="text">${shown.map(renderPart)}${isFolded ? "…" : ""}</p>`;
}

function renderPart({ text, href }: TextPart): TemplateResult | string {
  return href === undefined ? text : html`<a href=${href} rel=${REL} target="_blank" dir="ltr">${text}</a>`;
}
