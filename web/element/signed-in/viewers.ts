import { html, nothing, type TemplateResult } from "lit/html.js";
import { avatar } from "../parts/avatar.ts";
import { PEOPLE } from "../parts/icons.ts";
import { place } from "./place.ts";
import type { SignedInView } from "./view.ts";

/** Faces in the list. */
const MAX_FACES = 30;

/** How many watch, and a list of who they are. */
export function viewers({ room, texts }: SignedInView, label: string): TemplateResult {
  const { state } = room.presence;
  const named = state.users?.filter(({ username }) => username !== undefined) ?? [];
  const shown = named.slice(0, MAX_FACES);
  const others = state.viewers - shown.length;
  return html`<button type="button" class="viewers" popovertarget="viewers" aria-label=${label} title=${label}>
      ${PEOPLE}<span>${state.viewers}</span>
    </button>
    <div id="viewers" class="menu people" popover role="group" aria-label=${texts.watchers} @toggle=${placeBelow}>
      <p class="muted">${label}</p>
      <ul>
        ${shown.map(({ userId, username }) => html`<li>${avatar(userId, username)} <bdi>${username}</bdi></li>`)}
      </ul>
      ${shown.length > 0 && others > 0 ? html`<p class="muted">${texts.andOthers(others)}</p>` : nothing}
    </div>`;
}

function placeBelow({ target, newState }: ToggleEvent): void {
  if (newState !== "open" || !(target instanceof HTMLElement)) return;
  place(target, target.previousElementSibling ?? target);
}
