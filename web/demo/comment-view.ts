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

/** The list, newest first, kept as the comments are; a comment's element stays the same while the comment does. */
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
    const wanted = new Map(state.comments.toReversed().map((comment) => [keyOf(comment), comment]));
    for (const [key, item] of items) {
      if (wanted.has(key)) continue;
      // The focus would fall back to the top of the page.
      if (item.contains(document.activeElement)) byId("comments-title", HTMLElement).focus();
      item.remove();
      items.delete(key);
    }
    let place = list.firstElementChild;
    for (const [key, comment] of wanted) {
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

  // The author's name and the rights of whoever is signed in are part of an item: with another of them, another item.
  const keyOf = (comment: Comment) => `${comment.id} ${comment.version} ${comment.user.username} ${mayDelete(comment)}`;
  const mayDelete = (comment: Comment) => {
    const user = sessions.current?.user;
    return user !== undefined && (user.id === comment.user.id || user.role !== "user");
  };
  const deletion = (comment: Comment) =>
    mayDelete(comment) ? async () => void (await attempt(() => comments.delete(comment.id))) : undefined;

  // To those who do not see the list: the newest comment of another, once the first ones are there.
  const announce = ({ comments: shown, isLoaded }: LiveState) => {
    if (!isLoaded) return;
    const newest = shown.at(-1);
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
