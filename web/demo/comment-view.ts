import type { Comment, Connection, LiveComments, LiveState, SessionStore } from "../src/index.ts";
import { commentItem, pendingItem } from "./comment-item.ts";
import { byId, whileBusy } from "./dom.ts";
import { attempt } from "./notice.ts";

const CONNECTION: Record<Connection, string> = {
  connecting: "Connecting …",
  live: "Live",
  reconnecting: "Reconnecting …",
  refused: "Not live",
};

/** Shows the comments, newest first. A comment that does not change keeps its element. */
export function showComments(comments: LiveComments, sessions: SessionStore): void {
  const list = byId("comments", HTMLOListElement);
  const connection = byId("connection", HTMLElement);
  const older = byId("older", HTMLButtonElement);
  const items = new Map<string, HTMLLIElement>();
  let pendingItems: HTMLLIElement[] = [];
  let announced: string | undefined;

  const show = (state: LiveState) => {
    for (const item of pendingItems) item.remove();
    pendingItems = state.pending.map(pendingItem).toReversed();
    const shown = new Map(state.comments.toReversed().map((comment) => [keyOf(comment), comment]));
    for (const [key, item] of items) {
      if (shown.has(key)) continue;
      // Without this the focus would jump to the top of the page.
      if (item.contains(document.activeElement)) byId("comments-title", HTMLElement).focus();
      item.remove();
      items.delete(key);
    }
    let place = list.firstElementChild;
    for (const [key, comment] of shown) {
      const item = items.get(key) ?? commentItem(comment, deletion(comment));
      items.set(key, item);
      if (item === place) place = place.nextElementSibling;
      else list.insertBefore(item, place);
    }
    list.prepend(...pendingItems);

    older.hidden = !state.hasOlder;
    byId("empty", HTMLElement).hidden = !state.isLoaded || list.childElementCount > 0;
    if (connection.dataset["state"] !== state.connection) {
      connection.dataset["state"] = state.connection;
      connection.textContent = CONNECTION[state.connection];
    }
    announce(state);
  };

  // An item shows the author's name and what the reader may do. If any of it changes, the item is replaced.
  const keyOf = (comment: Comment) => `${comment.id} ${comment.version} ${comment.user.username} ${canDelete(comment)}`;
  const canDelete = (comment: Comment) => {
    const user = sessions.current?.user;
    return user !== undefined && (user.id === comment.user.id || user.role !== "user");
  };
  const deletion = (comment: Comment) =>
    canDelete(comment) ? async () => void (await attempt(() => comments.delete(comment.id))) : undefined;

  // Tells screen readers about the newest comment of somebody else, once the first comments are there.
  const announce = ({ comments, isLoaded }: LiveState) => {
    if (!isLoaded) return;
    const newest = comments.at(-1);
    const isNew = newest !== undefined && announced !== undefined && newest.id > announced;
    if (isNew && newest.user.id !== sessions.current?.user.id) {
      byId("announcer", HTMLElement).textContent = `${newest.user.username}: ${newest.content}`;
    }
    if (isNew || announced === undefined) announced = newest?.id ?? "";
  };

  older.addEventListener("click", () => {
    void whileBusy(older, async () => void (await attempt(() => comments.loadOlder())));
  });
  comments.subscribe(show);
  sessions.subscribe(() => show(comments.state));
}
