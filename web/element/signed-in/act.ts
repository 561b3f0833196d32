import type { Comment } from "../../src/index.ts";
import type { SignedInView, Toast } from "./view.ts";
import type { Editing } from "./editing.ts";
import type { CommentAction } from "./rights.ts";

/** Does to a comment what the reader chose. */
export function act(view: SignedInView, editing: Editing, comment: Comment, action: CommentAction): void {
  const { room, texts } = view;
  switch (action) {
    case "edit":
      return editing.begin(comment);
    case "remove":
      return remove(view, comment, texts.removed);
    case "refuse":
      return remove(view, comment, texts.refused);
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

/** Gone at once. The API is told when it can no longer be undone, and only in the name of who wanted it. */
function remove(view: SignedInView, { id }: Comment, text: string): void {
  const { room, queues, removals, undoMs } = view;
  const as = room.user?.id;
  const toast: Toast = { text, undo: () => removals.undo(id) };
  removals.add(id, undoMs, async () => {
    delete toast.undo;
    view.update();
    const isDone = await view.attempt(() => room.video.delete(id, { keepalive: true, as }));
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
