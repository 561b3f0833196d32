import type { Texts } from "../texts/en-signed-in.ts";
import type { View } from "../view.ts";
import type { Posting } from "./posting.ts";
import type { Queues } from "./queues.ts";
import type { Removals } from "./removals.ts";

export interface Toast {
  text: string;
  isError?: boolean;
  /** Takes back what the toast tells of. */
  undo?: () => void;
}

/** What those parts use of the element. */
type Used = Pick<View, "root" | "room" | "language" | "undoMs" | "update" | "emit" | "openDialog" | "toNewest">;

/** What they use of each other. */
interface Shared {
  queues: Queues;
  removals: Removals;
  posting: Posting;
  /** Runs what the reader asked for, and tells why if it fails. Returns whether it succeeded. */
  attempt: (work: () => Promise<unknown>) => Promise<boolean>;
  toast: (toast: Toast) => void;
  closeDialog: () => void;
  focusComposer: () => void;
}

/** The element, as those parts see it that only signed-in people need. */
export interface SignedInView extends Readonly<Used & Shared> {
  readonly texts: Texts;
}

/** @param texts those of the language that is shown now */
export function signedInView(view: View, texts: () => Texts, shared: Shared): SignedInView {
  const { root, room, update, emit, openDialog, toNewest } = view;
  return {
    ...shared,
    root,
    room,
    update,
    emit,
    openDialog,
    toNewest,
    get texts() {
      return texts();
    },
    get language() {
      return view.language;
    },
    get undoMs() {
      return view.undoMs;
    },
  };
}
