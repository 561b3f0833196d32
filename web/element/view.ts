import type { Comment } from "../src/index.ts";
import type { Room } from "./room/room.ts";
import type { Texts } from "./texts/en.ts";

export type Arrangement = "live" | "comments";

/** What a dialog is about. */
export type DialogKind =
  | { name: "account" }
  | { name: "profile" }
  | { name: "report" | "ban" | "erase" | "revisions"; comment: Comment }
  | { name: "moderation" };

export interface Toast {
  text: string;
  isError?: boolean;
  /** Takes back what the toast tells of. */
  undo?: () => void;
}

/** The element, as its parts see it. */
export interface View {
  readonly root: ShadowRoot;
  readonly texts: Texts;
  readonly language: string;
  readonly arrangement: Arrangement;
  readonly room: Room;
  /** For how long something can be undone. */
  readonly undoMs: number;
  /** Milliseconds since 1970, moved on by one timer. */
  readonly now: number;
  /** Draws the element again. */
  update: () => void;
  /** Runs what the reader asked for, and tells why if it fails. Returns whether it succeeded. */
  attempt: (work: () => Promise<unknown>) => Promise<boolean>;
  toast: (toast: Toast) => void;
  openDialog: (kind: DialogKind) => void;
  closeDialog: () => void;
  focusComposer: () => void;
}
