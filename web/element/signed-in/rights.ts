import type { Comment } from "../../src/index.ts";
import type { Room } from "../room/room.ts";
import type { Texts } from "../texts/en-signed-in.ts";

export type CommentAction =
  "edit" | "remove" | "report" | "mute" | "approve" | "refuse" | "revisions" | "ban" | "erase";

interface Offer {
  action: CommentAction;
  label: string;
  /** The key that does it while the comment has the focus. */
  key: string;
}

/** What the reader can do with a comment. */
export function offersFor(comment: Comment, room: Room, texts: Texts): Offer[] {
  const { user, isModerator } = room;
  if (!user) return [];
  const isOwn = comment.user.id === user.id;
  const offers: (Offer | false)[] = [
    isModerator && comment.held === true && { action: "approve", label: texts.approve, key: "a" },
    isModerator && comment.held === true && { action: "refuse", label: texts.refuse, key: "r" },
    isOwn && comment.held === undefined && { action: "edit", label: texts.edit, key: "e" },
    comment.held === undefined && (isOwn || isModerator) && { action: "remove", label: texts.remove, key: "d" },
    !isOwn && comment.held === undefined && { action: "report", label: texts.report, key: "r" },
    !isOwn && { action: "mute", label: texts.mute(comment.user.username), key: "m" },
    isModerator && { action: "revisions", label: texts.revisions, key: "h" },
    isModerator && !isOwn && { action: "ban", label: `${texts.ban} …`, key: "b" },
    isModerator && !isOwn && { action: "erase", label: `${texts.erase} …`, key: "x" },
  ];
  return offers.filter((offer) => offer !== false);
}
