import type { Comment, Connection, UserSession, Video, VideoState } from "../src/index.ts";
import { commentItem, pendingItem } from "./comment-item.ts";
import { byId, whileBusy } from "./dom.ts";
import { statusOf } from "./messages.ts";
import { attempt } from "./notice.ts";

const CONNECTION: Record<Connection, string> = {
  connecting: "Connecting …",
  live: "Live",
  polling: "Every few seconds",
  offline: "Offline",
};

const COUNTDOWN_MS = 1_000;

/** Shows the comments, newest first. A comment that does not change keeps its element. */
export function showComments(video: Video, session: UserSession): void {
  const list = byId("comments", HTMLOListElement);
  const connection = byId("connection", HTMLElement);
  const older = byId("older", HTMLButtonElement);
  const items = new Map<string, HTMLLIElement>();
  let pendingItems: HTMLLIElement[] = [];
  let announced: string | undefined;

  const show = (state: VideoState) => {
    for (const item of pendingItems) item.remove();
    pendingItems = state.pending.toReversed().map((item) =>
      pendingItem(item, statusOf(item), {
        retry: async () => void (await attempt(() => video.retry(item.key))),
        discard: async () => void (await attempt(() => video.discard(item.key))),
      }),
    );
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
    const { user } = session;
    return user !== undefined && (user.id === comment.user.id || user.role !== "user");
  };
  const deletion = (comment: Comment) =>
    canDelete(comment) ? async () => void (await attempt(() => video.delete(comment.id))) : undefined;

  // Tells screen readers about the newest comment of somebody else, once the first comments are there.
  const announce = ({ comments, isLoaded }: VideoState) => {
    if (!isLoaded) return;
    const newest = comments.at(-1);
    const isNew = newest !== undefined && announced !== undefined && newest.id > announced;
    if (isNew && newest.user.id !== session.user?.id) {
      byId("announcer", HTMLElement).textContent = `${newest.user.username}: ${newest.content}`;
    }
    if (isNew || announced === undefined) announced = newest?.id ?? "";
  };

  older.addEventListener("click", () => {
    void whileBusy(older, async () => void (await attempt(() => video.loadOlder())));
  });
  video.subscribe(show);
  session.subscribe(() => show(video.state));
  // Countdowns.
  setInterval(() => {
    if (video.state.pending.some(({ retryAt }) => retryAt !== undefined)) show(video.state);
  }, COUNTDOWN_MS);
}
