import { html, nothing, type TemplateResult } from "lit/html.js";
import { guard } from "lit/directives/guard.js";
import { repeat } from "lit/directives/repeat.js";
import type { Comment } from "../../src/index.ts";
import type { View } from "../view.ts";
import { commentArticle } from "./comment.ts";
import { StreamScroll } from "./scroll.ts";
import { jumpButton, notLoaded, olderNote } from "./states.ts";
import { Times } from "./times.ts";

/** Comments of one person within this time are one group. */
const GROUP_MS = 120_000;

/** The comments, in a scroll area of their own. */
export class Stream {
  readonly scroll: StreamScroll;
  readonly #view: View;
  readonly #unfolded = new Set<string>();
  #times = new Times("en");
  #language = "en";

  constructor(view: View) {
    this.#view = view;
    this.scroll = new StreamScroll(view);
  }

  render(): TemplateResult {
    const { room, texts, arrangement, language, signedIn } = this.#view;
    const { state } = room;
    if (language !== this.#language) {
      this.#language = language;
      this.#times = new Times(language);
    }
    const isLive = arrangement === "live";
    const comments = this.scroll.drawn(room.comments);
    const held = signedIn?.held ?? [];
    const pending = signedIn?.pending() ?? [];
    const isEmpty = comments.length + held.length + pending.length === 0;
    const newest = [
      held.map((comment) => this.#article(comment, undefined)),
      signedIn?.moreHeld(),
      pending,
    ];
    const ordered = isLive ? comments : comments.toReversed();
    const list = repeat(
      ordered,
      ({ id }) => id,
      (comment, n) => this.#article(comment, ordered[isLive ? n - 1 : n + 1]),
    );
    const older = olderNote(this.#view, this.scroll);
    return html`<div class="stream-frame">
      <div
        class="stream"
        part="stream"
        role="log"
        aria-live="off"
        aria-label=${texts.title}
        aria-busy=${!state.isLoaded}
        tabindex="0"
        @scroll=${() => this.scroll.onScroll()}
        @click=${(event: Event) => this.#onClick(event)}
        @keydown=${(event: KeyboardEvent) => this.#onKey(event)}
      >
        <div class="list" ?hidden=${isEmpty}>
          ${isLive ? [older, list, newest] : [newest.toReversed(), list, older]}
        </div>
        ${!state.isLoaded || isEmpty ? notLoaded(this.#view) : nothing}
      </div>
      ${this.scroll.isAtEnd ? nothing : jumpButton(this.#view, this.scroll)} ${signedIn?.menu()}
    </div>`;
  }

  /** Drawn again only if something that it shows has changed. */
  #article(comment: Comment, before: Comment | undefined) {
    const { room, texts, now, signedIn } = this.#view;
    const { user } = room;
    const isOwn = comment.user.id === user?.id;
    const isGrouped = before !== undefined && isGroup(before, comment);
    const isUnfolded = this.#unfolded.has(comment.id);
    const time = this.#times.relative(comment.created_at, now, texts);
    const isMention = !isOwn && user !== undefined && mentions(comment.content, user.username);
    const { id, version, seq } = comment;
    const parts = [id, version, seq, comment.user.username, time, isOwn, isGrouped, isUnfolded, isMention, user?.role];
    return guard([...parts, signedIn?.stateOf(comment), texts], () =>
      commentArticle(comment, {
        texts,
        time: [time, this.#times.exact(comment.created_at)],
        editedAt: this.#times.exact(comment.updated_at),
        isOwn,
        isGrouped,
        isMention,
        isUnfolded,
        extras: signedIn?.extras(comment),
      }),
    );
  }

  /** One listener for all comments. */
  #onClick(event: Event): void {
    const { target } = event;
    const button = target instanceof Element ? target.closest<HTMLElement>("[data-action]") : null;
    const comment = this.#commentAt(target);
    if (!button || !comment) return;
    const { action } = button.dataset;
    if (action === "fold") this.#fold(comment.id);
    else this.#view.signedIn?.onAction(action, comment);
  }

  #fold(id: string): void {
    if (!this.#unfolded.delete(id)) this.#unfolded.add(id);
    this.#view.update();
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || !(event.target instanceof HTMLElement)) return;
    const { target } = event;
    const isOnArticle = target.tagName === "ARTICLE";
    if (!isOnArticle && !target.matches(".stream")) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.#move(target, event.key === "ArrowDown" ? 1 : -1);
      return;
    }
    const comment = isOnArticle ? this.#commentAt(target) : undefined;
    if (!comment) return;
    if (event.key === "Escape") this.#view.root.querySelector<HTMLElement>(".stream")?.focus();
    else if (this.#view.signedIn?.onKey(event.key, comment)) event.preventDefault();
  }

  /** From the stream itself, to the comment at the reader's end. */
  #move(from: HTMLElement, by: 1 | -1): void {
    const articles = [...this.#view.root.querySelectorAll<HTMLElement>("article[data-id]")];
    const place = articles.indexOf(from);
    const first = this.#view.arrangement === "live" ? articles.length - 1 : 0;
    const to = articles[place < 0 ? first : place + by];
    to?.focus();
    to?.scrollIntoView({ block: "nearest" });
  }

  #commentAt(target: EventTarget | null): Comment | undefined {
    const article = target instanceof Element ? target.closest<HTMLElement>("article[data-id]") : null;
    const { room, signedIn } = this.#view;
    const isIt = ({ id }: Comment) => id === article?.dataset["id"];
    return room.comments.find(isIt) ?? signedIn?.held.find(isIt);
  }
}

function isGroup(before: Comment, comment: Comment): boolean {
  if (before.user.id !== comment.user.id || before.held || comment.held) return false;
  return Date.parse(comment.created_at) - Date.parse(before.created_at) < GROUP_MS;
}

function mentions(content: string, username: string): boolean {
  const at = content.toLowerCase().indexOf(`@${username.toLowerCase()}`);
  return at >= 0 && !/[\p{L}\p{N}_]/u.test(content.charAt(at + username.length + 1));
}
