import type { Comment, PendingComment } from "../src/index.ts";
import { create, whileBusy } from "./dom.ts";

const TIME = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/** A comment's element. @param onDelete undefined if the reader may not delete it */
export function commentItem(comment: Comment, onDelete: (() => Promise<void>) | undefined): HTMLLIElement {
  const item = create("li", "");
  const meta = create("p", "meta");
  const time = create("time", "", TIME.format(new Date(comment.created_at)));
  time.dateTime = comment.created_at;
  meta.append(create("strong", "", comment.user.username), " ", time);
  if (comment.edited) meta.append(" ", create("span", "edited", "edited"));
  item.append(meta);
  if (onDelete) item.append(deleteButton(comment, onDelete));
  item.append(create("p", "content", comment.content));
  return item;
}

/** The element of a comment that is being posted. */
export function pendingItem(pending: PendingComment): HTMLLIElement {
  const item = create("li", "pending");
  const meta = create("p", "meta");
  meta.append(create("strong", "", pending.user.username), " ", create("time", "", "Posting …"));
  item.append(meta, create("p", "content", pending.content));
  return item;
}

// Deletion is for good, so it takes a second click. Leaving the button cancels the first one.
function deleteButton(comment: Comment, onDelete: () => Promise<void>): HTMLButtonElement {
  const button = create("button", "quiet", "Delete");
  button.type = "button";
  const name = `the comment by ${comment.user.username}: ${comment.content.slice(0, 40)}`;
  const arm = (isArmed: boolean) => {
    button.classList.toggle("armed", isArmed);
    button.textContent = isArmed ? "Delete for good?" : "Delete";
    button.setAttribute("aria-label", `${button.textContent} ${name}`);
  };
  arm(false);
  button.addEventListener("blur", () => arm(false));
  button.addEventListener("click", () => {
    if (!button.classList.contains("armed")) return arm(true);
    void whileBusy(button, onDelete);
  });
  return button;
}
