import { html, nothing, type TemplateResult } from "lit/html.js";
import { guard } from "lit/directives/guard.js";
import { repeat } from "lit/directives/repeat.js";
import type { Comment } from "../../src/index.ts";
import type { View } from "../view.ts";
import { type Block, Blocks } from "./blocks.ts";
import { Clock } from "./clock.ts";
import { commentArticle } from "./comment.ts";
import { isFresh, isGrouped, isMention } from "./facts.ts";
import { StreamFocus } from "./focus.ts";
import { StreamScroll } from "./scroll.ts";
import { jumpButton, olderNote, placeholder } from "./states.ts";
import { Times } from "./times.ts";

/** The comments, in a scroll area of their own. */
export class Stream {
  readonly scroll: StreamScroll;
  readonly focus: StreamFocus;
  readonly #view: View;
  readonly #clock: Clock;
  readonly #blocks = new Blocks<Comment>();
  readonly #unfolded = new Set<string>();
  /** Goes up when a comment is folded or unfolded. */
  #folds = 0;
  #times = new Times("en");
  #language = "en";

  constructor(view: View) {
    this.#view = view;
    this.scroll = new StreamScroll(view);
    this.focus = new StreamFocus(view.root);
    this.#clock = new Clock(view.root, (time) => this.#times.relative(time, Date.now(), view.texts));
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
    const isEmpty = comments.length + held.length + (signedIn ? state.pending.length : 0) === 0;
    const heldList = repeat(
      held,
      ({ id }) => id,
      (comment) => this.#article(comment, undefined),
    );
    const newest = [heldList, signedIn?.moreHeld(), signedIn?.pending()];
    const list = this.#list(comments, isLive);
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
        @click=${(event: MouseEvent) => this.#onClick(event)}
        @keydown=${(event: KeyboardEvent) => this.#onKey(event)}
      >
        <div class="list" ?hidden=${isEmpty}>
          ${isLive ? [older, list, newest] : [newest.toReversed(), list, older]}
        </div>
        ${!state.isLoaded || isEmpty ? placeholder(this.#view) : nothing}
      </div>
      ${this.scroll.isAtEnd ? nothing : jumpButton(this.#view, this.scroll)} ${signedIn?.menu()}
    </div>`;
  }

  close(): void {
    this.scroll.close();
    this.#clock.close();
  }

  #list(comments: readonly Comment[], isLive: boolean) {
    const blocks = this.#blocks.of(comments);
    return repeat(
      isLive ? blocks : blocks.toReversed(),
      ({ key }) => key,
      (block) => html`<div class="block">${this.#block(block, isLive)}</div>`,
    );
  }

  /** Drawn again only if something that it shows has changed. */
  #block({ comments, before }: Block<Comment>, isLive: boolean) {
    const { room, texts, signedIn } = this.#view;
    const { id, username, role } = room.user ?? {};
    const shown = [before, isLive, id, username, role, this.#folds, texts, signedIn, signedIn?.edited];
    return guard([...shown, ...comments], () => {
      const ordered = isLive ? comments : comments.toReversed();
      return repeat(
        ordered,
        (comment) => comment.id,
        (comment, n) => this.#article(comment, ordered[isLive ? n - 1 : n + 1] ?? before),
      );
    });
  }

  /** Drawn again only if something that it shows has changed. Its time is moved on by the clock. */
  #article(comment: Comment, before: Comment | undefined) {
    const { room, texts, signedIn } = this.#view;
    const { user } = room;
    const isOwn = comment.user.id === user?.id;
    const look = {
      isOwn,
      isGrouped: isGrouped(before, comment),
      isMention: !isOwn && user !== undefined && isMention(comment, user.username),
      isUnfolded: this.#unfolded.has(comment.id),
    };
    const { id, version, seq } = comment;
    const parts = [
      id,
      version,
      seq,
      comment.user.username,
      comment.user.role,
      user?.role,
      texts,
      signedIn?.stateOf(comment),
    ];
    return guard([...parts, ...Object.values(look)], () =>
      commentArticle(comment, {
        ...look,
        isFresh: !this.#view.isBusy && isFresh(comment),
        texts,
        time: [this.#times.relative(comment.created_at, Date.now(), texts), this.#times.exact(comment.created_at)],
        editedAt: this.#times.exact(comment.updated_at),
        extras: signedIn?.extras(comment),
      }),
    );
  }

  /** One listener for all comments. */
  #onClick(event: MouseEvent): void {
    const { target } = event;
    const button = target instanceof Element ? target.closest<HTMLElement>("[data-action]") : null;
    const comment = this.#commentAt(target);
    if (!button || !comment) return;
    const { action } = button.dataset;
    if (action === "fold") this.#fold(comment.id);
    // The second click of a double click meets what has moved there.
    else if (action === "menu" || event.detail < 2) this.#view.signedIn?.onAction(action, comment);
  }

  #fold(id: string): void {
    if (!this.#unfolded.delete(id)) this.#unfolded.add(id);
    this.#folds += 1;
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
    // A key that is held down acts on one comment only.
    const comment = isOnArticle && !event.repeat ? this.#commentAt(target) : undefined;
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
