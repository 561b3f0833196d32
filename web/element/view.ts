import type { Comment } from "../src/index.ts";
import type { Room } from "./room/room.ts";
import type { ReadingTexts } from "./texts/en.ts";
import type { ShownTexts } from "./texts/shown-texts.ts";

export type Arrangement = "live" | "comments";

/** What a template takes as its content. */
export type Content = unknown;

/** What a dialog is about. */
export type DialogKind =
  | { name: "account" }
  | { name: "profile" }
  | { name: "report" | "ban" | "erase" | "revisions"; comment: Comment }
  | { name: "moderation" };

/** The element, as its parts see it. */
export interface View {
  readonly root: ShadowRoot;
  /** Those that every reader needs. */
  readonly texts: ReadingTexts;
  readonly language: string;
  readonly arrangement: Arrangement;
  readonly room: Room;
  /** For how long something can be undone. */
  readonly undoMs: number;
  /** Whether comments arrive so fast that nothing fades in. */
  readonly isBusy: boolean;
  /** Undefined until somebody is signed in, or wants to be. */
  readonly signedIn: SignedInParts | undefined;
  /** Draws the element again. */
  update: () => void;
  emit: (name: string, detail: unknown) => void;
  openDialog: (kind: DialogKind) => void;
  /** After a message was posted. */
  toNewest: () => void;
}

/** What a comment has only for people who are signed in. */
export interface CommentExtras {
  /** Instead of the text, while its author edits it. */
  editor: Content;
  menuButton: Content;
  /** Below the text. */
  actions: Content;
  heldMark: Content;
}

/** What only signed-in people see and do. Its code is loaded when somebody is signed in, or opens the dialog to be. */
export interface SignedInParts {
  /** Held comments that wait for this moderator. */
  readonly held: readonly Comment[];
  /** Who watches. @param label how many they are */
  viewers: (label: string) => Content;
  headerButtons: () => Content;
  typing: () => string;
  /** Next to the newest comment: the reader's messages that are under way. */
  pending: () => Content;
  moreHeld: () => Content;
  menu: () => Content;
  composer: () => Content;
  toasts: () => Content;
  dialog: () => Content;
  /** What is being edited: another value after each step of it. */
  readonly edited: unknown;
  /** A value that changes with everything that `extras` returns for the comment. */
  stateOf: (comment: Comment) => unknown;
  extras: (comment: Comment) => CommentExtras;
  /** A button of a comment was pressed. */
  onAction: (action: string | undefined, comment: Comment) => void;
  /** A key on a comment. Returns whether it did something. */
  onKey: (key: string, comment: Comment) => boolean;
  openDialog: (kind: DialogKind) => void;
  onChange: () => void;
  afterDraw: () => void;
  close: () => void;
}

/** What the element gives to everything that belongs to one video. */
export interface Host {
  readonly root: ShadowRoot;
  readonly texts: ShownTexts;
  readonly arrangement: Arrangement;
  readonly undoMs: number;
  requestUpdate: () => void;
  emit: (name: string, detail: unknown) => void;
}
