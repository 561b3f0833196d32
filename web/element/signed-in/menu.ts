import { html, nothing, type TemplateResult } from "lit/html.js";
import { repeat } from "lit/directives/repeat.js";
import type { Comment } from "../../src/index.ts";
import { place } from "./place.ts";
import type { SignedInView } from "./view.ts";
import { type CommentAction, offersFor } from "./rights.ts";

/** The one menu of the stream: a native popover, for whichever comment it was opened. */
export class CommentMenu {
  readonly #view: SignedInView;
  readonly #act: (comment: Comment, action: CommentAction) => void;
  #comment: Comment | undefined;

  constructor(view: SignedInView, act: (comment: Comment, action: CommentAction) => void) {
    this.#view = view;
    this.#act = act;
  }

  open(comment: Comment): void {
    if (offersFor(comment, this.#view.room, this.#view.texts).length === 0) return;
    this.#comment = comment;
    this.#view.update();
    requestAnimationFrame(() => this.#show(comment));
  }

  render(): TemplateResult {
    const { room, texts } = this.#view;
    const comment = this.#comment;
    const offers = comment ? offersFor(comment, room, texts) : [];
    return html`<div
      class="menu comment-menu"
      part="menu"
      popover
      role="menu"
      aria-label=${comment ? texts.actionsFor(comment.user.username) : nothing}
      @keydown=${(event: KeyboardEvent) => this.#onKey(event)}
      @toggle=${(event: ToggleEvent) => event.newState === "closed" && this.#returnFocus()}
    >
      ${repeat(
        offers,
        ({ action }) => action,
        ({ action, label, key }) =>
          html`<button type="button" role="menuitem" tabindex="-1" data-key=${key} @click=${() => this.#choose(action)}>
            <span>${label}</span><kbd aria-hidden="true">${key.toUpperCase()}</kbd>
          </button>`,
      )}
    </div>`;
  }

  #show(comment: Comment): void {
    const menu = this.#menu;
    const article = this.#view.root.getElementById(`comment-${comment.id}`);
    if (!menu || !article) return;
    menu.showPopover();
    place(menu, article.querySelector(".menu-button") ?? article);
    menu.querySelector("button")?.focus();
  }

  #onKey(event: KeyboardEvent): void {
    event.stopPropagation();
    const items = [...(this.#menu?.querySelectorAll("button") ?? [])];
    const focused = items.findIndex((item) => item.matches(":focus"));
    const moves: Record<string, number> = { ArrowDown: focused + 1, ArrowUp: focused - 1, Home: 0, End: -1 };
    const to = moves[event.key];
    if (to !== undefined) {
      event.preventDefault();
      items.at(to % items.length)?.focus();
    } else if (event.key === "Tab") {
      this.#menu?.hidePopover();
    } else {
      items.find((item) => item.dataset["key"] === event.key)?.click();
    }
  }

  #choose(action: CommentAction): void {
    const comment = this.#comment;
    this.#menu?.hidePopover();
    this.#returnFocus();
    if (comment) this.#act(comment, action);
  }

  /** Where it was before: on the comment. */
  #returnFocus(): void {
    const id = this.#comment?.id;
    const article = this.#view.root.getElementById(`comment-${id}`);
    const { activeElement } = this.#view.root;
    if (activeElement === null || this.#menu?.contains(activeElement)) article?.focus();
  }

  get #menu(): HTMLElement | null {
    return this.#view.root.querySelector<HTMLElement>(".comment-menu");
  }
}
