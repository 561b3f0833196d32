import type { Comment } from "../../src/index.ts";
import type { SignedInView, Toast } from "./view.ts";
import type { Editing } from "./editing.ts";
import type { CommentAction } from "./rights.ts";

interface Removal {
  text: string;
  /** By default the one that is shown. */
  videoId?: string;
}

const TAKE_AWAY: readonly CommentAction[] = ["remove", "refuse", "approve", "mute"];

/** Does to a comment what the reader chose. */
export function act(view: SignedInView, editing: Editing, comment: Comment, action: CommentAction): void {
  const { room, texts } = view;
  if (TAKE_AWAY.includes(action)) moveOn(view, comment);
  switch (action) {
    case "edit":
      return editing.begin(comment);
    case "remove":
      return remove(view, comment, { text: texts.removed });
    case "refuse":
      return remove(view, comment, { text: texts.refused });
    case "approve":
      return approve(view, comment);
    case "mute": {
      const { id, username } = comment.user;
      room.mute({ id, username });
      return view.toast({ text: texts.muted(username), undo: () => room.unmute(id) });
    }
    case "report":
    case "ban":
    case "erase":
    case "revisions":
      return view.openDialog({ name: action, comment });
  }
}

/** Who reads with the keyboard goes on at the next comment, where this one is about to go. */
function moveOn({ root }: SignedInView, { id }: Comment): void {
  const articles = [...root.querySelectorAll<HTMLElement>("article[data-id]")];
  const place = articles.findIndex((article) => article.dataset["id"] === id);
  if (articles[place]?.matches(":focus-within")) (articles[place + 1] ?? articles[place - 1])?.focus();
}

/** Gone at once. The API is told when it can no longer be undone, and only in the name of who wanted it. */
export function remove(view: SignedInView, { id }: Comment, { text, videoId = view.room.video.id }: Removal): void {
  const { room, queues, removals, undoMs } = view;
  const options = { keepalive: true, as: room.user?.id };
  const send = () =>
    videoId === room.video.id
      ? room.video.delete(id, options)
      : room.client.api.deleteComment({ video_id: videoId, comment_id: id }, { attempts: 4, ...options });
  const toast: Toast = { text, undo: () => removals.undo(id) };
  removals.add(id, undoMs, async () => {
    delete toast.undo;
    view.update();
    const isDone = await view.attempt(send);
    if (isDone) queues.hide(id);
    return isDone;
  });
  view.toast(toast);
}

function approve(view: SignedInView, { id, version }: Comment): void {
  const { room, queues, texts } = view;
  // Its author may have changed it since.
  const parameters = { video_id: room.video.id, comment_id: id, if_match: `"${version}"` };
  queues.hide(id);
  void view
    .attempt(() => room.client.api.approveComment(parameters))
    .then((isDone) => {
      if (isDone) view.toast({ text: texts.approved });
      return queues.read();
    });
}
