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

/** The element, as those parts see it that only signed-in people need. */
export interface SignedInView extends View {
  readonly texts: Texts;
  readonly queues: Queues;
  readonly removals: Removals;
  readonly posting: Posting;
  /** Runs what the reader asked for, and tells why if it fails. Returns whether it succeeded. */
  attempt: (work: () => Promise<unknown>) => Promise<boolean>;
  toast: (toast: Toast) => void;
  closeDialog: () => void;
  focusComposer: () => void;
}
