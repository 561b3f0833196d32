import { html, type TemplateResult } from "lit/html.js";

const HUES = 12;
/** Slow to make. */
const SEGMENTER = new Intl.Segmenter();

/** A user's hue: the same everywhere. */
export function hueOf(userId: string): number {
  let hash = 0;
  for (const character of userId) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 65_521;
  return hash % HUES;
}

/** The first character of a name, on the user's colour. */
export function avatar(userId: string, username: string | undefined): TemplateResult {
  const [first] = SEGMENTER.segment(username ?? "·");
  return html`<span class="avatar" part="avatar" data-hue=${hueOf(userId)} aria-hidden="true"
    >${first?.segment.toUpperCase()}</span
  >`;
}
