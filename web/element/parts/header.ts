import { html, nothing, type TemplateResult } from "lit/html.js";
import type { Connection, User } from "../../src/index.ts";
import type { ReadingTexts } from "../texts/en.ts";
import type { Content, View } from "../view.ts";
import { avatar } from "./avatar.ts";
import { PEOPLE } from "./icons.ts";

/** Title, state, viewers, and the ways to the account and to moderation. */
export function header(view: View, isSlowToConnect: boolean): TemplateResult {
  const { room, texts, signedIn, openDialog } = view;
  const { user } = room;
  // A connection that is cut off notices it later than the browser does.
  const state = navigator.onLine ? room.state.connection : "offline";
  return html`<header class="header" part="header">
    <h2 class="title" part="title">${texts.title}</h2>
    ${connection(state, isSlowToConnect, texts)} ${viewers(view)}
    ${user ? (signedIn?.headerButtons() ?? awaitedButtons(user)) : signInLink(texts.signIn, openDialog)}
  </header>`;
}

function signInLink(label: string, openDialog: View["openDialog"]): TemplateResult {
  return html`<button type="button" class="link" @click=${() => openDialog({ name: "account" })}>${label}</button>`;
}

/** Where the buttons will be, so that nothing moves when they are there. */
function awaitedButtons({ id, username }: User): TemplateResult {
  return html`<span class="icon-button">${avatar(id, username)}</span>`;
}

function connection(state: Connection, isSlow: boolean, texts: ReadingTexts): TemplateResult {
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

function viewers({ room, texts, signedIn }: View): Content {
  const count = room.presence.state.viewers;
  if (count === 0) return nothing;
  const label = texts.watching(count);
  return (
    signedIn?.viewers(label) ??
    html`<span class="viewers" role="img" aria-label=${label} title=${label}>${PEOPLE}<span>${count}</span></span>`
  );
}
