import type { Comment, OutboxItem } from "../src/index.ts";
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

export interface PendingActions {
  retry: () => Promise<void>;
  discard: () => Promise<void>;
}

/** The element of the reader's own message that is not among the comments. @param status what becomes of it */
export function pendingItem(item: OutboxItem, status: string, { retry, discard }: PendingActions): HTMLLIElement {
  const element = create("li", "pending");
  element.dataset["state"] = item.state;
  const meta = create("p", "meta");
  meta.append(create("strong", "", item.user.username), " ", create("span", "status", status));
  element.append(meta);
  if (item.state === "failed") element.append(actionButton("Retry", retry));
  if (item.state !== "sending" && item.state !== "sent") element.append(actionButton(discardLabel(item), discard));
  element.append(create("p", "content", item.content));
  return element;
}

function discardLabel({ state }: OutboxItem): string {
  return state === "held" || state === "deleted" ? "Hide" : "Discard";
}

function actionButton(label: string, action: () => Promise<void>): HTMLButtonElement {
  const button = create("button", "quiet", label);
  button.type = "button";
  button.addEventListener("click", () => void whileBusy(button, action));
  return button;
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
