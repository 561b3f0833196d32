import { html, nothing, type TemplateResult } from "lit";
import type { Connection } from "../../src/index.ts";
import type { Texts } from "../texts/en.ts";
import type { View } from "../view.ts";
import { avatar } from "./avatar.ts";
import { PEOPLE, SHIELD } from "./icons.ts";
import { place } from "./place.ts";

/** Faces in the list of viewers. */
const MAX_FACES = 30;

/** Title, state, viewers, and the ways to the account and to moderation. */
export function header(view: View, isSlowToConnect: boolean): TemplateResult {
  const { room, texts } = view;
  const { user, isModerator } = room;
  return html`<header class="header" part="header">
    <h2 class="title" part="title">${texts.title}</h2>
    ${connection(room.state.connection, isSlowToConnect, texts)}
    <span class="space"></span>
    ${viewers(view)}
    ${
      isModerator
        ? html`<button
            type="button"
            class="icon-button"
            aria-label=${moderationLabel(view)}
            title=${texts.moderation}
            @click=${() => view.openDialog({ name: "moderation" })}
          >
            ${SHIELD}${waitingCount(view)}
          </button>`
        : nothing
    }
    ${
      user
        ? html`<button
            type="button"
            class="icon-button"
            aria-label="${texts.account}: ${user.username}"
            title=${user.username}
            @click=${() => view.openDialog({ name: "profile" })}
          >
            ${avatar(user.id, user.username)}
          </button>`
        : html`<button type="button" class="link" @click=${() => view.openDialog({ name: "account" })}>
            ${texts.signIn}
          </button>`
    }
  </header>`;
}

function connection(state: Connection, isSlow: boolean, texts: Texts): TemplateResult {
  const words: Record<Connection, string> = {
    connecting: isSlow ? texts.connecting : "",
    live: texts.live,
    polling: texts.polling,
    offline: texts.offline,
  };
  return html`<p class="connection" part="connection" role="status" data-state=${state}>
    <i class="dot" aria-hidden="true"></i><span>${words[state]}</span>
  </p>`;
}

function moderationLabel(view: View): string {
  const { texts } = view;
  const count = waiting(view);
  return count === 0 ? texts.moderation : `${texts.moderation}, ${texts.waiting(count)}`;
}

function waiting({ room }: View): number {
  return room.queues.held.comments.length + room.queues.reported.length;
}

function waitingCount(view: View): TemplateResult | typeof nothing {
  const count = waiting(view);
  return count === 0 ? nothing : html`<span class="count" aria-hidden="true">${count}</span>`;
}

function placeViewers({ target, newState }: ToggleEvent): void {
  if (newState !== "open" || !(target instanceof HTMLElement)) return;
  place(target, target.previousElementSibling ?? target);
}

function viewers({ room, texts }: View): TemplateResult | typeof nothing {
  const { state } = room.presence;
  if (state.viewers === 0) return nothing;
  const named = state.users?.filter(({ username }) => username !== undefined) ?? [];
  const shown = named.slice(0, MAX_FACES);
  const others = state.viewers - shown.length;
  const label = texts.watching(state.viewers);
  return html`<button type="button" class="viewers" popovertarget="viewers" aria-label=${label} title=${label}>
      ${PEOPLE}<span>${state.viewers}</span>
    </button>
    <div id="viewers" class="menu people" popover role="group" aria-label=${texts.watchers} @toggle=${placeViewers}>
      <p class="muted">${label}</p>
      <ul>
        ${shown.map(({ userId, username }) => html`<li>${avatar(userId, username)} <bdi>${username}</bdi></li>`)}
      </ul>
      ${shown.length > 0 && others > 0 ? html`<p class="muted">${texts.andOthers(others)}</p>` : nothing}
    </div>`;
}
