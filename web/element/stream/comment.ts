import { html, nothing, type TemplateResult } from "lit/html.js";
import type { Comment, Role } from "../../src/index.ts";
import { avatar, hueOf } from "../parts/avatar.ts";
import type { ReadingTexts } from "../texts/en.ts";
import type { CommentExtras } from "../view.ts";
import { renderText } from "./text.ts";
import { isLong } from "./text-parts.ts";

/** What an article shows beside the comment. */
export interface CommentLook {
  texts: ReadingTexts;
  /** Relative and exact. */
  time: [string, string];
  editedAt: string;
  isOwn: boolean;
  /** Whether the comment before it is of the same person, a moment earlier. */
  isGrouped: boolean;
  isMention: boolean;
  /** Whether it fades in. */
  isFresh: boolean;
  isUnfolded: boolean;
  /** Undefined while nobody is signed in. */
  extras: CommentExtras | undefined;
}

export function commentArticle(comment: Comment, look: CommentLook): TemplateResult {
  const { isOwn, isGrouped, isMention, isFresh, isUnfolded, extras } = look;
  const { id, user, held } = comment;
  const classes = [
    "comment",
    isOwn && "own",
    isGrouped && "grouped",
    isMention && "mention",
    held && "held",
    isFresh && "fresh",
  ];
  return html`<article
    class=${classes.filter(Boolean).join(" ")}
    id="comment-${id}"
    data-id=${id}
    part="comment ${isOwn ? "own-comment" : ""}"
    tabindex="-1"
    aria-labelledby="name-${id}"
  >
    ${avatar(user.id, user.username)}
    <div class="body">
      ${byline(comment, look)} ${extras?.editor ?? renderText(comment.content, isUnfolded)}
      ${extras?.editor === undefined ? foot(comment, look) : nothing} ${extras?.actions}
    </div>
    ${extras?.menuButton}
  </article>`;
}

function byline({ id, user, created_at }: Comment, { texts, time, isOwn }: CommentLook): TemplateResult {
  const [relative, exact] = time;
  return html`<div class="byline">
    <h3 class="name" part="name" id="name-${id}" data-hue=${hueOf(user.id)}><bdi>${user.username}</bdi></h3>
    ${roleBadge(user.role, texts)} ${isOwn ? html`<span class="badge">${texts.you}</span>` : nothing}
    <time part="time" datetime=${created_at} title=${exact} .textContent=${relative}></time>
  </div>`;
}

export function roleBadge(role: Role | undefined, texts: ReadingTexts): TemplateResult | typeof nothing {
  if (role === undefined || role === "user") return nothing;
  return html`<span class="badge role" part="badge">${texts.roles[role]}</span>`;
}

function foot({ content, edited, held }: Comment, look: CommentLook): TemplateResult | typeof nothing {
  const { texts, isUnfolded, editedAt, extras } = look;
  const isFoldable = isLong(content);
  if (!isFoldable && !edited && !held) return nothing;
  return html`<div class="foot">
    ${
      isFoldable
        ? html`<button type="button" class="link" data-action="fold" aria-expanded=${isUnfolded}>
            ${isUnfolded ? texts.showLess : texts.showMore}
          </button>`
        : nothing
    }
    ${edited ? html`<span class="edited" title=${editedAt}>${texts.edited}</span>` : nothing} ${extras?.heldMark}
  </div>`;
}
