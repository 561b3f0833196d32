import { html, nothing, type TemplateResult } from "lit/html.js";
import { repeat } from "lit/directives/repeat.js";
import type { Comment } from "../../src/index.ts";
import { Composer } from "../composer/composer.ts";
import { DialogFrame } from "../dialogs/frame.ts";
import { DOTS } from "../parts/icons.ts";
import { addStyles } from "../styles/add-styles.ts";
import { signedInStyles } from "../styles/signed-in.ts";
import type { Texts } from "../texts/en-signed-in.ts";
import type { CommentExtras, Content, DialogKind, SignedInParts, View } from "../view.ts";
import { act } from "./act.ts";
import { Editing } from "./editing.ts";
import { headerButtons } from "./header-buttons.ts";
import { CommentMenu } from "./menu.ts";
import { pendingArticle } from "./pending.ts";
import { Posting } from "./posting.ts";
import { messageOf } from "./problems.ts";
import { Queues } from "./queues.ts";
import { Removals } from "./removals.ts";
import { offersFor } from "./rights.ts";
import { Toasts } from "./toasts.ts";
import { viewers } from "./viewers.ts";
import { type SignedInView, signedInView, type Toast } from "./view.ts";

/** Puts together what only signed-in people see and do. */
export function createSignedIn(view: View, texts: () => Texts): SignedInParts {
  return new SignedIn(view, texts);
}

class SignedIn implements SignedInParts {
  readonly queues: Queues;
  readonly #view: SignedInView;
  readonly #removals: Removals;
  readonly #posting: Posting;
  readonly #editing: Editing;
  readonly #menu: CommentMenu;
  readonly #composer: Composer;
  readonly #dialog: DialogFrame;
  readonly #toasts: Toasts;

  constructor(view: View, texts: () => Texts) {
    const { room } = view;
    this.queues = new Queues(room, () => view.update());
    this.#removals = new Removals(room);
    this.#posting = new Posting(room, () => view.update());
    this.#view = signedInView(view, texts, {
      queues: this.queues,
      removals: this.#removals,
      posting: this.#posting,
      attempt: (work: () => Promise<unknown>) => this.#attempt(work),
      toast: (toast: Toast) => this.#toasts.show(toast),
      closeDialog: () => this.#dialog.close(),
      focusComposer: () => this.#composer.focus(),
    });
    this.#editing = new Editing(this.#view);
    this.#menu = new CommentMenu(this.#view, (comment, action) => act(this.#view, this.#editing, comment, action));
    this.#composer = new Composer(this.#view);
    this.#dialog = new DialogFrame(this.#view);
    this.#toasts = new Toasts(this.#view);
    addStyles(view.root, signedInStyles);
    this.onChange();
  }

  get held(): readonly Comment[] {
    return this.queues.held.comments;
  }

  viewers(label: string): Content {
    return viewers(this.#view, label);
  }

  headerButtons(): Content {
    return headerButtons(this.#view);
  }

  typing(): string {
    const { room, texts } = this.#view;
    const userIds = room.presence.state.typing;
    const names = userIds.flatMap((userId) => room.nameOf(userId) ?? []);
    return userIds.length > 0 ? texts.typing(names, userIds.length) : "";
  }

  pending(): Content {
    return repeat(
      this.#view.room.state.pending,
      ({ key }) => key,
      (item) => pendingArticle(item, this.#view),
    );
  }

  moreHeld(): Content {
    return this.queues.held.hasMore ? html`<p class="note">${this.#view.texts.moreHeld}</p>` : nothing;
  }

  menu(): Content {
    return this.#menu.render();
  }

  composer(): Content {
    return this.#composer.render();
  }

  toasts(): Content {
    return this.#dialog.isOpen ? nothing : this.#toasts.render();
  }

  dialog(): Content {
    return this.#dialog.render(this.#toasts.render());
  }

  get edited(): unknown {
    return this.#editing.state;
  }

  stateOf(comment: Comment): unknown {
    return this.#editing.stateOf(comment) ?? this.#view.texts;
  }

  extras(comment: Comment): CommentExtras {
    const { room, texts } = this.#view;
    const isEdited = this.#editing.stateOf(comment) !== undefined;
    return {
      editor: isEdited ? this.#editing.render(texts) : undefined,
      menuButton: room.user && !isEdited ? menuButton(texts.actionsFor(comment.user.username)) : nothing,
      actions: comment.held && room.isModerator ? heldActions(texts) : nothing,
      heldMark: comment.held ? html`<span class="held-mark">${texts.heldByModeration}</span>` : nothing,
    };
  }

  onAction(action: string | undefined, comment: Comment): void {
    if (action === "menu") this.#menu.open(comment);
    else if (action === "approve" || action === "refuse") act(this.#view, this.#editing, comment, action);
  }

  onKey(key: string, comment: Comment): boolean {
    if (key === "Enter") {
      this.#menu.open(comment);
      return true;
    }
    const offer = offersFor(comment, this.#view.room, this.#view.texts).find((found) => found.key === key);
    if (offer) act(this.#view, this.#editing, comment, offer.action);
    return offer !== undefined;
  }

  openDialog(kind: DialogKind): void {
    void this.#dialog.open(kind);
  }

  onChange(): void {
    this.queues.turn(this.#view.room.isModerator);
    this.#posting.onState(this.#view.room.state);
  }

  afterDraw(): void {
    this.#composer.after();
  }

  close(): void {
    this.#removals.close();
    this.#posting.close();
    this.queues.close();
    this.#toasts.close();
    this.#composer.close();
  }

  async #attempt(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      this.#toasts.show({ text: messageOf(error, this.#view.texts), isError: true });
      this.#view.emit("commentserror", { error });
      return false;
    }
  }
}

function menuButton(label: string): TemplateResult {
  return html`<button
    type="button"
    class="icon-button menu-button"
    data-action="menu"
    tabindex="-1"
    aria-haspopup="menu"
    aria-label=${label}
  >
    ${DOTS}
  </button>`;
}

function heldActions(texts: Texts): TemplateResult {
  return html`<span class="row">
    <button type="button" data-action="approve">${texts.approve}</button>
    <button type="button" class="quiet" data-action="refuse">${texts.refuse}</button>
  </span>`;
}
